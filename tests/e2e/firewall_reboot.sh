#!/bin/bash
# A machine that really restarts: what was confirmed is in force before its network is, what was
# not is gone.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "a restart needs the virtual machine: ./dev test --full"
node=52
e2e_nodes "$node"

vm() { "$repository/tests/lab/vm" "$@"; }
tool=/usr/libexec/harden/firewall
table='nft list table inet harden_firewall'

status=0
vm up "$node" || status=$?
[ "$status" -ne 77 ] || skip "no virtual machine can run here"
[ "$status" -eq 0 ] || fail "the machine does not come up"
put_binaries "$node"
on "$node" "$tool remove" || fail "it cannot be removed at first"

expect "apply" 0 on "$node" "$tool apply --confirm-within 3000"
expect "applied" 0 on "$node" "$table"
vm reboot "$node"
expect "restarted unconfirmed: taken back" 1 on "$node" "$table"
prints "and the list says why" "rolled back: the machine restarted before it was confirmed" \
    on "$node" /usr/libexec/harden/tx list
expect "apply" 0 on "$node" "$tool apply --confirm-within 3000"
expect "confirm" 0 on "$node" "$tool confirm"
vm reboot "$node"
expect "restarted confirmed: in force" 0 on "$node" "$table"
expect "and as wanted" 0 on "$node" "$tool status"
# shellcheck disable=SC2016 # expands on the node
prints "before the network came up" earlier on "$node" '
    at() { systemctl show --property="$2" --value "$1"; }
    ours=$(at harden-firewall.service ExecMainExitTimestampMonotonic)
    network=$(at network-pre.target ActiveEnterTimestampMonotonic)
    docker=$(at docker.service ExecMainStartTimestampMonotonic)
    [ "$ours" -gt 0 ] && [ "$ours" -le "$network" ] && { [ "$docker" = 0 ] || [ "$ours" -le "$docker" ]; } &&
        echo earlier || echo "ours at $ours, network-pre at $network, docker at $docker"'
lacks "no unit has to wait for itself" "ordering cycle" on "$node" journalctl -b
