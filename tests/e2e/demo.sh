#!/usr/bin/env bash
# The main job, start to end: a fresh node is provisioned over SSH, verified, provisioned again.
# What the second run changed is observed from outside: files, processes, kernel tables.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=${HARDEN_DEMO_NODE:-1}
suite=${HARDEN_DEMO_SUITE:-$suite}
e2e_nodes "$node"

say "==> a fresh $suite node"
lab up "$node" --suite "$suite"
lab image "$node" >/dev/null

setup() { set_up "$node" "$@"; }

# Everything that a run which changes nothing leaves alone.
observed() {
    on "$node" "find /etc /usr/local /usr/libexec/harden /usr/share/harden /lib/systemd/system /root \
                    -xdev -printf '%p %i %m %U %T@ %s\n' | sort
                for p in \$(pgrep -x 'dockerd|sshd|cron|systemd' | sort -n); do
                    [ \$(cut -d' ' -f4 /proc/\$p/stat) != 1 ] || cut -d' ' -f1,2,22 /proc/\$p/stat; done
                $kernel_rules
                ls /var/lib/harden/tx"
}

say "==> setup root@node$node"
setup --report-dir "$repository/build" || fail "the first run ends with status $?"
before=$(observed)
say "==> setup root@node$node, again"
second=$(setup 2>&1) || fail "the second run ends with status $?: $second"
say "$second" | grep -E '^\[' || true
case $second in
*" done "*) fail "the second run changed something" ;;
esac
if ! difference=$(diff <(printf '%s\n' "$before") <(observed)); then
    fail "the second run changed the node:
$difference"
fi
ok "the second run changed no file, process or kernel table"
