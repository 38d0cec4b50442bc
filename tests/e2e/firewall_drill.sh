#!/bin/bash
# The lock-out drill: random policies that would lock the operator out are refused before anything
# is touched, or taken back by the node itself, and a login works after each; random valid ones all
# apply. 100 of either kind in a full run, else 5.
#   FIREWALL_SEED=N firewall_drill.sh    the same policies again
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=51
e2e_nodes "$node"
node_up "$node"
tool=/usr/libexec/harden/firewall
site=/etc/harden/firewall.toml
address6=fd77::$((10 + node))
count=${full:+100}
count=${count:-5}
seed=${FIREWALL_SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$seed
say "==> $count and $count policies, seed $seed (FIREWALL_SEED)"

login() { timeout 20 "$repository/tests/lab/lab" client ssh -F "$(lab ssh-config)" -o ConnectTimeout=4 "$@"; }
run4() { login "root@node$node" "$@"; }
run6() { login -o HostName="$address6" "root@node$node" "$@"; }
policy() { printf 'version = 1\n%s\n' "$1" | lab enter "$node" sh -c "mkdir -p /etc/harden && cat >$site"; }
ruleset() { lab enter "$node" nft -s list ruleset 2>/dev/null; }
logs_in() { [ "$(run4 echo in 2>/dev/null)" = in ] && [ "$(run6 echo in 2>/dev/null)" = in ]; }
pick() { local -a of=("$@"); echo "${of[RANDOM % ${#of[@]}]}"; }
some_port() { echo $((1024 + RANDOM % 60000)); }
ports() { echo "$(some_port), \"$(some_port)\", \"61000-$((61000 + RANDOM % 4000))\""; }
network4() { echo "192.0.$((RANDOM % 250)).0/24"; }
network6() { printf '2001:db8:%x::/48\n' "$RANDOM"; }

# A policy that shuts out who comes by IPv4 (run4) or by IPv6 (run6): how, then the policy.
shutting_out() {
    local kind=$1
    case $kind in
    0) how="a denied address"; who=run4
        text="[deny]
addresses = [\"$(network4)\", \"$(pick 10.77.0.1 10.77.0.0/24 10.0.0.0/8)\"]" ;;
    1) how="a denied IPv6 address"; who=run6
        text="[deny]
addresses = [\"$(pick fd77::1 fd77::/64 fd00::/8)\", \"$(network4)\"]" ;;
    2) how="another port"; who=$(pick run4 run6)
        text="[ssh]
ports = [$(ports)]" ;;
    3) how="IPv4 only, and the operator has IPv6"; who=run6
        text="[ssh]
from = [\"$(pick 0.0.0.0/0 10.77.0.0/24)\"]" ;;
    4) how="an allow-list without the operator"; who=$(pick run4 run6)
        text="[ssh]
from = [\"$(network4)\", \"$(network6)\"]" ;;
    5) how="an empty allow-list"; who=$(pick run4 run6)
        text="[ssh]
$(pick from interfaces ports) = []" ;;
    6) how="a rate of 0"; who=$(pick run4 run6)
        text="[ssh]
$(pick connections_per_minute burst) = $(pick 0 -1)" ;;
    7) how="another interface"; who=$(pick run4 run6)
        text="[ssh]
interfaces = [\"eth$((1 + RANDOM % 9))\", \"wg*\"]" ;;
    8) how="everybody denied"; who=$(pick run4 run6)
        text="[deny]
addresses = [\"$(pick 0.0.0.0/0 ::/0)\"]" ;;
    9) how="the way in counts as a bridge of containers"; who=$(pick run4 run6)
        text="inside = [\"docker0\", \"$(pick eth0 'eth*' 'e*')\"]" ;;
    esac
}

# Each either leaves no trace, or …
refused() {
    policy "$text"
    local status=0 output
    output=$($who $tool apply --confirm-within 5 2>&1) || status=$?
    [ "$status" -eq 2 ] || fail "$how: status $status, not refused: $text
$output"
    [ "$(ruleset)" = "$before" ] || fail "$how: refused, but the packet filter is another"
    logs_in || fail "$how: no login works afterwards: $text"
}

# … was applied by somebody who is let in himself, or who sits at the console, and is taken back.
taken_back() {
    policy "$text"
    local by="--console"
    [ $((number % 2)) -eq 1 ] || by="--operator 10.77.0.200"
    how="$how, applied with $by"
    # the one who is protected is another one, and shut out neither
    # shellcheck disable=SC2086
    if ! lab enter "$node" $tool apply --confirm-within 5 $by >"$work/out" 2>&1; then
        [ "$(ruleset)" = "$before" ] || fail "$how: refused, but the packet filter is another"
        logs_in || fail "$how: no login works afterwards"
        return
    fi
    ! $who -o ConnectTimeout=2 true 2>/dev/null || fail "$how: it does not shut anybody out: $text"
    locked=$((locked + 1))
    eventually 20 logs_in || fail "$how: no login works 20 s afterwards: $text"
    is_as_before() { [ "$(ruleset)" = "$before" ]; }
    eventually 10 is_as_before || fail "$how: the packet filter is not as before"
}

# Its rate leaves room for this script's own logins, by the family that is not the operator's.
valid() {
    text="transit = \"$(pick allow refuse)\"
[ssh]
from = [\"$(pick 0.0.0.0/0 10.77.0.0/24 10.77.0.1)\", \"$(pick ::/0 fd77::/64 fd77::1)\", \"$(network4)\"]
interfaces = [\"$(pick eth0 'e*' '*')\"]
$(pick 'ports = [22]' "ports = [22, $(some_port)]" '')
connections_per_minute = $((20 + RANDOM % 50))
burst = $((3 + RANDOM % 5))
[deny]
addresses = [$(pick '' "\"$(network4)\", \"$(network6)\"")]
[allow.one]
to = \"$(pick node containers)\"
$(pick tcp udp) = [$(ports)]
[allow.two]
to = \"$(pick node containers)\"
tcp = [$(ports)]
udp = [$(ports)]
from = [\"$(network4)\", \"$(pick "$(network4)" "$(network6)")\"]
interfaces = [\"$(pick eth0 'wg*')\"]"
    who=$(pick run4 run6)
    policy "$text"
    local output
    output=$($who $tool apply --confirm-within 60 2>&1) || fail "a valid policy is refused: $output
$text"
    output=$($who $tool confirm 2>&1) || fail "a valid policy is not confirmed: $output
$text"
}

before=$(ruleset)
eventually 10 logs_in || fail "no login works at first"
refusals=0
for number in $(seq 1 "$count"); do
    shutting_out $(((number + RANDOM % 3) % 10))
    refused
    refusals=$((refusals + 1))
done
ok "$refusals policies that would lock the operator out, each refused, and a login works after each"

locked=0
rounds=${full:+20}
for number in $(seq 1 "${rounds:-1}"); do
    shutting_out "$(pick 0 2 4 7)"
    taken_back
done
[ "$locked" -gt 0 ] || fail "nothing was locked out at all"
ok "$locked that did lock the operator out, each taken back by the node itself"

for number in $(seq 1 "$count"); do
    valid
    who=$(pick run4 run6)
    [ "$($who echo in)" = in ] || fail "valid policy $number: no login works: $text"
done
ok "$count valid policies, each applied, confirmed over a new login, and a login works"
lab enter "$node" $tool remove >/dev/null 2>&1
[ "$(ruleset)" = "$before" ] || fail "removed, the packet filter is not as before"
ok "removed: the packet filter is as before"
