#!/bin/bash
# The policy stays: whatever empties the packet filter, what shall be refused is refused again
# within a second of the event's end, what shall be open is open, and the journal tells who it was.
# The control comes first: without the policy every event leaves every flow open.
#   egress_events.sh [nft|legacy [NODE]]
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
backend=${1:-nft}
node=${2:-30}
limit=1000 # ms
e2e_nodes "$node"

say "==> a bookworm node with iptables-$backend"
options=(--suite bookworm)
[ "$backend" = nft ] || options+=(--legacy)
node_up "$node" "${options[@]}"
lab image "$node" >/dev/null
lab internet up
lab put "$node" "$binaries/lab_probe" /root/probe
egress=/usr/libexec/harden/egress
unit=harden-egress-watch

# Without NAT, which a flush takes away, the containers are reached by a route instead.
containers=10.99.$node
lab client ip route replace "$containers.0/24" via "10.77.0.$((10 + node))"
on "$node" "docker network create --subnet $containers.0/24 lab4 >/dev/null
    for c in 'c1 lab4' 'c6 lab6'; do
        set -- \$c; docker run -d --restart always --stop-timeout 1 --name \$1 --network \$2 lab sleep 3600 >/dev/null; done"

# The node's part: asks from within the containers' networks, without the delay of docker exec.
on "$node" "cat >/root/flows; chmod +x /root/flows" <<'FLOWS'
#!/bin/bash
# flows ask             one line a flow
# flows after EVENT [restarts|HOOK]
#                       milliseconds from the event's end until all that shall be refused is, until
#                       there is no drift, and the event's own. HOOK runs after it and counts.
# flows plug BRIDGE ADDRESS GATEWAY
#                       a host named "plugged" on that bridge
refused='c1 tcp 203.0.113.10 25
c1 tcp 203.0.113.10 3333
c1 udp 203.0.113.10 3333
c1 tcp 169.254.169.254 80
c6 tcp 2001:db8::10 25
c6 tcp 2001:db8::10 6667'
open='c1 tcp 203.0.113.10 443
c1 udp 203.0.113.10 53
c6 tcp 2001:db8::10 443'
extra=$(cat /root/extra 2>/dev/null)
[ -z "$extra" ] || refused=$refused$'\n'$extra
containers=$(printf '%s\n' "$refused" "$open" | cut -d' ' -f1 | sort -u | grep -v plugged)
ask() { # FLOWS
    while read -r name protocol address port; do
        read -r process <"/root/$name.pid"
        echo "$name $protocol $address $port $(nsenter --net="/proc/$process/ns/net" /root/probe "$protocol" "$address" "$port")"
    done <<<"$1"
}
find_containers() {
    for name in $containers; do docker inspect -f '{{.State.Pid}}' "$name" >"/root/$name.pid"; done
}
plug() {
    unshare --net sleep 600 </dev/null >/dev/null 2>&1 &
    echo $! >/root/plugged.pid
    while [ "/proc/$!/ns/net" -ef /proc/self/ns/net ]; do sleep 0.002; done
    ip link add plugged type veth peer name eth0 netns $!
    ip link set plugged master "$1" up
    nsenter --net="/proc/$!/ns/net" sh -c "ip addr add $2 dev eth0; ip link set eth0 up; ip route add default via $3"
}
wait_until() { # CONDITION…
    while ! "$@"; do
        (($(date +%s%N) - end < 5000000000)) || { echo "${asked:-}" >&2; exit 1; }
    done
    echo $((($(date +%s%N) - end) / 1000000))
}
all_refused() {
    asked=$(ask "$refused")
    ! grep -qv ' refused$' <<<"$asked"
}
has_no_drift() { /usr/libexec/harden/egress status >/dev/null; }
case $1 in
ask) find_containers; ask "$refused"; ask "$open" ;;
plug) plug "${@:2}" ;;
after)
    find_containers
    before=$(date +%s%N)
    bash -c "$2" >/root/event.log 2>&1
    end=$(date +%s%N)
    case ${3:-} in
    restarts) find_containers ;;
    ?*) $3 ;;
    esac
    wait_until all_refused
    wait_until has_no_drift
    echo $(((end - before) / 1000000))
    ;;
esac
FLOWS

flows() { on "$node" /root/flows ask; }
check_open() {
    local asked
    asked=$(flows)
    ! grep -v ' open$' <<<"$asked" || fail "$1: without the policy not every flow is open"
    ok "$1: $(wc -l <<<"$asked") flows are open without the policy (control)"
}
check_policy() {
    local asked
    asked=$(flows)
    # 443 and 53 are open, everything else is refused
    ! grep -vE ' (443|53) open$| (25|80|3333|6667) refused$' <<<"$asked" || fail "$1: not as wanted"
    ok "$1: all $(wc -l <<<"$asked") flows are as wanted"
}
has_ipv6() { # neighbours are found only once the links' own addresses have settled
    eventually 20 on "$node" "/root/flows ask | grep '2001:db8::10 443 open'" || fail "the node has no IPv6"
}

