#!/bin/bash
# The policy on a whole node, with real packets from real containers: every flow is open before
# (the control), afterwards exactly those that shall be refused are, and a restart of Docker, a
# foreign flush and three applies change nothing of that.
#   egress_packets.sh [SUITE [nft|legacy|bare [NODE]]]
# "bare" is a node whose Docker makes no chains of iptables.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/egress_flows.sh
. "$(dirname "$0")/egress_flows.sh"
suite=${1:-$suite}
backend=${2:-nft}
node=${3:-3}
e2e_nodes "$node"
egress=/usr/libexec/harden/egress

say "==> a $suite node, $backend"
options=(--suite "$suite")
[ "$backend" != legacy ] || options+=(--legacy)
node_up "$node" "${options[@]}"

# Docker neither filters nor translates there; the node's operator translates.
without_iptables() {
    on "$node" "printf '{\"iptables\": false, \"ip6tables\": false}\n' >/etc/docker/daemon.json
        systemctl stop docker.socket docker
        nft flush ruleset
        systemctl start docker
        nft add table ip operator
        nft 'add chain ip operator out { type nat hook postrouting priority 100; }'
        nft add rule ip operator out ip saddr 172.16.0.0/12 oifname eth0 masquerade
        nft 'add chain ip operator in { type nat hook prerouting priority -100; }'" || fail "Docker without iptables"
    lacks "Docker makes no chains here" DOCKER on "$node" "nft list ruleset"
}
# An operator's rule before us, and a metadata address that the node serves itself.
add_operator() {
    if [ "$backend" = bare ]; then
        on "$node" "nft add rule ip operator in ip daddr 169.254.170.2 tcp dport 80 dnat to $address:8099"
    else
        on "$node" "iptables -I DOCKER-USER -s 192.0.2.99 -m comment --comment operator -j ACCEPT
            iptables -t nat -I PREROUTING -d 169.254.170.2 -p tcp --dport 80 -m comment --comment operator -j DNAT --to-destination $address:8099"
    fi
}
operators_rules() {
    if [ "$backend" = bare ]; then
        on "$node" "nft -s list table ip operator"
    else
        on "$node" "iptables -S DOCKER-USER; iptables -t nat -S PREROUTING" | grep operator
    fi
}
check_operator() {
    [ "$(operators_rules)" = "$operator" ] || fail "$1: the operator's rules are not as they were"
    ok "$1: the operator's rules are in place"
}

[ "$backend" != bare ] || without_iptables
lab image "$node" >/dev/null
lab internet up
egress_places
add_operator
operator=$(operators_rules)
egress_flows
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
on "$node" "mkdir -p /etc/harden; printf 'version = 1\n[groups.torrent]\nenabled = true\n' >/etc/harden/egress.toml"
expect "the third apply, with another policy" 0 on "$node" "$egress apply"
expect "real packets from every network of containers" 0 on "$node" "$egress test"
prints "hits of the one who was refused" "container  c1 " on "$node" "$egress status"
[ "$host_network" != open ] || prints "what is not covered" "container hostnet: it uses the network of the host" on "$node" "$egress status"

if [ "$backend" != bare ]; then
    listed=$(on "$node" "iptables -L DOCKER-USER -n")
    for what in 'tcp dpt:25 ' 'tcp dpt:3333 ' 'udp dpt:3333 ' 'tcp dpt:6667 ' '169\.254\.0\.0/16'; do
        [ "$(grep -c "$what" <<<"$listed")" = 1 ] || fail "\"$what\" is not in DOCKER-USER once:
$listed"
    done
    ok "each port and 169.254 is listed once after three applies"
fi
check_operator "after three applies"

before=$(on "$node" "systemctl show -p ActiveEnterTimestampMonotonic harden-egress")
on "$node" "$restart_docker; docker start web services c1 c2 c2b c6 c7 hostnet >/dev/null"
eventually 20 on "$node" "[ \"\$(systemctl show -p ActiveEnterTimestampMonotonic harden-egress)\" != '$before' ] && systemctl is-active -q harden-egress" ||
    fail "harden-egress.service did not run again after Docker"
ok "harden-egress.service runs again after Docker"
egress_flows
has_ipv6
# Of a container on the node's own network the control group is another one now, which the watcher
# or an apply has to see.
eventually 5 on "$node" "$egress status" || on "$node" "$egress apply" >/dev/null
expect "no drift after the restart" 0 on "$node" "$egress status"
check_flows "after a restart of Docker" policy
check_operator "after a restart of Docker"

on "$node" "systemctl stop harden-egress-watch 2>/dev/null || true" # it would mend all of this
[ "$backend" = bare ] ||
    on "$node" "iptables -D DOCKER-USER -p tcp --dport 25 -m comment --comment harden:smtp -j HARDEN-DROP"
on "$node" "nft flush chain inet harden_egress forward"
expect "drift is seen" 1 on "$node" "$egress status"
prints "and named" "forward" on "$node" "$egress status --format json"
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
