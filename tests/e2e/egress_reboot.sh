#!/bin/bash
# A machine that really restarts: a container that starts with Docker, and asks from its first
# instant on, never gets out to a refused port, and afterwards all flows are as wanted. The control is
# the same restart without the watcher, which is there before Docker.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/egress_flows.sh
. "$(dirname "$0")/egress_flows.sh"
[ -n "$full" ] || skip "a restart needs the virtual machine: ./dev test --full"
node=35
e2e_nodes "$node"

vm() { "$repository/tests/lab/vm" "$@"; }
egress=/usr/libexec/harden/egress
unit=harden-egress-watch

status=0
vm up "$node" || status=$?
[ "$status" -ne 77 ] || skip "no virtual machine can run here"
[ "$status" -eq 0 ] || fail "the machine does not come up"
put_binaries "$node"
lab image "$node" >/dev/null
lab internet up
egress_places

# Each attempt is a line on the disk: when, to where, and how it went.
on "$node" "mkdir -p /root/tries; docker run -d --restart always --stop-timeout 1 --name tries -v /root/tries:/tries lab \
    sh -c 'while :; do for to in \"203.0.113.10 3333\" \"169.254.169.254 80\" \"203.0.113.10 443\"; do \
        echo \"\$to \$(probe tcp \$to)\" >>/tries/log; done; sleep 0.1; done' >/dev/null"
tried() { # TO AND HOW: that many attempts
    on "$node" "grep -c '^$1' /root/tries/log; true"
}
tried_some() { [ "$(tried "$1")" -gt 0 ]; }
forget() { on "$node" ": >/root/tries/log"; }

eventually 60 tried_some "203.0.113.10 3333 open" || fail "the port is not open without the policy"
ok "without the policy the port is open (control)"
# Nobody serves that address here: the row is about one that the node translates.
all_flows() { egress_flows; flows=$(grep -v '^c1 tcp 169.254.170.2 ' <<<"$flows"); }
all_flows
has_ipv6
check_flows "before" all
expect "apply" 0 on "$node" "$egress apply"
forget
eventually 60 tried_some "203.0.113.10 3333 refused" || fail "the port is not refused"
ok "with the policy it is refused"

# An emulated processor takes longer to stop all of them than Docker waits; Docker starts them again.
on "$node" "docker stop -t 0 web services c1 c2 c2b c6 c7 hostnet >/dev/null"
forget
vm reboot "$node"
eventually 120 tried_some "203.0.113.10 443 open" || fail "the container does not get out at all after the restart"
eventually 60 on "$node" "$egress status" || fail "drift after the restart: $(on "$node" "$egress status")"
say "        $(tried "203.0.113.10 3333 refused") attempts refused, $(tried "203.0.113.10 443 open") to 443 open"
[ "$(tried "203.0.113.10 3333 open")" = 0 ] || fail "the container got out to a refused port in $(tried "203.0.113.10 3333 open") attempts"
[ "$(tried "169.254.169.254 80 open")" = 0 ] || fail "the container reached the metadata service"
tried_some "203.0.113.10 3333 refused" || fail "the container did not try"
ok "no attempt to a refused port succeeded, from before the restart until after it"
expect "no drift after the restart" 0 on "$node" "$egress status"
eventually 120 on "$node" "[ \"\$(docker ps -q | wc -l)\" = 9 ]" || fail "not all containers are back"
all_flows
has_ipv6
check_flows "after the restart" policy
prints "DOCKER-USER has its copy" "harden:smtp" on "$node" iptables -S DOCKER-USER
# shellcheck disable=SC2016 # expands on the node
prints "the watcher was there before Docker" earlier on "$node" '
    at() { systemctl show -p ActiveEnterTimestampMonotonic --value "$1"; }
    docker=$(systemctl show -p ExecMainStartTimestampMonotonic --value docker)
    [ "$(at '$unit')" -lt "$docker" ] && echo earlier || {
        echo "watcher $(at '$unit'), docker $docker"; journalctl -b --no-pager -o short-monotonic -u '$unit'; }'

on "$node" "systemctl disable $unit; docker rm -f web services c1 c2 c2b c6 c7 hostnet" >/dev/null 2>&1
forget
vm reboot "$node"
eventually 120 tried_some "203.0.113.10 3333 refused" || fail "the policy does not come back at all"
tried_some "203.0.113.10 3333 open" || fail "without the watcher the container is refused as well: this shows nothing"
ok "without the watcher it gets out in $(tried "203.0.113.10 3333 open") attempts until the policy is back (control)"
