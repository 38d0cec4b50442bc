#!/usr/bin/env bash
# verify --probe on real nodes: canaries in runc and in runsc tell the truth about the node, lies are
# found, and nothing is left behind, whenever the run is killed.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 75 76

verify() { on "$node" /usr/libexec/harden/verify "$@"; }

# The whole report, for row and says to look into.
report() {
    local began=${EPOCHREALTIME/./}
    verify --probe --profile strict --format json >"$work/report" || true
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
}
row() { grep -A8 "\"id\": \"$1\"" "$work/report" | sed '/^ *}/q'; }
says() { prints "$1: $2" "$2" row "$1"; }
is() { prints "$1 is $2" "\"status\": \"$2\"" row "$1"; }

# What canaries and packets could leave behind.
traces() {
    on "$node" 'docker ps -aq --no-trunc | sort; docker images -q --no-trunc | sort
                docker network ls -q | sort; ip -o link | sed "s/@.*//" | cut -d: -f2- | sort
                ip rule; ip -6 rule; pgrep -l "canary|verify" || true'
}
are_gone() { [ "$traces" = "$(traces)" ]; }
difference() { diff <(echo "$traces") <(traces) || true; }

provision() {
    lab image "$node" >/dev/null
    tar -C "$(lab runsc)" -cf - . | on "$node" 'mkdir -p /root/runsc && tar -C /root/runsc -xf -'
    on "$node" 'cd /usr/libexec/harden && ./egress apply && ./gvisor-install apply --from /root/runsc &&
                docker network create people' >/dev/null 2>&1 || fail "provisioning"
    verify >/dev/null 2>&1 || true # the first packet raises the bridge
}

tells_the_truth() {
    local id
    report
    say "        the whole report with --probe took $took ms"
    [ "$took" -le 15000 ] || fail "the whole report with --probe took $took ms"
    for id in gvisor.sandboxed gvisor.sandbox-process gvisor.syscall-surface gvisor.resource-limits \
        gvisor.safe-flags gvisor.netstack network.smtp egress.smtp egress.metadata-v4 \
        egress.host-services egress.name-service egress.ipv6-parity; do
        is "$id" pass
        says "$id" '"level": "behaviour"'
    done
    for id in egress.rule-order egress.backend egress.survives-restart egress.rate-limit \
        egress.conntrack-room gvisor.platform gvisor.default-runtime-persisted; do
        is "$id" pass
    done
    says gvisor.resource-limits "16 are given, 96 end it"
    says gvisor.resource-limits "a fork bomb ended"
    is gvisor.name-resolution fail # google/gvisor#7469
    says detector.would-fire miner
    lacks "without --probe no container is started" '"level": "behaviour"' \
        verify --format json --only gvisor.sandboxed
    prints "which is told" "not tried" verify --only gvisor.sandboxed
}

leaves_nothing() {
    local delay
    eventually 5 are_gone || fail "a run leaves $(difference)"
    ok "a run leaves nothing"
    for delay in ${full:+0.1 0.2 0.5 0.7 1.3 1.6 2.4 3.5} 1 2; do
        on "$node" timeout --signal=KILL "$delay" /usr/libexec/harden/verify --probe >/dev/null 2>&1 ||
            true
        eventually 20 are_gone || fail "killed after $delay s it leaves $(difference)"
        ok "killed after $delay s it leaves nothing"
    done
    # shellcheck disable=SC2016 # the node expands it
    on "$node" '/usr/libexec/harden/verify --probe >/dev/null 2>&1 & run=$!
                until [ -n "$(docker ps -q --filter label=harden.canary=verify)" ]; do
                    kill -0 $run 2>/dev/null || exit 1
                done
                for process in $(pgrep -P $run) $run; do kill -9 $process; done
                [ -n "$(docker ps -aq --filter label=harden.canary=verify)" ]' 2>/dev/null ||
        fail "with its cleaner killed as well something should be left"
    verify --probe --only gvisor.sandboxed --only network.smtp >/dev/null || true
    eventually 20 are_gone || fail "the next run leaves $(difference)"
    ok "what a killed cleaner left the next run removes"
}

with_arguments() {
    on "$node" "sed -i.before 's#\"path\": \"/usr/local/lib/gvisor/current/runsc\"#&, \"runtimeArgs\": [$1]#' \
        /etc/docker/daemon.json && $restart_docker"
}
restored() {
    on "$node" "mv /etc/docker/daemon.json.before /etc/docker/daemon.json && $restart_docker"
}

finds_lies() {
    with_arguments '"--net-raw"'
    # a restart of Docker puts the rules back, and so does the watcher
    on "$node" "systemctl stop harden-egress-watch; systemctl start harden-egress
                iptables -F DOCKER-USER; ip6tables -F DOCKER-USER
                nft delete table inet harden_egress"
    report
    is gvisor.safe-flags fail
    says gvisor.syscall-surface "packet-socket is open"
    says network.smtp "was reached"
    says egress.host-services "was reached"
    says egress.ipv6-parity "was reached"
    says egress.survives-restart "is inactive"
    restored
    [ -n "$full" ] || return 0
    with_arguments '"--ignore-cgroups"'
    report
    is gvisor.resource-limits fail
    restored
    on "$node" "sed -i.before 's#/usr/local/lib/gvisor/current/runsc#/usr/sbin/runsc#' \
                    /etc/docker/daemon.json && cp /usr/sbin/runc /usr/sbin/runsc &&
                $restart_docker"
    report
    is gvisor.sandboxed fail
    is gvisor.sandbox-process fail
    is gvisor.syscall-surface fail
    is gvisor.official-release fail
    on "$node" rm /usr/sbin/runsc
    restored
}

for node in 75 ${full:+76}; do
    case $node in
    75) node_up 75 --suite trixie ;;
    76) node_up 76 --suite "$suite" ;;
    esac
    provision
    traces=$(traces)
    tells_the_truth
    leaves_nothing
    finds_lies
    lab down "$node" >/dev/null
done
