#!/usr/bin/env bash
# The package on a node: installing changes nothing, upgrading keeps the rules, removing keeps the
# policy and says so, purging takes it away and says so.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=16
suite=${HARDEN_E2E_SUITE:-$suite}
package=$(built_package)
e2e_nodes "$node"
lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
lab put "$node" "$package" /root/harden.deb

# What the node does: rules, units, cron, Docker, sshd; and the files that decide it.
doing() {
    on "$node" "$kernel_rules; iptables-save | grep -v '^#' | sed 's/\[.*\]//'
        systemctl list-units --type=service,timer --state=active --no-legend --plain | cut -d' ' -f1
        find /etc/cron.d /etc/docker /etc/ssh /etc/systemd /usr/local -type f -printf '%p %T@\n' | sort
        for p in \$(pgrep -x 'dockerd|sshd' | sort -n); do
            [ \$(cut -d' ' -f4 /proc/\$p/stat) != 1 ] || cut -d' ' -f1,22 /proc/\$p/stat; done"
}
install() { on "$node" "apt-get install -y -q --reinstall /root/harden.deb"; }
policy() { on "$node" nft list table inet harden_egress; }
settled() { sed '/apt-daily\|dpkg-db-backup\|user@\|session/d'; }

say "==> install on $suite"
before=$(doing | settled)
prints "installing says that nothing was changed" "nothing on this node has been changed" install
difference=$(diff <(printf '%s\n' "$before") <(doing | settled)) || fail "installing changed the node:
$difference"
ok "and nothing was"
prints "the dispatcher runs" "gvisor-install" on "$node" harden help
expect "every program finds its libraries" 1 on "$node" "ldd /usr/libexec/harden/* /usr/bin/harden | grep 'not found'"
expect "rules lie in /usr/share/harden" 0 on "$node" test -s /usr/share/harden/rules/egress.toml
expect "every file is root's" 1 on "$node" "dpkg -L harden | xargs stat -c '%U %G %n' | grep -v '^root root'"
expect "nothing is writable to others" 1 on "$node" "dpkg -L harden | xargs stat -c '%A %n' | grep '^-.......w'"
expect "dpkg finds every file as packed" 0 on "$node" "[ -z \"\$(dpkg --verify harden)\" ]"

say "==> upgrade"
expect "the policy is applied" 0 on "$node" harden egress apply
rules=$(policy)
on "$node" "mkdir -p /etc/harden && printf 'version = 1\n' >/etc/harden/egress.toml"
expect "the same version again" 0 install
[ "$(policy)" = "$rules" ] || fail "an upgrade changed the rules in force"
ok "an upgrade leaves every rule in force"
prints "the operator's file stays" "version = 1" on "$node" cat /etc/harden/egress.toml

lab image "$node" >/dev/null
on "$node" "docker run -d --name c1 lab sleep 600 >/dev/null"
expect "a container is limited" 0 on "$node" harden egress container c1 --mode allow --domain example.org
rules=$(policy)

say "==> remove"
prints "removing says that the policy stays" "the egress policy stays in force" on "$node" apt-get remove -y -q harden
[ "$(policy)" = "$rules" ] || fail "removing changed the rules in force"
ok "and it does"
expect "the programs are gone" 1 on "$node" test -e /usr/libexec/harden
prints "the operator's file stays" "version = 1" on "$node" cat /etc/harden/egress.toml

say "==> purge"
prints "purging says that the policy goes" "the egress policy is removed" on "$node" apt-get purge -y -q harden
expect "and it does" 1 policy
lacks "nor does a container's stay" "harden" on "$node" "nft list tables; ps ax -o comm= | grep egress"
lacks "nothing of ours is left in Docker's chains" "harden" on "$node" iptables-save
lacks "no file of ours is left" harden on "$node" "ls /etc /var/lib /usr/share /usr/libexec /etc/cron.d /etc/systemd/system /lib/systemd/system"
expect "and no unit either" 1 on "$node" "systemctl list-units --all | grep harden"

say "==> install and purge at once, with nothing applied"
expect "install" 0 install
expect "purge" 0 on "$node" apt-get purge -y -q harden
