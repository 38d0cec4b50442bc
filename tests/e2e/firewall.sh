#!/bin/bash
# The host firewall on a node with a real Docker: what was open before is closed after, published
# ports too, SSH works over a new login, and what nobody confirms comes back by itself.
#   firewall.sh [SUITE [NODE [LAB OPTION…]]]
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
suite=${1:-$suite}
node=${2:-50}
e2e_nodes "$node"
node_up "$node" --suite "$suite" "${@:3}"
lab image "$node" >/dev/null
lab put "$node" "$binaries/lab_probe" /root/probe
tool=/usr/libexec/harden/firewall
site=/etc/harden/firewall.toml
address=10.77.0.$((10 + node)) address6=fd77::$((10 + node))

probe() { lab client "$binaries/lab_probe" "$@"; }
ruleset() { on "$node" "nft -s list ruleset 2>/dev/null"; }
policy() { printf 'version = 1\n%s\n' "$1" | on "$node" "mkdir -p /etc/harden && cat >$site"; }
# Of ports at both addresses of the node, each as it shall be: open, or dropped without a word
# (timeout). All are tried at once.
are() {
    local what=$1 wanted=$2 port at
    shift 2
    rm -f "$work"/fate-*
    for port in "$@"; do
        for at in "$address" "$address6"; do
            probe tcp "$at" "$port" >"$work/fate-$at-$port" 2>&1 &
            tries[${#tries[@]}]=$!
        done
    done
    wait "${tries[@]}" || true
    tries=()
    for at in "$work"/fate-*; do
        [ "$(cat "$at")" = "$wanted" ] || fail "$what: ${at##*/fate-} is $(cat "$at"), not $wanted"
    done
    ok "$what: $* $wanted over IPv4 and IPv6"
}
tries=()
logs_in() { [ "$(on "$node" echo in)" = in ] && ok "$1: a new login works"; }
master() {
    lab client ssh -F "$(lab ssh-config)" -o ControlMaster=yes -o ControlPersist=yes \
        -o ControlPath="$work/master" -fN "root@node$node" >/dev/null 2>&1
}
over_master() {
    lab client ssh -F "$(lab ssh-config)" -o ControlPath="$work/master" "root@node$node" "$@"
}

control() { [ "$(probe tcp "$address" 8081)" = open ]; }

say "==> before"
on "$node" "docker run -d --name web --restart always -p 8080:80 -p 8081:81 lab \
        probe serve --for 3600 tcp:0.0.0.0:80 tcp:0.0.0.0:81 >/dev/null
    systemd-run --quiet --unit=plain /root/probe serve --for 3600 'tcp:[::]:9090' tcp:0.0.0.0:9090"
eventually 10 control || fail "the container does not answer"
are "the control" open 22 8080 8081 9090
lab client "$binaries/lab_probe" serve --for 240 tcp:10.77.0.1:7070 >/dev/null 2>&1 &
server=$!
before=$(ruleset)
expect "plan has pending changes" 1 on "$node" $tool plan
plan=$output
for port in "8080/tcp on 0.0.0.0 (container web, published): open -> closed" \
    "9090/tcp on 0.0.0.0 (probe): open -> closed" \
    "open: 22/tcp on 0.0.0.0 (sshd), \[ssh\]" "chain input: tcp dport 22 goto ssh"; do
    grep -q -e "$port" <<<"$plan" || fail "the plan lacks \"$port\": $plan"
done
ok "and names the ports that would close, those that stay open, and the rules"
[ "$(ruleset)" = "$before" ] || fail "the plan changed the packet filter"
ok "and touched nothing"

say "==> what is refused before anything is touched"
expect "without an SSH login it asks who is to be let in" 2 lab enter "$node" $tool apply
grep -q -e "--operator ADDRESS" <<<"$output" || fail "no remedy: $output"
policy '[deny]
addresses = ["10.77.0.0/24"]'
prints "a denied operator" "[deny] addresses holds 10.77.0.1" on "$node" $tool apply
expect "by name from the console too" 2 lab enter "$node" $tool apply --operator 10.77.0.1
policy '[ssh]
interfaces = ["eth7"]'
prints "another interface" "[ssh] interfaces lacks eth0" on "$node" $tool apply
policy '[ssh]
form = []'
prints "a bad word, by its place" "$site:3:1" on "$node" $tool apply
[ "$(ruleset)" = "$before" ] || fail "a refused change changed the packet filter"
lacks "and no transaction is left" "firewall apply" on "$node" /usr/libexec/harden/tx list
on "$node" rm $site

say "==> applied and left alone"
master
applied=$SECONDS
expect "apply" 0 over_master $tool apply --confirm-within 8
are "applied" timeout 8080 8081 9090
logs_in "applied"
expect "the old connection does not confirm" 2 over_master $tool confirm
came_back() { [ "$(probe tcp "$address" 9090)" = open ]; }
eventually 20 came_back || fail "the node did not take it back"
took=$((SECONDS - applied))
[ "$took" -le 16 ] || fail "it took $took s, stated: 8 s"
ok "unconfirmed: it came back by itself after $took s"
are "as before" open 22 8080 8081 9090
eventually 5 on "$node" "$tool status | grep -q 'table        not in force'" || fail "status: $output"
[ "$(ruleset)" = "$before" ] || fail "the packet filter is not as before:
$(diff <(printf '%s\n' "$before") <(ruleset))"
ok "every rule is as before"

say "==> applied and confirmed"
policy '[allow.web]
to = "containers"
tcp = [8081]'
expect "apply" 0 over_master $tool apply --confirm-within 60
expect "a new login confirms" 0 on "$node" $tool confirm
lab client ssh -F "$(lab ssh-config)" -o ControlPath="$work/master" -O exit "root@node$node" 2>/dev/null || true
are "confirmed" timeout 8080 9090
are "allowed by a rule" open 22 8081
prints "containers get out, and the replies in" open on "$node" docker exec web probe tcp 10.77.0.1 7070
expect "a second apply has nothing to do" 0 on "$node" $tool apply
[ "$output" = "no changes" ] || fail "a second apply: $output"
expect "a second plan is empty" 0 on "$node" $tool plan
expect "status is clean" 0 on "$node" $tool status
prints "verify sees it" "[OK]" on "$node" /usr/libexec/harden/verify --profile full --only firewall.default-deny
after=$(ruleset)
[ "$(grep -v 'harden' <<<"$before")" != "$after" ] && diff <(printf '%s\n' "$before") \
    <(printf '%s\n' "$after") | grep '^<' && fail "rules of others are gone"
ok "other tables are as before"

say "==> what happens to a node"
on "$node" "mkdir -p /etc/ufw && printf 'ENABLED=yes\n' >/etc/ufw/ufw.conf"
prints "ufw is told and what it means" "ufw is active: what comes in must pass" on "$node" $tool status
on "$node" rm -r /etc/ufw
expect "the unit is in order" 0 on "$node" systemd-analyze verify --man=no harden-firewall.service
# shellcheck disable=SC2154 # set by expect
[ -z "$output" ] || fail "systemd-analyze: $output"
on "$node" "$restart_docker"
eventually 20 on "$node" "docker exec web true" || fail "the container is gone"
are "Docker restarted" timeout 8080 9090
are "Docker restarted" open 22 8081
on "$node" "nft flush ruleset; $restart_docker"
eventually 20 on "$node" "docker exec web true" || fail "the container is gone"
are "the packet filter was emptied (control)" open 8080 9090
expect "a restart of the unit" 0 on "$node" systemctl restart harden-firewall
are "puts it back" timeout 8080 9090
on "$node" "systemctl restart nftables 2>/dev/null; $restart_docker"
eventually 20 on "$node" "docker exec web true" || fail "the container is gone"
are "nftables restarted" timeout 8080 9090
are "nftables restarted" open 22 8081
logs_in "all this"

on "$node" "/usr/libexec/harden/egress apply >/dev/null; nft flush ruleset; $restart_docker"
eventually 20 on "$node" "docker exec web true" || fail "the container is gone"
are "the egress watcher sees to it after a flush" timeout 8080 9090
expect "and there is no drift" 0 on "$node" $tool status
on "$node" "/usr/libexec/harden/egress remove >/dev/null"

say "==> rolled back, and removed"
policy ''
expect "a change" 0 on "$node" $tool apply
expect "confirmed" 0 on "$node" $tool confirm
are "it closes what was allowed" timeout 8081
expect "rollback" 0 on "$node" $tool rollback
are "and opens it again" open 8081
expect "remove" 0 on "$node" $tool remove
are "all is open again" open 22 8080 8081 9090
lacks "no table is left" harden_firewall on "$node" nft list tables
lacks "no unit" harden-firewall on "$node" "systemctl list-units --all; ls /etc/systemd/system/*"
expect "no record" 1 on "$node" test -e /var/lib/harden/firewall.nft
expect "removed again, it has nothing to do" 0 on "$node" $tool remove
[ "$output" = "no changes" ] || fail "a second remove: $output"
kill "$server" 2>/dev/null || true
