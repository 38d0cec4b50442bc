#!/bin/bash
# The network policy of single containers on a whole node, with real packets: everything is open
# before (the control); then a list of domains, nothing at all, a quota, a rate and held sender
# addresses; and removal leaves the packet filter and the queues as they were.
#   egress_container.sh [SUITE [NODE]]
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
suite=${1:-$suite}
node=${2:-43}
[ -n "$full" ] || skip "runs in ./dev test --full"
e2e_nodes "$node"
command -v busybox >/dev/null || skip "busybox is missing"
resolver=203.0.113.$((100 + node)) # two scripts, two name servers
container="/usr/libexec/harden/egress container"

say "==> a $suite node, a name server and a source of bytes in its internet"
node_up "$node" --suite "$suite"
lab image "$node" >/dev/null
lab internet up
lab client ip addr replace $resolver/32 dev lo
servers=()
serve() { # in the background, until the script ends
    setsid "$repository/tests/lab/lab" client timeout --foreground 900 "$@" &
    servers+=("-$!")
}
# shellcheck disable=SC2317 # called by the trap
stop_servers() {
    local status=$?
    kill -- "${servers[@]}" 2>/dev/null || true
    return "$status"
}
trap 'stop_servers; cleanup' EXIT # the library's own, with what it cannot know before it
serve "$binaries/lab_dns_server" $resolver 900 www.example.org=203.0.113.10 \
    alias.example.org=@www.example.org www6.example.org=2001:db8::10 evil.net=203.0.113.10 \
    rebind.example.org=169.254.169.254 private.example.org=10.77.0.1 >"$work/names"
serve busybox nc -ll -p "$((5000 + node))" -e cat /dev/zero
serve busybox nc -ll -p "$((5100 + node))" -e sh -c 'cat >/dev/null'
eventually 5 grep -q serving "$work/names" || fail "no name server: $(cat "$work/names")"

on "$node" "echo nameserver $resolver >/etc/resolv.conf
    docker run -d --name c1 --cap-add NET_ADMIN -p 8080:8080 lab probe serve --for 900 tcp:0.0.0.0:8080 >/dev/null
    docker run -d --name c2 lab probe serve --for 900 tcp:0.0.0.0:8080 >/dev/null
    docker run -d --name c6 --network lab6 lab sleep 900 >/dev/null"
address=$(on "$node" "docker inspect -f '{{.NetworkSettings.IPAddress}}' c1")
neighbour=$(on "$node" "docker inspect -f '{{.NetworkSettings.IPAddress}}' c2")
host=$(on "$node" "ip -4 -o addr show dev eth0" | sed -n 's/.*inet \([0-9.]*\).*/\1/p')

# The packet filter without counters, and every queue: what removal must bring back.
state() {
    on "$node" "nft -s list ruleset 2>/dev/null; tc qdisc show
        for c in c1 c2 c6; do docker exec \$c cat /sys/class/net/eth0/address; nsenter --net --target \
            \$(docker inspect -f '{{.State.Pid}}' \$c) tc qdisc show; done; ls /run/harden /etc/systemd/system 2>/dev/null || true"
}
flow() { # WHAT WANTED CONTAINER PROTOCOL ADDRESS PORT
    local got
    got=$(on "$node" "docker exec $3 probe $4 $5 $6" || true)
    [ "$got" = "$2" ] || fail "$1: $3 to $5 $4/$6 is $got, wanted $2"
    ok "$1: $3 to $5 $4/$6 is $2"
}
inbound() { # WHAT WANTED
    local got
    got=$(lab client "$binaries/lab_probe" tcp "$host" 8080)
    [ "$got" = "$2" ] || fail "$1: the published port is $got, wanted $2"
    ok "$1: the published port is $2"
}
resolves() { prints "$1" "$4" on "$node" "docker exec $2 nslookup $3"; }
closed() { # "timeout" and "refused" both are; open is what counts
    local got
    got=$(on "$node" "docker exec $2 probe $3 $4 $5" || true)
    case $got in
    "" | open) fail "$1: $2 to $4 $3/$5 is ${got:-not known}" ;;
    esac
    ok "$1: $2 to $4 $3/$5 is closed ($got)"
}

