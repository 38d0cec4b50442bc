#!/bin/bash
# The policy stays: whatever empties the packet filter, all flows are as wanted again within a
# second of the event's end, and the journal tells who it was.
# The control comes first: without the policy every event leaves every flow open.
#   egress_events.sh [nft|legacy [NODE]]
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/egress_flows.sh
. "$(dirname "$0")/egress_flows.sh"
backend=${1:-nft}
node=${2:-30}
limit=1000 # ms
[ -n "$full" ] || skip "runs in ./dev test --full"
e2e_nodes "$node"

say "==> a $suite node with iptables-$backend"
options=(--suite "$suite")
[ "$backend" = nft ] || options+=(--legacy)
node_up "$node" "${options[@]}"
lab image "$node" >/dev/null
lab internet up
lab put "$node" "$binaries/lab_probe" /root/probe
egress=/usr/libexec/harden/egress
unit=harden-egress-watch

# Without NAT, which a flush takes away, the containers are reached by routes instead.
containers=10.$((70 + node))
on "$node" "printf '{\"bip\": \"$containers.0.1/24\", \"default-address-pools\": [{\"base\": \"$containers.64.0/18\", \"size\": 24}]}\n' >/etc/docker/daemon.json
    docker network rm lab6 >/dev/null; $restart_docker
    sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0" # each refusal is told
lab image "$node" >/dev/null
lab client ip route replace "$containers.0.0/16" via "10.77.0.$((10 + node))"
egress_places
# The operator's address translation that this row is about is flushed as well.
flow_table @web@ @c2b@ @gateway@ @gateway6@ | grep -v '^c1 tcp 169.254.170.2 ' | on "$node" "cat >/root/table"

# The node's part: asks from within the containers' networks, without the delay of docker exec.
on "$node" "cat >/root/flows; chmod +x /root/flows" <<'FLOWS'
#!/bin/bash
# flows ask             what the flows of the node and its containers are now, one a line, sorted
# flows differ all|policy
#                       where that is not as wanted; "all": without a policy each is open
# flows after EVENT [HOOK]
#                       milliseconds from the event's end until all flows are as wanted, until there
#                       is no drift, the event's own, and when it ended. HOOK runs after it and counts.
# flows plug BRIDGE ADDRESS GATEWAY
#                       a host named "plugged" on that bridge
declare -A process
find_containers() {
    local name address gateway gateway6 web c2b near near6
    while IFS='|' read -r name process_id address gateway gateway6 _; do
        process[${name#/}]=$process_id
        case $name in
        /web) web=$address ;;
        /c2b) c2b=$address ;;
        /c1) near=$gateway ;;
        /c6) near6=$gateway6 ;;
        esac
    done < <(docker inspect -f '{{.Name}}|{{.State.Pid}}|{{range .NetworkSettings.Networks}}{{.IPAddress}}|{{.Gateway}}|{{.IPv6Gateway}}|{{end}}' $(docker ps -q))
    process[plugged]=$(cat /root/plugged.pid 2>/dev/null)
    table=$(cat /root/table /root/extra 2>/dev/null |
        sed "s/@web@/$web/; s/@c2b@/$c2b/; s/@gateway@/$near/; s/@gateway6@/$near6/" | grep -v ^internet)
    wanted=$(sort <<<"$table")
}
ask_for() { # WHO: the questions of one sender, on one way in
    local who protocol address port _ from script=
    while read -r who protocol address port _ from; do
        [ "$who" != "$1" ] || script+="echo $who $protocol $address $port \$(\$probe $protocol $address $port $from) $from"$'\n'
    done <<<"$table"
    case $1 in
    node) probe=/root/probe sh -c "$script" ;;
    hostnet) docker exec -i hostnet env probe=probe sh -c "$script" ;; # in its control group
    *) probe=/root/probe nsenter --net="/proc/${process[$1]}/ns/net" sh -c "$script" ;;
    esac
}
ask() {
    local who
    for who in $(cut -d' ' -f1 <<<"$table" | sort -u); do ask_for "$who" & done 2>/dev/null |
        sed -E 's/^([^ ]+ udp .*) timeout/\1 refused/; s/ +$//' | sort
}
differ() { diff <([ "$1" = policy ] && echo "$wanted" || sed 's/ refused/ open/' <<<"$wanted" | sort) <(ask); }
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
        (($(date +%s%N) - end < 5000000000)) || { echo "${found:-}" >&2; exit 1; }
    done
    echo $((($(date +%s%N) - end) / 1000000))
}
are_as_wanted() { found=$(differ policy); }
has_no_drift() { /usr/libexec/harden/egress status >/dev/null; }
case $1 in
ask) find_containers; ask ;;
differ) find_containers; differ "$2" ;;
plug) plug "${@:2}" ;;
after)
    before=$(date +%s%N)
    bash -c "$2" >/root/event.log 2>&1
    end=$(date +%s%N)
    ${3:-true}
    find_containers
    wait_until are_as_wanted
    wait_until has_no_drift
    echo $(((end - before) / 1000000)) "$end"
    ;;
esac
FLOWS

from_outside() { questions_of internet "$binaries/lab_probe" | lab client sh | sort; }
flows=$(flow_table x x x x | grep ^internet)
from_outside_wanted=$(sort <<<"$flows")
outside_is_open() { [ "$(from_outside | sed 's/ $//')" = "$from_outside_wanted" ]; }

