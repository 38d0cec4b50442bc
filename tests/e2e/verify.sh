#!/usr/bin/env bash
# verify tells the truth about a node before it is hardened and after, with real packets, and takes
# away what it needed, also when it is killed.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
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
    expect "a bare node has findings" 1 verify
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
    # a refused control is waited for: time enough to be killed in
    # shellcheck disable=SC2016 # the node expands it
    on "$node" 'nft add table inet hold
                nft "add chain inet hold out { type filter hook forward priority -20; policy drop; }"
                /usr/libexec/harden/verify --only network.web >/dev/null & run=$!
                until ip rule | grep -q 73: ; do kill -0 $run; done
                kill -9 $run; sleep 0.5; nft delete table inet hold' ||
        fail "the run ended before it could be killed"
    [ "$before" = "$(traces)" ] || fail "traces after kill -9: $(diff <(echo "$before") <(traces))"
    ok "kill -9 leaves no trace"
}

# The watcher would mend what a test breaks.
unwatched() { on "$node" "systemctl stop harden-egress-watch 2>/dev/null || true"; }

refuses_after_apply() {
    on "$node" /usr/libexec/harden/egress apply >/dev/null
    for id in egress.metadata-v4 egress.metadata-v6 egress.smtp egress.mining egress.irc egress.tor \
        egress.policy network.web network.metadata-v4 network.smtp network.mining network.irc \
        network.tor network.metadata-v6 network.smtp-v6 network.mining-v6 network.irc-v6; do
        expect "$id passes after egress apply" 0 verify --only "$id"
    done
    unwatched
    on "$node" nft delete table inet harden_egress
    prints "a vanished table fails by its rules" "[FAIL]" line_of egress.smtp
    on "$node" /usr/libexec/harden/egress apply >/dev/null
}

# A rule that mentions a port is not one that closes it.
is_not_fooled() {
    unwatched
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
    prints "a Match block is found" "addr=10.9.0.1" line_of ssh.password-auth
}

tells_what_it_cannot_see() {
    local began=$SECONDS
    # shellcheck disable=SC2016 # the node expands it
    on "$node" 'kill -STOP $(cat /run/docker.pid)'
    prints "a Docker that hangs is told" "[FAIL] Docker answers" verify
    # shellcheck disable=SC2016
    on "$node" 'kill -CONT $(cat /run/docker.pid)'
    [ $((SECONDS - began)) -le 10 ] || fail "a report with a hanging Docker comes late"
    ok "the report waits for it once"
    on "$node" systemctl stop docker.socket docker
    began=$SECONDS
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

provision() {
    tar -C "$(lab runsc)" -cf - . | on "$node" 'mkdir -p /root/runsc && tar -C /root/runsc -xf -'
    lab put "$node" "$repository/tests/lab/waivers.toml" /root/waivers.toml
    on "$node" 'cd /usr/libexec/harden && ./egress apply && ./gvisor-install apply --from /root/runsc &&
                ./daemonjson apply && ./detect-miners apply' >/dev/null 2>&1 || fail "provisioning"
}

# Those of a distribution's packages, and BuildKit where its Docker is as old as Debian 12's.
waived() {
    local docker="cve.docker, "
    [ "$release" != bookworm ] || docker="cve.docker, cve.buildkit, "
    echo "gvisor.release-age, cve.runc, cve.containerd, ${docker}cve.gvisor"
}

passes_when_provisioned() {
    local names count
    provision
    names=$(waived)
    count=$(wc -w <<<"$names")
    expect "a provisioned node passes" 0 verify --waivers /root/waivers.toml
    case $output in
    *"All critical security checks passed. ($count waived: $names)"*)
        ok "with exactly the versions waived that a distribution's packages must fail" ;;
    *) fail "the closing line: $output" ;;
    esac
    expect "without waivers it does not" 1 verify
    expect "in the full profile neither" 1 verify --waivers /root/waivers.toml --profile full
    expect "a canary in gVisor" 0 verify --probe --only gvisor.sandboxed
    lacks "which leaves no image" "canary" on "$node" docker images
    for part in '"schema": "harden.verify/1"' '"status": "waived"' '"fail": 0' "\"waived\": $count"; do
        prints "JSON says the same: $part" "$part" verify --waivers /root/waivers.toml --format json
    done
}

release=$suite
for node in 13 14; do
    [ "$node" = 13 ] || release=trixie
    node_up "$node" --suite "$release"
    lab image "$node" >/dev/null
    is_open_before
    leaves_no_trace
    passes_when_provisioned
    refuses_after_apply
    is_not_fooled
    reads_every_match_block
    tells_what_it_cannot_see
done