eventually 15 on "$node" "docker exec c6 probe tcp 2001:db8::10 443 | grep -q open" || fail "the node has no IPv6"
say "==> control: all is open"
before=$(state)
flow control open c1 tcp 203.0.113.10 443
flow control open c1 tcp 169.254.169.254 80
flow control open c1 tcp 10.77.0.1 "$((5000 + node))"
flow control open c1 tcp 100.100.100.200 443
flow control open c1 tcp "$neighbour" 8080
flow control open c2 tcp "$address" 8080
flow control open c1 tcp "$host" 22
flow control open c6 tcp fd00:ec2::254 80
flow control open c6 tcp 203.0.113.10 443
flow control open c6 tcp 2001:db8::10 443
inbound control open
resolves "control: any name resolves" c1 evil.net 203.0.113.10
on "$node" "docker exec -d c1 sh -c 'probe hold 203.0.113.10 443 60 >/tmp/held'"
eventually 5 on "$node" "docker exec c1 grep -q open /tmp/held" || fail "no connection to hold"
prints "no container has a policy" "no container" on "$node" "$container list"

say "==> mode allow with a wildcard"
expect "a bad domain is refused" 2 on "$node" "$container c1 --mode allow --domain 'ex ample.org'"
expect "an unknown container is refused" 2 on "$node" "$container nobody --mode none"
expect "mode allow" 0 on "$node" "$container c1 --mode allow --domain '*.example.org'"
prints "the same again" "no changes" on "$node" "$container c1 --mode allow --domain '*.example.org'"
expect "there is no drift" 0 on "$node" "$container list"
eventually 5 on "$node" "docker exec c1 grep -q cut /tmp/held" || fail "a running connection lives on"
ok "a running connection to what is not listed is cut"
prints "the proxy is nobody with one capability" "65534 0000000000001000" on "$node" \
    "awk '/^(Uid|CapEff)/ { printf \"%s \", \$2 }' /proc/\$(systemctl show -p MainPID --value harden-egress-dns)/status"
flow "before its name was asked for" refused c1 tcp 203.0.113.10 443
prints "another resolver is led to the proxy" "203.0.113.10" on "$node" "docker exec c1 nslookup www.example.org 8.8.8.8"
flow "the name's address is open" open c1 tcp 203.0.113.10 443
flow "the name's address is open" open c1 udp 203.0.113.10 3333
resolves "an alias resolves" c1 alias.example.org 203.0.113.10
asked=$(grep -c evil.net "$work/names")
resolves "another name is refused" c1 evil.net REFUSED
[ "$(grep -c evil.net "$work/names")" = "$asked" ] || fail "the name server was asked for evil.net"
ok "nobody was asked for it"
prints "over TCP too" "00 04 cb 00" on "$node" "docker exec c1 sh -c \"printf '\\0\\41\\22\\64\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3www\\7example\\3org\\0\\0\\1\\0\\1' | busybox nc 8.8.8.8 53 | busybox hexdump -C\""
closed "what is no question has no answer" c1 udp 8.8.8.8 53
on "$node" "docker exec c1 nslookup rebind.example.org; docker exec c1 nslookup private.example.org" >/dev/null 2>&1 || true
flow "no name opens the metadata service" refused c1 tcp 169.254.169.254 80
flow "no name opens a private address" refused c1 tcp 10.77.0.1 "$((5000 + node))"
flow "another address is refused" refused c1 tcp 100.100.100.200 443
flow "DNS over TLS is refused" refused c1 tcp 8.8.8.8 853
flow "the node's own ports are refused" refused c1 tcp "$host" 22
closed "so is the proxy's own port" c1 tcp "$host" 8053
closed "a neighbour is out of reach" c1 tcp "$neighbour" 8080
inbound "replies of a published port pass" open
flow "another container is not concerned" open c2 tcp 203.0.113.10 443
resolves "nor are its names" c2 evil.net 203.0.113.10
expect "a target with its port" 0 on "$node" "$container c1 --cidr 169.254.169.254:80"
flow "only --cidr opens the metadata service" open c1 tcp 169.254.169.254 80
flow "and no other port there" refused c1 tcp 169.254.169.254 443

say "==> IPv6 and the resolver of a user network"
expect "mode allow" 0 on "$node" "$container c6 --mode allow --domain www6.example.org"
flow "before its name was asked for" refused c6 tcp 2001:db8::10 443
resolves "Docker's resolver is led to the proxy" c6 www6.example.org 2001:db8::10
flow "the name's address is open" open c6 tcp 2001:db8::10 443
resolves "another name is refused" c6 www.example.org "can't find www.example.org"
flow "another address is refused" refused c6 tcp fd00:ec2::254 80
closed "IPv4 as well" c6 tcp 203.0.113.10 443

