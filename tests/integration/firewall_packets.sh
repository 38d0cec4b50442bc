#!/bin/bash
# Real packets through three network namespaces: containers behind br-x, the node between, and the
# internet. Every flow is open before the policy is applied (the control); afterwards exactly those
# that shall be refused are.
set -euo pipefail
binaries=${HARDEN_BUILD:-build}/bin
[ "$(id -u)" -eq 0 ] || { echo "skipped: network namespaces need root" >&2; exit 77; }
if [ "${HARDEN_PRIVATE:-}" != yes ]; then
    exec env HARDEN_PRIVATE=yes unshare --net --mount -- "$0" "$@"
fi
[ -w /proc/sys/net/ipv4/ip_forward ] || mount -o remount,bind,rw /proc/sys/net # a clean machine's
mount -t tmpfs tmpfs /var/lib # the policy's record and the transactions
export XTABLES_LOCKFILE=/var/lib/xtables.lock
sleepers=()
probes=()
cleanup() {
    local pid
    for pid in "${probes[@]}" "${sleepers[@]}"; do kill "$pid" 2>/dev/null || true; done
}
trap cleanup EXIT
seen=0
fail() { echo "  FAIL  $*" >&2; exit 1; }
ok() { seen=$((seen + 1)); echo "  ok    $*"; }

namespace() { # sets $REPLY to the process that keeps a new one
    unshare --net sleep 120 &
    REPLY=$!
    sleepers+=("$REPLY")
    until [ "$(readlink "/proc/$REPLY/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
}
within() { nsenter --net="/proc/$1/ns/net" -- "${@:2}"; }
namespace && one=$REPLY
namespace && two=$REPLY
namespace && internet=$REPLY

sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip link set lo up
ip link add br-x type bridge
ip addr add 172.30.0.1/24 dev br-x
ip addr add fd30::1/64 dev br-x nodad
ip link set br-x up
number=2
for container in "$one" "$two"; do
    ip link add "port$number" type veth peer name eth0 netns "$container"
    ip link set "port$number" master br-x up
    within "$container" sh -c "ip link set lo up; ip link set eth0 up; ip addr add 172.30.0.$number/24 dev eth0
        ip addr add fd30::$number/64 dev eth0 nodad; ip route add default via 172.30.0.1; ip -6 route add default via fd30::1"
    number=$((number + 1))
done
ip link add up0 type veth peer name eth0 netns "$internet"
ip addr add 203.0.113.1/24 dev up0
ip addr add 2001:db8::1/64 dev up0 nodad
ip link set up0 up
within "$internet" sh -c 'ip link set lo up; ip link set eth0 up; ip addr add 203.0.113.10/24 dev eth0; ip addr add 2001:db8::10/64 dev eth0 nodad
    ip route add default via 203.0.113.1; ip -6 route add default via 2001:db8::1'
for address in 169.254.169.254 169.254.170.2 100.100.100.200 10.99.0.1; do
    within "$internet" ip addr add "$address/32" dev lo
    ip route add "$address/32" via 203.0.113.10
done
within "$internet" ip addr add fd00:ec2::254/128 dev lo nodad
ip route add fd00:ec2::254/128 via 2001:db8::10

serve() { # PID SPEC…
    # not by the function: what is killed at the end shall be the program itself
    nsenter --net="/proc/$1/ns/net" -- "$binaries/lab_probe" serve --for 120 "${@:2}" >"/var/lib/serve.$1.$#" &
    probes+=("$!")
    until grep -qs serving "/var/lib/serve.$1.$#"; do sleep 0.02; done
}
specs=()
for address in 203.0.113.10 '[2001:db8::10]' 169.254.169.254 169.254.170.2 100.100.100.200 '[fd00:ec2::254]' 10.99.0.1; do
    for port in 25 53 80 443 587 3333 6667 8888 9001 14444 45560; do specs+=("tcp:$address:$port"); done
    for port in 53 123 3333; do specs+=("udp:$address:$port"); done
done
serve "$internet" "${specs[@]}"
serve "$one" tcp:172.30.0.2:3333 "tcp:[fd30::2]:3333" tcp:172.30.0.2:8080
serve "$two" tcp:172.30.0.3:3333 tcp:172.30.0.3:25
serve $$ tcp:172.30.0.1:22 tcp:172.30.0.1:2375 tcp:172.30.0.1:3333 tcp:203.0.113.1:9100 tcp:203.0.113.1:8080

# What Docker does for `-p 3333:3333`, and a node that answers a metadata address itself.
nft -f - <<'NFT'
table ip published {
    chain prerouting {
        type nat hook prerouting priority dstnat
        iifname "up0" tcp dport 3333 dnat to 172.30.0.2:3333
        ip daddr 169.254.170.2 tcp dport 80 dnat to 203.0.113.1:8080
    }
}
NFT
case ${1:-none} in
legacy | nft)
    for family in iptables ip6tables; do
        "$family-$1" -N DOCKER-USER
        "$family-$1" -A FORWARD -j DOCKER-USER
    done
    ;;
none) ;;
*) fail "usage: $0 [nft|legacy]" ;;
esac

