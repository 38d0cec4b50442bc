#!/bin/bash
# What `egress test` and `egress status` tell: of a policy that is in force, one that is not, flows
# that somebody else shuts or opens, and networks that no hook of ours sees.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=38
[ -n "$full" ] || skip "runs in ./dev test --full"
e2e_nodes "$node"
egress=/usr/libexec/harden/egress
node_up "$node"
lab image "$node" >/dev/null
lab internet up
on "$node" "docker network create one >/dev/null
    docker network create --internal inside >/dev/null
    docker network create -d macvlan -o parent=eth0 lan >/dev/null
    docker run -d --name tenant --network one lab sleep 600 >/dev/null
    docker run -d --name hostnet --network host lab sleep 600 >/dev/null"

run_test() { on "$node" "$egress test"; }
line_of() { run_test | grep -E "^(ok|FAIL|unknown) +$1 +$2 "; }
# Docker's own bridges come and go with their ports; addresses that the kernel learnt by itself, too.
traces() {
    on "$node" "ip -o link | cut -d' ' -f2 | sort; ip rule; ip -6 rule
        ip route show table all | sort; ip -6 route show table all | grep -v fe80 | sort; ip neigh | grep PERMANENT || true
        nft list tables" | sed 's/ linkdown//'
}

expect "without the policy refused flows are open" 1 run_test
prints "which is said of each group and network" "203.0.113.10:25 was reached" line_of smtp one
prints "and a soft group counts nothing" "0 of 1 counted" line_of smtp-watch one
expect "the policy" 0 on "$node" "$egress apply"

before=$(traces)
expect "with the policy every flow is as wanted" 0 run_test
case $output in
*FAIL* | *"unknown "*) fail "lines that are not ok: $output" ;;
esac
for group in metadata smtp smtp-watch mining mining-watch irc irc-watch tor host-services; do
    for network in bridge one lab6; do
        grep -qE "^ok +$group +$network +ip " <<<"$output" || fail "no line for $group, $network, ip: $output"
    done
    grep -qE "^ok +$group +lab6 +ip6 " <<<"$output" || fail "no line for $group, lab6, ip6: $output"
done
ok "a line for every group, network and family"
prints "metadata spares names and time" "tcp 53 open; tcp 80 refused; udp 53,123 open" line_of metadata one
prints "an internal network has the node's services to refuse" "refused" line_of host-services inside
[ "$before" = "$(traces)" ] || fail "traces: $(diff <(echo "$before") <(traces))"
ok "it leaves no trace"
expect "JSON" 0 on "$node" "$egress test --format json"
case $output in
*'"schema": "harden.egress-test/1"'*'"status": "ok"'*'"fail": 0'*) ok "with its schema" ;;
*) fail "JSON: $output" ;;
esac

# shellcheck disable=SC2016 # the node expands it
on "$node" 'nft add table inet hold
    nft "add chain inet hold out { type filter hook forward priority -20; policy drop; }"
    /usr/libexec/harden/egress test >/dev/null & run=$!
    until ip rule | grep -q 73: ; do kill -0 $run; done
    kill -9 $run; sleep 0.5; nft delete table inet hold' || fail "the run ended before it could be killed"
[ "$before" = "$(traces)" ] || fail "traces after kill -9: $(diff <(echo "$before") <(traces))"
ok "kill -9 leaves no trace"

on "$node" "nft add table inet shut; nft 'add chain inet shut out { type filter hook forward priority -20; policy drop; }'"
expect "where nothing passes, nothing is proved" 2 run_test
prints "because the control is shut" "the control 203.0.113.10:443 was not answered" line_of smtp one
prints "and a network that needs no way out is judged" "ok " line_of host-services inside
on "$node" "nft delete table inet shut; nft add table inet shut
    nft 'add chain inet shut out { type filter hook forward priority -20; }'
    nft add rule inet shut out udp dport 53 ip daddr 169.254.169.254 drop"
expect "a spared port that somebody shuts is a finding" 1 run_test
prints "and named" "udp 169.254.169.254:53 was silent" line_of metadata one
on "$node" "nft delete table inet shut"

on "$node" "systemctl stop harden-egress-watch 2>/dev/null || true" # it would mend this
on "$node" "nft flush chain inet harden_egress g_smtp; iptables -F DOCKER-USER; ip6tables -F DOCKER-USER"
expect "a chain that somebody has emptied is a finding" 1 run_test
prints "for its group" "203.0.113.10:25 was reached" line_of smtp bridge
prints "and no other" "ok " line_of irc bridge
expect "mended" 0 on "$node" "$egress apply"

on "$node" "mkdir -p /etc/harden
    printf 'version = 1\nallow = [\"198.51.100.7:587\", \"203.0.113.10:25\"]\n[groups.irc]\nenabled = false\n' >/etc/harden/egress.toml
    $egress apply" >/dev/null
expect "exceptions and groups that are off" 0 run_test
prints "exceptions are open" "tcp 25,587 open; udp 25,587 open" line_of allow one
lacks "what is off is not asked" " irc  " run_test
on "$node" "rm /etc/harden/egress.toml; $egress apply" >/dev/null

on "$node" "docker exec tenant probe tcp 203.0.113.10 25; docker exec tenant probe tcp 203.0.113.10 25" >/dev/null
status() { on "$node" "$egress status"; }
prints "status names who was refused" "container  tenant " status
prints "and what" "smtp 2" status
prints "and what is not covered" "network lan: its driver macvlan does not cross the host" status
lacks "but not who is covered by a control group" "container hostnet" status
lacks "one back end is no warning" "warning" status
on "$node" "iptables-legacy -N DOCKER-USER; iptables-legacy -I FORWARD -j DOCKER-USER"
prints "two are" "warning    iptables-nft and iptables-legacy are both live" status
on "$node" "$egress apply" >/dev/null
expect "and both are served" 0 run_test
prints "in each of them" "harden:smtp" on "$node" "iptables-legacy -S DOCKER-USER"
on "$node" "$egress remove" >/dev/null
lacks "and left" "arden" on "$node" "iptables-legacy -S"

on "$node" "systemctl stop docker.socket docker"
prints "without Docker nothing is tested" "docker does not answer" on "$node" "$egress test"
expect "which is trouble" 2 run_test