say "==> a container that was started again, and a flush"
on "$node" "docker restart -t 0 c1 >/dev/null"
expect "drift is seen" 1 on "$node" "$container list"
expect "and mended" 0 on "$node" "$container restore"
prints "once" "no changes" on "$node" "$container restore"
flow "the policy holds" refused c1 tcp 100.100.100.200 443
on "$node" "nft flush chain inet harden_container forward"
flow "the flush opened it" open c1 tcp 100.100.100.200 443
expect "the node's restore mends it" 0 on "$node" "/usr/libexec/harden/egress restore"
flow "the policy holds" refused c1 tcp 100.100.100.200 443

say "==> the node's watcher"
expect "the node's policy" 0 on "$node" "/usr/libexec/harden/egress apply"
for round in 1 2 3; do
    on "$node" "docker restart -t 0 c1 >/dev/null"
    eventually 2 on "$node" "[ \"\$(docker exec c1 probe tcp 100.100.100.200 443)\" = refused ]" ||
        fail "restart $round: not limited after two seconds"
done
ok "three restarts: limited again within two seconds each, and nobody asked"
on "$node" "nft flush chain inet harden_container forward"
eventually 2 on "$node" "[ \"\$(docker exec c1 probe tcp 100.100.100.200 443)\" = refused ]" || fail "not limited after a flush"
ok "a flush of the container's rules: limited again within two seconds"
eventually 3 on "$node" "$container list" || fail "drift: $(on "$node" "$container list; journalctl -u harden-egress-watch --no-pager | tail -20")"
ok "there is no drift"
expect "without the node's policy" 0 on "$node" "/usr/libexec/harden/egress remove"
flow "the container's holds" refused c1 tcp 203.0.113.10 443

say "==> from allow to none in one transaction"
on "$node" "docker exec c1 nslookup www.example.org >/dev/null; docker exec -d c1 sh -c 'probe hold 203.0.113.10 443 60 >/tmp/held'"
eventually 5 on "$node" "docker exec c1 grep -q open /tmp/held" || fail "no connection to hold"
expect "mode none" 0 on "$node" "$container c1 --mode none"
eventually 1 on "$node" "docker exec c1 grep -q cut /tmp/held" || fail "a running connection lives on after a second"
ok "a running connection is cut within a second"
flow "none" refused c1 tcp 203.0.113.10 443
closed "none" c1 tcp "$neighbour" 8080
closed "none" c2 tcp "$address" 8080
flow "none" refused c1 tcp "$host" 22
closed "none" c1 udp 8.8.8.8 53
closed "none" c1 udp "$neighbour" 8080
got=$(lab client "$binaries/lab_probe" tcp "$host" 8080)
[ "$got" != open ] || fail "the published port of a container without a network is open"
ok "nobody comes in ($got)"

say "==> a tenant with NET_ADMIN cannot be somebody else"
flow "control" open c2 tcp 203.0.113.10 443
on "$node" "docker exec c1 ip addr del $address/16 dev eth0; docker exec c1 ip addr add 172.17.0.77/16 dev eth0; docker exec c1 ip route add default via 172.17.0.1"
closed "with another address" c1 tcp 203.0.113.10 443
expect "mode open" 0 on "$node" "$container c1 --mode open --quota 100M/day"
closed "with another address, open" c1 tcp 203.0.113.10 443
expect "control: without a policy" 0 on "$node" "$container c1 remove"
flow "control: another address without a policy" open c1 tcp 203.0.113.10 443
on "$node" "docker exec c1 ip addr del 172.17.0.77/16 dev eth0; docker exec c1 ip addr add $address/16 dev eth0; docker exec c1 ip route add default via 172.17.0.1"
flow "its own address again" open c1 tcp 203.0.113.10 443
mac=$(on "$node" "docker exec c1 cat /sys/class/net/eth0/address")
expect "mode open" 0 on "$node" "$container c1 --mode open --quota 100M/day"
on "$node" "docker exec c1 ip link set eth0 address 02:42:ac:11:00:99; docker exec c1 ip route add default via 172.17.0.1 2>/dev/null || true"
closed "with another hardware address" c1 tcp 203.0.113.10 443
on "$node" "docker exec c1 ip link set eth0 address $mac; docker exec c1 ip route add default via 172.17.0.1 2>/dev/null || true"
eventually 5 on "$node" "docker exec c1 probe tcp 203.0.113.10 443 | grep -q open" || fail "its own hardware address is closed"
ok "its own hardware address again is open"

