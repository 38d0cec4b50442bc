#!/bin/bash
# verify tells the truth about a node before it is hardened and after, with real packets, and takes
# away what it needed, also when it is killed.
. "$(dirname "$0")/lib.sh"
e2e_nodes 13 14

verify() { on "$node" /usr/libexec/harden/verify "$@"; }

line_of() { verify --only "$1" --profile "${2:-full}" || true; }

# What a run could leave behind, as the kernel tells it.
traces() {
    on "$node" 'ip -o link | sed "s/@.*//"; ip rule; ip -6 rule; ip route show table all | sort
                ip -6 route show table all | sort; nft list tables; cat /proc/net/ip_tables_names'
}

is_open_before() {
    run_captured verify
    [ "$status" -eq 1 ] || fail "a bare node has findings: status $status"
    for id in egress.metadata-v4 egress.smtp network.metadata-v4 network.smtp network.mining \
        network.irc network.smtp-v6 network.metadata-v6 docker.live-restore gvisor.installed; do
        prints "$id fails on a bare node" "[FAIL]" line_of "$id"
    done
    prints "the control passes" "[OK] Packets to the web pass" line_of network.web
    lacks "a bare node has not passed" "All critical security checks passed" verify
    prints "sshd's own answer is told" "passwordauthentication yes" line_of ssh.password-auth
    expect "a gap outside the profile is no finding" 0 verify --only ssh.password-auth \
        --profile baseline
}

leaves_no_trace() {
    local before
    verify >/dev/null 2>&1 || true # the first port raises the bridge
    before=$(traces)
    verify >/dev/null 2>&1 || true
    [ "$before" = "$(traces)" ] || fail "traces of a run: $(diff <(echo "$before") <(traces))"
    ok "a run leaves no trace"
    on "$node" '/usr/libexec/harden/verify --only network.web >/dev/null & run=$!
                for _ in $(seq 100); do ip link show harden-probe >/dev/null 2>&1 && break; done
                kill -9 $run; sleep 0.5'
    [ "$before" = "$(traces)" ] || fail "traces after kill -9: $(diff <(echo "$before") <(traces))"
    ok "kill -9 leaves no trace"
}

refuses_after_apply() {
    on "$node" /usr/libexec/harden/egress apply >/dev/null
    for id in egress.metadata-v4 egress.metadata-v6 egress.smtp egress.mining egress.irc egress.tor \
        egress.policy network.web network.metadata-v4 network.smtp network.mining network.irc \
        network.tor network.metadata-v6 network.smtp-v6 network.mining-v6 network.irc-v6; do
        expect "$id passes after egress apply" 0 verify --only "$id"
    done
    on "$node" nft delete table inet harden_egress
    prints "a vanished table fails by its rules" "[FAIL]" line_of egress.smtp
    on "$node" /usr/libexec/harden/egress apply >/dev/null
}

# A rule that mentions a port is not one that closes it.
is_not_fooled() {
    on "$node" 'nft delete table inet harden_egress
                iptables -F DOCKER-USER; ip6tables -F DOCKER-USER || true
                iptables -A DOCKER-USER -p tcp --dport 25 -j ACCEPT'
    prints "an ACCEPT rule for port 25 is no pass" "[FAIL]" line_of egress.smtp
    prints "packets tell the same" "25 was reached" line_of network.smtp
    on "$node" 'iptables -F DOCKER-USER; iptables -A DOCKER-USER -p tcp --dport 255 -j DROP'
    prints "port 255 is not port 25" "[FAIL]" line_of egress.smtp
}

reads_every_match_block() {
    on "$node" 'mkdir -p /etc/ssh/sshd_config.d
                echo "PasswordAuthentication no" >/etc/ssh/sshd_config.d/90-ours.conf
                echo "PasswordAuthentication yes" >/etc/ssh/sshd_config.d/50-cloud-init.conf'
    prints "an earlier drop-in wins, and is found" "passwordauthentication yes" \
        line_of ssh.password-auth
    on "$node" 'echo "PasswordAuthentication no" >/etc/ssh/sshd_config.d/50-cloud-init.conf'
    expect "closed for every connection" 0 verify --profile full --only ssh.password-auth
    on "$node" 'printf "Match Address 10.9.0.0/16\n  PasswordAuthentication yes\n" \
                    >>/etc/ssh/sshd_config'
    prints "a Match block is found" "addr=10.9.0.0" line_of ssh.password-auth
}

tells_what_it_cannot_see() {
    on "$node" systemctl stop docker.socket docker
    local began=$SECONDS
    prints "without Docker its checks are unknown" "[UNKNOWN]" line_of docker.live-restore
    expect "Docker that does not answer is a finding" 1 verify --only docker.answers
    verify >/dev/null 2>&1 || true
    [ $((SECONDS - began)) -le 10 ] || fail "a report without Docker comes late"
    ok "the report does not wait for Docker"
    on "$node" systemctl start docker
    prints "without root the packets are unknown" "[UNKNOWN]" \
        on "$node" setpriv --reuid 65534 --regid 65534 --clear-groups \
        /usr/libexec/harden/verify --only network.smtp
    expect "a typo is no clean report" 2 verify --only network.smpt
    on "$node" 'printf "version = 1\n[[waiver]]\nid = \"network.smtp\"\nreason = \"x\"\nowner = \"x\"\nexpires = \"2099-01-01\"\n" >/root/w.toml'
    expect "behaviour cannot be waived" 2 verify --waivers /root/w.toml
}

for node in 13 14; do
    if [ "$node" = 13 ]; then node_up 13; else node_up 14 --suite trixie; fi
    lab image "$node" >/dev/null
    is_open_before
    leaves_no_trace
    refuses_after_apply
    is_not_fooled
    reads_every_match_block
    tells_what_it_cannot_see
done
