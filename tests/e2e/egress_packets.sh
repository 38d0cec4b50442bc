#!/bin/bash
# The policy on a whole node, with real packets from real containers: every flow is open before
# (the control), afterwards exactly those that shall be refused are, and a restart of Docker, a
# foreign flush and three applies change nothing of that.
#   egress_packets.sh [SUITE [nft|legacy [NODE]]]
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
suite=${1:-bookworm}
backend=${2:-nft}
node=${3:-3}
e2e_nodes "$node"

say "==> a $suite node with iptables-$backend"
options=(--suite "$suite")
[ "$backend" = nft ] || options+=(--legacy)
node_up "$node" "${options[@]}"
lab image "$node" >/dev/null
lab internet up
egress=/usr/libexec/harden/egress

# An operator's rule before us, a published port, and neighbours on one bridge.
on "$node" "iptables -I DOCKER-USER -s 192.0.2.99 -m comment --comment operator -j ACCEPT
    docker run -d --name web -p 3333:3333 lab probe serve --for 900 tcp:0.0.0.0:3333 >/dev/null
    docker run -d --name c1 lab sleep 900 >/dev/null
    docker run -d --name c6 --network lab6 lab sleep 900 >/dev/null"
web=$(on "$node" "docker inspect -f '{{.NetworkSettings.IPAddress}}' web")
address=$(on "$node" "ip -4 -o addr show scope global" | sed -n 's/.*inet \(10\.77\.[0-9.]*\).*/\1/p')
operator=$(on "$node" "iptables -S DOCKER-USER" | grep operator)

# CONTAINER PROTOCOL ADDRESS PORT WANTED-AFTERWARDS
flows="c1 tcp 203.0.113.10 443 open
c1 udp 203.0.113.10 53 open
c1 tcp 203.0.113.10 25 refused
c1 tcp 203.0.113.10 3333 refused
c1 udp 203.0.113.10 3333 refused
c1 tcp 203.0.113.10 6667 refused
c1 tcp 203.0.113.10 9001 refused
c1 tcp 169.254.169.254 80 refused
c1 tcp 169.254.170.2 80 refused
c1 tcp 100.100.100.200 80 refused
c1 udp 169.254.169.254 53 open
c1 tcp $web 3333 open
c6 tcp 203.0.113.10 443 open
c6 tcp 203.0.113.10 25 refused
c6 tcp 2001:db8::10 443 open
c6 udp 2001:db8::10 53 open
c6 tcp 2001:db8::10 25 refused
c6 tcp 2001:db8::10 3333 refused
c6 tcp 2001:db8::10 6667 refused
c6 tcp fd00:ec2::254 80 refused
c6 tcp fd20:ce::254 80 refused
operator tcp $address 3333 open"

