# What setup must know about a node, as key=value lines between facts=1 and end=1. Looks only.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

say() { printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr '\n\r' '  ')"; }
os() { sed -n "s/^$1=//p" /etc/os-release 2>/dev/null | head -n 1 | tr -d "\"'"; }
has() { command -v "$1" >/dev/null 2>&1; }
active() { systemctl is-active --quiet "$1" 2>/dev/null; }
yes_if() { if "$@"; then echo yes; else echo no; fi; }
free_kb() { df -Pk "$1" 2>/dev/null | sed -n '2p' | { read -r _ _ _ free _ && echo "$free"; }; }
sha256() { if [ -r "$1" ]; then sha256sum <"$1" | cut -d ' ' -f 1; fi; }
first_line() { if [ -r "$1" ]; then head -n 1 "$1"; fi; }

say facts 1
say os.id "$(os ID)"
say os.version "$(os VERSION_ID)"
say os.codename "$(os VERSION_CODENAME)"
say os.name "$(os PRETTY_NAME)"
say arch "$(uname -m)"
say kernel "$(uname -r)"
say hostname "$(uname -n)"
say uid "$(id -u)"
say systemd "$(yes_if test -d /run/systemd/system)"
say cron "$(yes_if has cron)"
say docker.installed "$(yes_if has dockerd)"
say docker.running "$(yes_if test -S /run/docker.sock)"
if has dockerd; then say docker.version "$(dockerd --version | sed 's/^[^0-9]*//; s/,.*//')"; fi
say free.var "$(free_kb /var/lib)"
say free.usr "$(free_kb /usr)"
say free.state "$(free_kb /var/lib/harden || free_kb /var/lib)"
say package.version "$(dpkg-query -W -f '${db:Status-Abbrev}${Version}' harden 2>/dev/null | sed -n 's/^ii *//p')"
say package.interrupted "$(dpkg --audit 2>/dev/null | head -c 300)"
say package.recorded "$(if [ -r /var/lib/harden/setup/harden.deb ]; then
    dpkg-deb --field /var/lib/harden/setup/harden.deb Version; fi 2>/dev/null)"
say package.sha256 "$(sha256 /var/lib/harden/setup/harden.deb)"
say gvisor.release "$(readlink /usr/local/lib/gvisor/current)"
say gvisor.source "$(first_line /var/lib/harden/setup/gvisor-source)"
say tx.unfinished "$(grep -l '"state": *"open"' /var/lib/harden/tx/*/record.json 2>/dev/null |
    sed 's|/record.json$||; s|.*/||')"
say profile "$(first_line /etc/harden/profile)"
say waivers.sha256 "$(sha256 /etc/harden/waivers.toml)"
say old.cron "$(grep -E '(detect-miners|setup-egress-rules)\.sh' /var/spool/cron/crontabs/root 2>/dev/null |
    head -c 2000 | tr '\n' ';')"
say old.rules "$(iptables-save 2>/dev/null | grep '^-A DOCKER-USER ' | head -c 4000 | tr '\n' ';')"
for manager in ufw firewalld netfilter-persistent nftables cloud-init; do
    if active "$manager"; then say "manager.$manager" active; fi
done
say end 1