say "==> a quota of 5 MB a minute, both ways together"
expect "the quota" 0 on "$node" "$container c1 --quota 5M/minute"
began=$SECONDS
got=$(on "$node" "docker exec c1 sh -c 'busybox timeout 5 busybox nc 203.0.113.10 $((5000 + node)) | busybox wc -c'" | tail -1)
{ [ "$got" -gt 4000000 ] && [ "$got" -le 5000000 ]; } || fail "$got bytes of 5000000 came through"
ok "$got bytes came through"
flow "after that" refused c1 tcp 203.0.113.10 443
prints "the list tells what was used" "quota 5M/minute (5" on "$node" "$container list"
expect "the restore of another container's change" 0 on "$node" "$container c2 --mode none"
expect "and back" 0 on "$node" "$container c2 remove"
on "$node" "docker stop -t 0 c1 >/dev/null; $container restore >/dev/null; docker start c1 >/dev/null; $container restore >/dev/null"
flow "the count outlives the rewriting and a restart" refused c1 tcp 203.0.113.10 443
eventually 70 on "$node" "docker exec c1 probe tcp 203.0.113.10 443 | grep -q open" || fail "the quota is not reset"
[ $((SECONDS - began)) -ge 50 ] || fail "the quota was reset after $((SECONDS - began)) s"
ok "a minute later it is open again"

say "==> a rate of 50 Mbit/s each way"
expect "the rate" 0 on "$node" "$container c1 --quota none --rate 50M"
measured() { # rx|tx COMMAND: Mbit/s of the container over three seconds
    on "$node" "docker exec -d c1 sh -c '$2'; sleep 1
        a=\$(docker exec c1 cat /sys/class/net/eth0/statistics/$1_bytes) s=\$(date +%s%N); sleep 3
        b=\$(docker exec c1 cat /sys/class/net/eth0/statistics/$1_bytes) e=\$(date +%s%N)
        echo \$(( (b - a) * 8000 / (e - s) ))"
}
within_a_tenth() { { [ "$2" -ge 45 ] && [ "$2" -le 55 ]; } || fail "$1: $2 Mbit/s"; ok "$1: $2 Mbit/s"; }
within_a_tenth download "$(measured rx "busybox timeout 6 busybox nc 203.0.113.10 $((5000 + node)) >/dev/null")"
sleep 3
within_a_tenth upload "$(measured tx "busybox timeout 6 busybox nc 203.0.113.10 $((5100 + node)) </dev/zero")"
sleep 3
expect "without a rate" 0 on "$node" "$container c1 --rate none"
free=$(measured rx "busybox timeout 6 busybox nc 203.0.113.10 $((5000 + node)) >/dev/null")
[ "$free" -gt 100 ] || fail "still $free Mbit/s without a rate"
ok "without it: $free Mbit/s"

say "==> bad input changes nothing"
expect "a host-network container is refused" 2 on "$node" "docker run -d --name ch --network host lab sleep 300 >/dev/null; $container ch --mode none"
expect "a bad rate" 2 on "$node" "$container c1 --rate fast"
expect "a bad quota" 2 on "$node" "$container c1 --quota 10G"
expect "a spoilt record is an error" 2 on "$node" "echo '{}' >/var/lib/harden/egress/containers/$(printf 'a%.0s' {1..64}).json; $container list"
on "$node" "rm /var/lib/harden/egress/containers/aaaa*; docker rm -f ch >/dev/null"

say "==> removal"
on "$node" "$container c1 --mode none >/dev/null" 
prints "a rollback brings the mode before back" "mode open" on "$node" "/usr/libexec/harden/tx rollback last >/dev/null; $container list"
expect "of one" 0 on "$node" "$container c1 remove"
expect "of the other" 0 on "$node" "$container c6 remove"
prints "of what is not there" "no changes" on "$node" "$container c6 remove"
on "$node" "rmdir /run/harden 2>/dev/null || true"
after=$(state)
# the cable of a container that was started again has another name
normal() { sed 's/veth[0-9a-f]*/veth/; /^ls:/d' <<<"$1"; }
[ "$(normal "$before")" = "$(normal "$after")" ] || fail "something is left: $(diff <(normal "$before") <(normal "$after") || true)"
ok "the packet filter, the queues and the units are as they were"
flow "after removal" open c1 tcp 100.100.100.200 443