# An event: WHAT, its command, the name that the journal shall tell (or ""), and what comes after
# it ("restarts": the containers are new ones).
event() {
    local what=$1 command=$2 culprit=$3 then=${4:-} since times refused clean took journal
    since=$(on "$node" "date +%s.%N")
    times=$(on "$node" "/root/flows after $(printf %q "$command") $(printf %q "$then")") ||
        fail "$what: not refused again: $(on "$node" "cat /root/event.log; journalctl -u $unit -n 5 --no-pager -o cat; $egress status")"
    read -r refused clean took <<<"${times//$'\n'/ }"
    [ "$refused" -le "$limit" ] || fail "$what: refused again only after $refused ms"
    [ "$clean" -le "$limit" ] || fail "$what: no drift only after $clean ms"
    ok "$what: refused again $refused ms after its end, no drift after $clean ms (it took $took ms)"
    [ -n "$culprit" ] || return 0
    journal=$(on "$node" "journalctl -u $unit --since @$since -o cat --no-pager")
    grep -q "put back: .*by .*$culprit" <<<"$journal" || fail "$what: the journal does not name $culprit:
$journal"
    ok "$what: $(grep -m1 'put back: ' <<<"$journal")"
}

emptied='iptables -P FORWARD ACCEPT; ip6tables -P FORWARD ACCEPT; iptables -F; ip6tables -F'
removed="$emptied; iptables -X; ip6tables -X; true"
own_bridge="docker network create --subnet 10.98.$node.0/24 -o com.docker.network.bridge.name=mybr0 n2"
plug="/root/flows plug mybr0 10.98.$node.9/24 10.98.$node.1"
unplug="kill \$(cat /root/plugged.pid); rm /root/extra; sleep 0.1; docker network rm n2 >/dev/null"
has_ipv6
check_open "before"
for what in "$emptied" "$removed" "nft flush ruleset"; do
    on "$node" "$what" >/dev/null 2>&1
    check_open "${what##*ACCEPT; }"
done
on "$node" "systemctl restart docker"
has_ipv6
check_open "systemctl restart docker"

on "$node" "$own_bridge >/dev/null; $plug; echo 'plugged tcp 203.0.113.10 3333' >/root/extra"
eventually 5 on "$node" "/root/flows ask | grep '^plugged.* open'"
check_open "with a network whose bridge has a name of its own"
on "$node" "$unplug"

expect "apply" 0 on "$node" "$egress apply"
prints "the watcher runs" "active" on "$node" systemctl is-active $unit
prints "again: nothing to do" "no changes" on "$node" "$egress apply"
expect "no drift" 0 on "$node" "$egress status"
check_policy "after apply"


[ "$backend" = nft ] && name=iptables || name="somebody whom the kernel does not name"
# flushed at once by the operator, then with the chains
event "iptables -F" "$emptied" "$name"
prints "and DOCKER-USER has its copy again" "harden:smtp" on "$node" iptables -S DOCKER-USER
check_policy "after iptables -F"
event "iptables -F; iptables -X" "$removed" ""
check_policy "after iptables -X"
event "systemctl restart docker" "systemctl restart docker" "" restarts
has_ipv6
eventually 2 on "$node" "iptables -S DOCKER-USER | grep -q harden:smtp" || fail "no copy in DOCKER-USER after a restart of Docker"
check_policy "after a restart of Docker"
event "nft flush ruleset" "nft flush ruleset" '"nft"'
[ "$backend" != nft ] || check_policy "after nft flush ruleset"
# harden-egress.service runs with it: whichever comes first, it or the watcher, puts the rules back
event "systemctl restart nftables" "systemctl restart nftables" ""
event "systemctl reload nftables" "systemctl reload nftables" ""
on "$node" "systemctl stop nftables; systemctl restart docker"
has_ipv6
check_policy "with Docker's chains again"
event "a rule of ours deleted" "nft flush chain inet harden_egress forward; iptables -D DOCKER-USER -p tcp --dport 25 -m comment --comment harden:smtp -j HARDEN-DROP" '"nft"'

event "docker network create" "docker network create n1" ""
on "$node" "docker run -d --name c2 --network n1 lab sleep 3600 >/dev/null; echo 'c2 tcp 203.0.113.10 25' >/root/extra"
event "a container on the new network" true ""
on "$node" "echo 'plugged tcp 203.0.113.10 3333' >>/root/extra"
event "docker network create with a bridge of its own name" "$own_bridge" "" "$plug"
prints "the journal tells of the bridge" "new mybr0" on "$node" "journalctl -u $unit -o cat --no-pager"
on "$node" "$unplug; rm -f /root/extra"
eventually 4 on "$node" "$egress status" || fail "drift after the network with a bridge of its own is gone"
ok "and when it is gone there is no drift"