check() { # WHEN all|policy
    local differs
    differs=$(on "$node" /root/flows differ "$2") || fail "$1: not as wanted: $differs"
    outside_is_open || fail "$1: from outside: $(from_outside)"
    ok "$1: all $(on "$node" "cat /root/table /root/extra 2>/dev/null" | wc -l) flows are as wanted"
}
check_open() { check "$1: open without the policy (control)" all; }
check_policy() { check "$1" policy; }
has_ipv6() { # neighbours are found only once the links' own addresses have settled
    eventually 20 on "$node" "/root/flows ask | grep '2001:db8::10 443 open'" || fail "the node has no IPv6"
}

# An event: WHAT, its command, the name that the journal shall tell (or ""), and what comes after it.
event() {
    local what=$1 command=$2 culprit=$3 then=${4:-} since times wanted clean took end outside journal
    since=$(on "$node" "date +%s.%N")
    times=$(on "$node" "/root/flows after $(printf %q "$command") $(printf %q "$then")") ||
        fail "$what: not as wanted again: $(on "$node" "cat /root/event.log; journalctl -u $unit -n 5 --no-pager -o cat; $egress status")"
    read -r wanted clean took end <<<"${times//$'\n'/ }"
    eventually 3 outside_is_open || fail "$what: published ports: $(from_outside)"
    outside=$((($(date +%s%N) - end) / 1000000))
    [ "$wanted" -le "$limit" ] || fail "$what: as wanted again only after $wanted ms"
    [ "$clean" -le "$limit" ] || fail "$what: no drift only after $clean ms"
    [ "$outside" -le "$limit" ] || fail "$what: published ports answer only after $outside ms"
    ok "$what: all flows as wanted $wanted ms after its end, no drift after $clean ms, seen from outside after $outside ms (it took $took ms)"
    [ -n "$culprit" ] || return 0
    journal=$(on "$node" "journalctl -u $unit --since @$since -o cat --no-pager")
    grep -q "put back: .*by .*$culprit" <<<"$journal" || fail "$what: the journal does not name $culprit:
$journal"
    ok "$what: $(grep -m1 'put back: ' <<<"$journal")"
}

emptied='iptables -P FORWARD ACCEPT; ip6tables -P FORWARD ACCEPT; iptables -F; ip6tables -F'
removed="$emptied; iptables -X; ip6tables -X; true"
own_bridge="docker network create --subnet $containers.200.0/24 -o com.docker.network.bridge.name=mybr1 n2"
plug="/root/flows plug mybr1 $containers.200.9/24 $containers.200.1"
unplug="kill \$(cat /root/plugged.pid); rm /root/extra /root/plugged.pid; sleep 0.1; docker network rm n2 >/dev/null"
has_ipv6
check_open "before"
for what in "$emptied" "$removed" "nft flush ruleset"; do
    on "$node" "$what" >/dev/null 2>&1
    check_open "${what##*ACCEPT; }"
done
on "$node" "$restart_docker"
has_ipv6
check_open "systemctl restart docker"

on "$node" "$own_bridge >/dev/null; $plug; echo 'plugged tcp 203.0.113.10 3333 refused' >/root/extra"
eventually 5 on "$node" "/root/flows ask | grep '^plugged.* open'" || fail "the plugged host does not get out"
check_open "with a network whose bridge has a name of its own"
on "$node" "$unplug"

expect "apply" 0 on "$node" "$egress apply"
prints "the watcher runs" "active" on "$node" systemctl is-active $unit
prints "again: nothing to do" "no changes" on "$node" "$egress apply"
expect "no drift" 0 on "$node" "$egress status"
check_policy "after apply"


[ "$backend" = nft ] && name=iptables || name="somebody whom the kernel does not name"
event "iptables -F" "$emptied" "$name"
prints "and DOCKER-USER has its copy again" "harden:smtp" on "$node" iptables -S DOCKER-USER
event "iptables -F; iptables -X" "$removed" ""
event "systemctl restart docker" "$restart_docker" ""
has_ipv6
eventually 2 on "$node" "iptables -S DOCKER-USER | grep -q harden:smtp" || fail "no copy in DOCKER-USER after a restart of Docker"
check_policy "after a restart of Docker"
event "nft flush ruleset" "nft flush ruleset" '"nft"'
# harden-egress.service runs with it: whichever comes first, it or the watcher, puts the rules back
event "systemctl restart nftables" "systemctl restart nftables" ""
event "systemctl reload nftables" "systemctl reload nftables" ""
on "$node" "systemctl stop nftables; $restart_docker"
has_ipv6
check_policy "with Docker's chains again"
event "a rule of ours deleted" "nft flush chain inet harden_egress forward; iptables -D DOCKER-USER -p tcp --dport 25 -m comment --comment harden:smtp -j HARDEN-DROP" '"nft"'

event "docker network create" "docker network create n1" ""
on "$node" "docker run -d --name c9 --network n1 lab sleep 3600 >/dev/null; echo 'c9 tcp 203.0.113.10 25 refused' >/root/extra"
event "a container on the new network" true ""
on "$node" "echo 'plugged tcp 203.0.113.10 3333 refused' >>/root/extra"
event "docker network create with a bridge of its own name" "$own_bridge" "" "$plug"
prints "the journal tells of the bridge" "new mybr1" on "$node" "journalctl -u $unit -o cat --no-pager"
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
on "$node" "systemctl reset-failed docker; systemctl start docker"
has_ipv6
on "$node" "echo 'plugged tcp 203.0.113.10 3333 refused' >/root/extra"
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
lab client ip route del "$containers.0.0/16"
