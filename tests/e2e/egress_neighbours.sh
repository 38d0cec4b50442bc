#!/bin/bash
# The policy beside other people's firewalls: ufw and firewalld, switched on, reloaded, restarted and
# switched off. What they refuse stays refused, what they let pass and the policy does not name
# passes, and what the policy names is refused throughout.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/egress_flows.sh
. "$(dirname "$0")/egress_flows.sh"
[ -n "$full" ] || skip "other people's firewalls: ./dev test --full"
node=48
e2e_nodes "$node"
egress=/usr/libexec/harden/egress

node_up "$node"
debs=$(lab debs "$suite" ufw firewalld)
tar -C "$debs" -cf - . | on "$node" "systemctl mask firewalld && mkdir /var/tmp/debs && tar -C /var/tmp/debs -xf - && apt-get install -y --no-install-recommends /var/tmp/debs/*.deb && systemctl unmask firewalld" >/dev/null 2>&1 ||
    fail "ufw and firewalld are not installed"
lab image "$node" >/dev/null
lab internet up
egress_places
# The address of the row left out is one that a node translates; here nobody serves it.
all_flows() { egress_flows; flows=$(grep -v '^c1 tcp 169.254.170.2 ' <<<"$flows"); }
all_flows
has_ipv6

verdicts() { asked | sed -E 's/ (timeout|unreachable)/ refused/; s/ +$//' | sort; }
# What the other firewall leaves open without us, less what the policy names.
wanted_beside() { # VERDICTS without us
    local who protocol to port verdict from
    while read -r who protocol to port verdict from; do
        [ "$verdict" = refused ] || verdict=$(sed -n "s/^$who $protocol $to $port \([a-z]*\)\( $from\)\{0,1\}$/\1/p" <<<"$1" | tail -1)
        echo "$who $protocol $to $port $verdict $from" | sed 's/ $//'
    done <<<"$flows" | sort
}
check_beside() { # WHAT
    local got
    for _ in 1 2 3; do
        got=$(verdicts)
        [ "$got" != "$wanted" ] || break
    done
    [ "$got" = "$wanted" ] || fail "$1: $(diff <(echo "$wanted") <(echo "$got") || true)"
    ok "$1: $(wc -l <<<"$got") flows are as wanted, $(grep -c ' open' <<<"$got") open"
    eventually 2 on "$node" "$egress status" || fail "$1: drift: $(on "$node" "$egress status")"
}

neighbour() { # NAME SWITCH-ON EVENT…; the last one switches it off
    local name=$1 on=$2 alone
    shift 2
    say "==> $name"
    on "$node" "$on" >/dev/null 2>&1 || fail "$name does not start"
    all_flows
    alone=$(verdicts)
    wanted=$(wanted_beside "$alone")
    [ "$wanted" != "$alone" ] || fail "$name alone refuses all that the policy names: this shows nothing"
    ok "$name alone lets $(grep -c ' open' <<<"$alone") flows pass (control)"
    expect "apply" 0 on "$node" "$egress apply"
    check_beside "beside $name"
    for event in "$@"; do
        run_captured on "$node" "$event"
        [ "$status" -eq 0 ] || fail "$event: $output"
        if [ "$event" = "${!#}" ]; then
            all_flows
            wanted=$(sort <<<"$flows")
        fi
        check_beside "$event"
    done
    expect "removal" 0 on "$node" "$egress remove"
    check_flows "without both" all
}

neighbour ufw "ufw allow 22/tcp; ufw --force enable" "ufw reload" "systemctl restart ufw" "ufw deny out 81/tcp" "ufw --force disable"
neighbour firewalld "systemctl start firewalld; systemctl restart docker" "firewall-cmd --reload" \
    "firewall-cmd --complete-reload" "systemctl restart firewalld" "systemctl stop firewalld; systemctl restart docker"