say "==> a container that the policy excepts by its label"
on "$node" "mkdir -p /etc/harden; printf 'version = 1\n[labels.\"lab.mail=yes\"]\nopen = [\"smtp\"]\n' >/etc/harden/egress.toml"
expect "apply with an exception for a label" 0 on "$node" "$egress apply"
asks='until docker exec mail probe tcp 203.0.113.10 25 | grep -q open; do sleep 0.05; done'
start="docker run -d --name mail --label lab.mail=yes --stop-timeout 0 lab sleep 600 >/dev/null"
took=$(on "$node" "$start; since=\$(date +%s%N); timeout 5 sh -c '$asks'; echo \$(((\$(date +%s%N) - since) / 1000000))")
[ "$took" -le "$limit" ] || fail "the excepted container is let out only after $took ms"
ok "it is let out $took ms after its start"
event "its end" "docker rm -f mail >/dev/null" ""
# without the label it gets the same address
on "$node" "${start/--label lab.mail=yes/}"
prints "the next container with its address is refused" refused on "$node" "docker exec mail probe tcp 203.0.113.10 25"
on "$node" "docker rm -f mail >/dev/null; rm /etc/harden/egress.toml"
expect "apply without the exception" 0 on "$node" "$egress apply"

say "==> a Docker that is stopped"
# whoever asks through docker.socket would start it again
on "$node" "systemctl stop docker; sleep 5"
prints "stays stopped" inactive on "$node" systemctl is-active docker
expect "with the policy in force" 0 on "$node" "nft list table inet harden_egress"
on "$node" "systemctl start docker"
has_ipv6
on "$node" "echo 'plugged tcp 203.0.113.10 3333' >/root/extra"
event "and when it is back its networks are followed again: docker network create" "$own_bridge" "" "$plug"
on "$node" "$unplug"
check_policy "with Docker back"

event "kill -9 of the watcher, and the table deleted" "kill -9 \$(systemctl show -p MainPID --value $unit); nft delete table inet harden_egress" ""
eventually 3 on "$node" "systemctl is-active -q $unit" || fail "the watcher does not come back"
event "and once more" "nft delete table inet harden_egress" '"nft"'

say "==> at rest"
seconds=10
[ -z "$full" ] || seconds=60
# shellcheck disable=SC2016 # expands on the node
on "$node" 'cat >/root/idle; chmod +x /root/idle' <<'IDLE'
#!/bin/sh
# idle SECONDS: microseconds of the processor and wakeups of the watcher in that time
pid=$(systemctl show -p MainPID --value harden-egress-watch)
used() {
    cut -d' ' -f1 /proc/$pid/schedstat # nanoseconds
    sed -n 's/^voluntary_ctxt_switches:\s*//p' /proc/$pid/status
}
# shellcheck disable=SC2046
set -- "$1" $(used) $(sleep "$1") $(used)
echo $((($4 - $2) / 1000)) $(($5 - $3))
IDLE
is_idle() {
    local used wakeups most=$((100 * seconds)) # 0.01 % of a processor
    [ "$backend" = nft ] || most=$((5000 * seconds)) # 0.5 %
    read -r used wakeups <<<"$(on "$node" /root/idle $seconds)"
    say "        $used us of a processor and $wakeups wakeups in $seconds s"
    [ "$used" -le "$most" ]
}
sleep 4
is_idle || is_idle || is_idle || fail "the watcher is not idle" # something may have happened
ok "the watcher is idle"

say "==> somebody who does not give up"
on "$node" "systemd-run -q --unit=rival sh -c 'for i in \$(seq 60); do nft delete table inet harden_egress; sleep 0.15; done; true'"
eventually 30 on "$node" "journalctl -u $unit -o cat --no-pager | grep -q 'warning: put back 30 times.*\"nft\"'" || fail "no warning of the fight"
ok "the fight is told: $(on "$node" "journalctl -u $unit -o cat --no-pager | grep -m1 warning:")"
eventually 15 on "$node" "$egress status" || fail "the rules do not come back after the fight"
ok "and the rules come back after it"

expect "removal" 0 on "$node" "$egress remove"
lacks "nothing of ours is left" "arden" on "$node" "iptables-save; ip6tables-save; nft list ruleset 2>/dev/null; systemctl list-unit-files 'harden*'; systemctl list-units --all 'harden*'"
check_open "after removal"
lab client ip route del "$containers.0/24"
