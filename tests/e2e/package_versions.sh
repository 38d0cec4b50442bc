#!/usr/bin/env bash
# The package from one version to the next, back and away: what a site wrote stays as it is, nothing
# is asked, the rules stay in the kernel. The two other versions are ours with another number and
# other rules in /usr/share.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
package=$(built_package)
e2e_nodes 110 111

make_version() { # VERSION
    [ -d "$work/tree" ] || dpkg-deb -R "$package" "$work/tree"
    sed -i "s/^Version: .*/Version: $1/" "$work/tree/DEBIAN/control"
    echo "# of $1" >>"$work/tree/usr/share/harden/rules/egress.toml"
    (cd "$work/tree" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    dpkg-deb --root-owner-group -Znone -b "$work/tree" "$work/$1.deb" >/dev/null
}

# What belongs to the site or is in force: bytes, modes, owners and times of files, rules, units.
belongs_to_site() {
    on "$node" "find /etc/harden /etc/cron.d /etc/logrotate.d /etc/systemd /etc/docker /etc/ssh -type f \
            -printf '%p %m %u %g %T@ ' -exec sha256sum {} \;
        nft -s list table inet harden_egress
        systemctl is-enabled harden-verify.timer harden-egress.service harden-egress-watch.service
        systemctl is-active harden-verify.timer harden-egress.service harden-egress-watch.service"
}
change_to() { # VERSION [OPTION…]: as an unattended run does, with nobody to answer
    on "$node" "DEBIAN_FRONTEND=noninteractive apt-get install -y -q ${*:2} /root/$1.deb </dev/null"
}
stays() { # WHAT
    local now
    now=$(belongs_to_site)
    [ "$now" = "$site" ] || fail "$1 changed what was there:
$(diff <(printf '%s\n' "$site") <(printf '%s\n' "$now"))"
    ok "$1 leaves the site's files and the rules as they were"
}

versions_on() { # SUITE NODE
    local suite=$1 site
    node=$2
    say "==> $suite"
    lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
    for version in 0.0.1 99.0.0; do lab put "$node" "$work/$version.deb" "/root/$version.deb"; done
    expect "an older version" 0 change_to 0.0.1
    expect "nothing of it lies in /etc, so nothing will ever be asked" 0 \
        on "$node" "! dpkg -L harden | grep '^/etc' && [ -z \"\$(dpkg-query -W -f '\${Conffiles}' harden)\" ]"
    on "$node" "harden egress apply && harden detect-miners apply && systemctl enable --now harden-verify.timer" >/dev/null 2>&1
    on "$node" "printf 'version = 1\n# ours\n' >/etc/harden/egress.toml; chmod 600 /etc/harden/egress.toml
        printf 'version = 1\nprofile = \"modern\"\n' >/etc/harden/ssh.toml; chown daemon /etc/harden/ssh.toml
        echo '# ours' >>/etc/cron.d/harden-detect-miners
        mkdir /etc/systemd/system/harden-verify.timer.d
        printf '[Timer]\nOnUnitActiveSec=1h\n' >/etc/systemd/system/harden-verify.timer.d/ours.conf"
    site=$(belongs_to_site)

    prints "an upgrade is made without a question" "harden (99.0.0)" change_to 99.0.0
    stays "an upgrade"
    expect "and brings the new rules" 0 on "$node" grep -qF 99.0.0 /usr/share/harden/rules/egress.toml
    lacks "what keeps the policy runs as the new program" deleted \
        on "$node" "ls -l /proc/\$(systemctl show -P MainPID harden-egress-watch.service)/exe"
    expect "dpkg finds every file as packed" 0 on "$node" "[ -z \"\$(dpkg --verify harden)\" ]"
    expect "a downgrade" 0 change_to 0.0.1 --allow-downgrades
    stays "a downgrade"
    expect "the old version is back" 1 on "$node" grep -qF 99.0.0 /usr/share/harden/rules/egress.toml

    expect "purge" 0 on "$node" "DEBIAN_FRONTEND=noninteractive apt-get purge -y -q harden </dev/null"
    expect "takes the site's settings with it" 2 on "$node" "ls -d /etc/harden /var/lib/harden /etc/cron.d/harden-detect-miners"
    expect "and the rules" 1 on "$node" nft list table inet harden_egress
    lab down "$node" >/dev/null
}

make_version 0.0.1
make_version 99.0.0
versions_on "$suite" 110
[ -z "$full" ] || [ "$suite" = trixie ] || versions_on trixie 111