# WHO PROTOCOL ADDRESS PORT WANTED-AFTERWARDS; without a policy each is open.
flows="one tcp 203.0.113.10 443 open
one tcp 203.0.113.10 80 open
one udp 203.0.113.10 53 open
one tcp 2001:db8::10 443 open
one tcp 203.0.113.10 25 refused
one tcp 203.0.113.10 587 refused
one tcp 203.0.113.10 3333 refused
one udp 203.0.113.10 3333 refused
one tcp 203.0.113.10 6667 refused
one tcp 203.0.113.10 9001 refused
one tcp 203.0.113.10 14444 refused
one tcp 203.0.113.10 8888 open
one tcp 2001:db8::10 25 refused
one tcp 2001:db8::10 3333 refused
one udp 2001:db8::10 3333 refused
one tcp 2001:db8::10 6667 refused
one tcp 169.254.169.254 80 refused
one tcp 169.254.169.254 443 refused
one udp 169.254.169.254 53 open
one tcp 169.254.169.254 53 open
one udp 169.254.169.254 123 open
one udp 169.254.169.254 3333 refused
one tcp 169.254.170.2 80 refused
one tcp 100.100.100.200 80 refused
one tcp fd00:ec2::254 80 refused
one udp fd00:ec2::254 53 open
one tcp 10.99.0.1 443 open
one tcp 172.30.0.3 3333 open
one tcp 172.30.0.3 25 open
one tcp 172.30.0.1 22 refused
one tcp 172.30.0.1 2375 refused
one tcp 203.0.113.1 9100 refused
one tcp 172.30.0.1 3333 open
internet tcp 203.0.113.1 3333 open
internet tcp 172.30.0.2 8080 open
internet tcp fd30::2 3333 open
node tcp 203.0.113.10 25 open
node tcp 203.0.113.10 3333 open
node tcp 169.254.169.254 80 open
node tcp 172.30.0.3 3333 open"

ask() {
    case $1 in
    one) within "$one" "$binaries/lab_probe" "${@:2}" ;;
    internet) within "$internet" "$binaries/lab_probe" "${@:2}" ;;
    node) "$binaries/lab_probe" "${@:2}" ;;
    esac
}
check_flows() { # before|after
    local who protocol address port wanted got
    while read -r who protocol address port wanted; do
        [ "$1" = after ] || wanted=open
        got=$(ask "$who" "$protocol" "$address" "$port")
        [ "$got" = "$wanted" ] || fail "$1: $who $protocol $address $port is $got, wanted $wanted"
        ok "$1: $who -> $protocol $address $port $got"
    done <<<"$flows"
}

# IPv6 neighbours are found only once the links' own addresses have settled.
for attempt in {1..10}; do
    [ "$(ask one tcp 2001:db8::10 443)" != open ] || break
    [ "$attempt" -lt 10 ] || fail "the namespaces have no IPv6"
done
check_flows before
# A connection that runs already, and one whose client's port is a port that we close.
nsenter --net="/proc/$one/ns/net" -- "$binaries/lab_probe" hold 203.0.113.10 14444 20 >/var/lib/held &
held=$!
probes+=("$held")
until grep -qs open /var/lib/held; do sleep 0.02; done

"$binaries/egress" apply >/var/lib/applied || fail "apply: status $?"
wait "$held" || true
grep -q cut /var/lib/held || fail "a running connection to a refused port lives on"
ok "a running connection to a refused port is cut"
check_flows after
[ "$("$binaries/egress" apply)" = "no changes" ] || fail "a second apply changes something"
ok "a second apply changes nothing"

hits() { nft list counter inet harden_egress "$1" | sed -n 's/.*packets \([0-9]*\) .*/\1/p'; }
for counter in metadata_ip metadata_ip6 smtp_ip smtp_ip6 mining_ip mining_ip6 irc_ip tor_ip mining-watch_ip host-services_ip; do
    [ "$(hits $counter)" -gt 0 ] || fail "counter $counter counted nothing"
done
ok "each group counts its own hits"

# The copy alone still refuses what it lists: our own table is gone, as after a foreign flush.
if [ "${1:-none}" != none ]; then
    nft delete table inet harden_egress
    for flow in "tcp 203.0.113.10 25" "tcp 203.0.113.10 3333" "tcp 2001:db8::10 6667" "tcp 169.254.169.254 80" "tcp fd00:ec2::254 80"; do
        # shellcheck disable=SC2086
        [ "$(ask one $flow)" = refused ] || fail "the copy alone lets $flow pass"
    done
    for flow in "tcp 203.0.113.10 443" "udp 169.254.169.254 53"; do
        # shellcheck disable=SC2086
        [ "$(ask one $flow)" = open ] || fail "the copy alone refuses $flow"
    done
    [ "$(ask internet tcp 203.0.113.1 3333)" = open ] || fail "the copy alone breaks a published port"
    ok "the copy in DOCKER-USER refuses the same alone"
    "$binaries/egress" restore || fail "restore: status $?"
    nft list table inet harden_egress >/dev/null || fail "restore does not bring the table back"
    ok "restore brings the table back"
fi

"$binaries/egress" remove >/var/lib/removed || fail "remove: status $?"
check_flows before
echo "$seen passed, 0 failed"