# All flows in one login, so that a check takes seconds.
asked() {
    local who protocol to port wanted
    while read -r who protocol to port wanted; do
        [ "$who" = operator ] || echo "echo \"$who $protocol $to $port \$(docker exec $who probe $protocol $to $port)\""
    done <<<"$flows" | on "$node" sh
    while read -r who protocol to port wanted; do
        [ "$who" != operator ] || echo "$who $protocol $to $port $(lab client "$binaries/lab_probe" "$protocol" "$to" "$port")"
    done <<<"$flows"
}
check_flows() { # WHEN all|policy
    local got wanted=$flows
    got=$(asked)
    [ "$2" = policy ] || wanted=${flows//refused/open}
    [ "$got" = "$wanted" ] || fail "$1: $(diff <(printf '%s\n' "$wanted") <(printf '%s\n' "$got") || true)"
    ok "$1: $(wc -l <<<"$flows") flows are as wanted"
}
check_operator() {
    [ "$(on "$node" "iptables -S DOCKER-USER" | grep operator)" = "$operator" ] || fail "$1: the operator's rule is not as it was"
    ok "$1: the operator's rule is in place"
}

has_ipv6() { # neighbours are found only once the links' own addresses have settled
    eventually 15 on "$node" "docker exec c6 probe tcp 2001:db8::10 443 | grep -q open" ||
        fail "the node has no IPv6"
}
has_ipv6
check_flows "before" all
on "$node" "docker exec -d c1 sh -c 'probe hold 203.0.113.10 6667 30 >/tmp/held'"
eventually 5 on "$node" "docker exec c1 grep -q open /tmp/held" || fail "no connection to hold"

expect "plan tells what is pending" 1 on "$node" "$egress plan"
expect "the first apply" 0 on "$node" "$egress apply"
eventually 10 on "$node" "docker exec c1 grep -q cut /tmp/held" || fail "a running connection lives on"
ok "a running connection to a refused port is cut"
check_flows "after apply" policy
prints "the second apply" "no changes" on "$node" "$egress apply"
on "$node" "printf 'version = 1\n[groups.torrent]\nenabled = true\n' >/etc/harden/egress.toml" 2>/dev/null ||
    on "$node" "mkdir -p /etc/harden; printf 'version = 1\n[groups.torrent]\nenabled = true\n' >/etc/harden/egress.toml"
expect "the third apply, with another policy" 0 on "$node" "$egress apply"

listed=$(on "$node" "iptables -L DOCKER-USER -n")
for what in 'tcp dpt:25 ' 'tcp dpt:3333 ' 'udp dpt:3333 ' 'tcp dpt:6667 ' '169\.254\.0\.0/16'; do
    [ "$(grep -c "$what" <<<"$listed")" = 1 ] || fail "\"$what\" is not in DOCKER-USER once:
$listed"
done
ok "each port and 169.254 is listed once after three applies"
check_operator "after three applies"

before=$(on "$node" "systemctl show -p ActiveEnterTimestampMonotonic harden-egress")
old=$web
on "$node" "systemctl restart docker; docker start web c1 c6 >/dev/null"
eventually 20 on "$node" "[ \"\$(systemctl show -p ActiveEnterTimestampMonotonic harden-egress)\" != '$before' ] && systemctl is-active -q harden-egress" ||
    fail "harden-egress.service did not run again after Docker"
ok "harden-egress.service runs again after Docker"
web=$(on "$node" "docker inspect -f '{{.NetworkSettings.IPAddress}}' web")
has_ipv6
flows=${flows//c1 tcp $old 3333/c1 tcp $web 3333}
expect "no drift after the restart" 0 on "$node" "$egress status"
check_flows "after a restart of Docker" policy
check_operator "after a restart of Docker"

on "$node" "iptables -D DOCKER-USER -p tcp --dport 25 -m comment --comment harden:smtp -j HARDEN-DROP; nft flush chain inet harden_egress forward"
expect "drift is seen" 1 on "$node" "$egress status"
prints "and named" "ct direction reply return" on "$node" "$egress status --format json"
expect "and mended" 0 on "$node" "$egress apply"
expect "until there is none" 0 on "$node" "$egress status"

on "$node" "printf 'version = 1\n[groups.smtp]\ntcp = [70000]\n' >/etc/harden/egress.toml"
expect "a bad policy is refused" 2 on "$node" "$egress apply"
on "$node" "rm /etc/harden/egress.toml"
expect "and the good one is back" 0 on "$node" "$egress apply"

expect "a rollback brings the policy before back" 0 on "$node" \
    "cp /var/lib/harden/egress/ruleset.json /root/record; $egress remove && [ -z \"\$(nft list tables inet)\" ] && cp /root/record /var/lib/harden/egress/ruleset.json && $egress restore && $egress status"
expect "removal" 0 on "$node" "$egress remove"
lacks "nothing of ours is left" "arden" on "$node" "iptables-save; ip6tables-save; nft list ruleset 2>/dev/null; systemctl list-unit-files 'harden*'"
check_operator "after removal"
check_flows "after removal" all
