#!/usr/bin/env bash
# verify --probe on real nodes: canaries in runc and in runsc tell the truth about the node, each lie
# is found, and nothing is left behind, whenever the run is killed.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 75 76 77

verify() { on "$node" /usr/libexec/harden/verify "$@"; }
line_of() { verify --probe --profile strict --only "$1" || true; }
json_of() { verify --probe --profile strict --format json --only "$1" || true; }

# What canaries and packets could leave behind.
traces() {
    on "$node" 'docker ps -aq --no-trunc | sort; docker images -q --no-trunc | sort
                docker network ls -q | sort; ip -o link | sed "s/@.*//" | cut -d: -f2- | sort
                ip rule; ip -6 rule; pgrep -l "canary|verify" || true'
}

same_traces() {
    local now
    now=$(traces)
    [ "$traces" = "$now" ] || fail "$1: $(diff <(echo "$traces") <(echo "$now"))"
    ok "$1"
}

# Whatever is left goes by itself within seconds.
traces_go() { [ "$traces" = "$(traces)" ]; }

provision() {
    lab image "$node" >/dev/null
    tar -C "$(lab runsc)" -cf - . | on "$node" 'mkdir -p /root/runsc && tar -C /root/runsc -xf -'
    on "$node" 'cd /usr/libexec/harden && ./egress apply && ./gvisor-install apply --from /root/runsc
                docker network create people >/dev/null' >/dev/null 2>&1 || fail "provisioning"
    on "$node" docker run --rm --network people lab true
}

tells_the_truth() {
    for id in gvisor.sandboxed gvisor.sandbox-process gvisor.syscall-surface gvisor.resource-limits \
        gvisor.safe-flags gvisor.netstack network.smtp egress.smtp egress.metadata-v4; do
        prints "$id by behaviour" '"level": "behaviour"' json_of "$id"
        prints "and it passes" "[OK]" line_of "$id"
    done
    for id in egress.host-services egress.name-service egress.ipv6-parity egress.rule-order \
        egress.backend egress.survives-restart egress.rate-limit gvisor.platform; do
        prints "$id passes" "[OK]" line_of "$id"
    done
    prints "the memory limit was tried" "16 are given, 96 end it" line_of gvisor.resource-limits
    prints "and a fork bomb" "a fork bomb ended" line_of gvisor.resource-limits
    prints "gVisor does not resolve names on a user-defined network" "[FAIL]" \
        line_of gvisor.name-resolution
    prints "a burner would be flagged" '"miner"' line_of detector.would-fire
    lacks "without --probe no container is started" "[OK]" verify --only gvisor.sandboxed
    prints "which is told" "not tried" verify --only gvisor.sandboxed
}

# runtimes JSON: what daemon.json gives runsc.
with_arguments() {
    on "$node" "sed -i.before 's#\"path\": \"/usr/local/lib/gvisor/current/runsc\"#&, \"runtimeArgs\": [$1]#' \
        /etc/docker/daemon.json && systemctl restart docker"
}
without_arguments() {
    on "$node" 'mv /etc/docker/daemon.json.before /etc/docker/daemon.json && systemctl restart docker'
}

finds_lies() {
    with_arguments '"--net-raw"'
    prints "--net-raw is found in daemon.json" "[FAIL]" verify --only gvisor.safe-flags
    prints "and by a raw socket in the sandbox" "packet-socket is open" line_of gvisor.syscall-surface
    without_arguments
    with_arguments '"--ignore-cgroups"'
    prints "a sandbox out of its control group is found" "[FAIL]" line_of gvisor.resource-limits
    without_arguments
    on "$node" "cp -a /usr/local/lib/gvisor/current/runsc /root/keep &&
                ln -sfn /usr/sbin/runc /root/runc-as-runsc && systemctl stop docker.socket docker &&
                sed -i.before 's#/usr/local/lib/gvisor/current/runsc#/usr/sbin/runsc#' \
                    /etc/docker/daemon.json && cp /usr/sbin/runc /usr/sbin/runsc &&
                systemctl start docker"
    prints "runc by gVisor's name is found from inside" "[FAIL]" line_of gvisor.sandboxed
    prints "and from outside" "[FAIL]" line_of gvisor.sandbox-process
    prints "and by what it may do" "[FAIL]" line_of gvisor.syscall-surface
    on "$node" 'rm /usr/sbin/runsc'
    without_arguments
    on "$node" "systemctl stop harden-egress-watch 2>/dev/null || true
                iptables -F DOCKER-USER; nft delete table inet harden_egress"
    prints "a node without its rules is open on every network" "was reached" line_of network.smtp
    prints "its own services too" "was reached" line_of egress.host-services
    prints "over IPv6 too" "was reached" line_of egress.ipv6-parity
    prints "the watcher is missed" "is inactive" line_of egress.survives-restart
    on "$node" /usr/libexec/harden/egress apply >/dev/null
}

takes_little_time() {
    local began=${EPOCHREALTIME/./} took
    verify --probe --profile full >/dev/null 2>&1 || true
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
    say "        the whole report with --probe took $took ms"
    [ "$took" -le 15000 ] || fail "the whole report with --probe took $took ms"
    ok "the whole report with --probe comes in time"
}

leaves_nothing() {
    local delay
    same_traces "a run leaves nothing"
    for delay in ${full:+0.1 0.3 0.7 1.3 1.6 2.2 3.5} 0.2 0.5 1 1.9 2.8; do
        on "$node" timeout --signal=KILL "$delay" /usr/libexec/harden/verify --probe >/dev/null 2>&1 ||
            true
        eventually 15 traces_go || fail "killed after $delay s: $(diff <(echo "$traces") <(traces))"
        ok "killed after $delay s it leaves nothing"
    done
    # shellcheck disable=SC2016 # the node expands it
    on "$node" '/usr/libexec/harden/verify --probe >/dev/null 2>&1 & run=$!
                until [ -n "$(docker ps -q --filter label=harden.canary=verify)" ]; do
                    kill -0 $run 2>/dev/null || exit 1
                done
                for p in $(pgrep -P $run) $run; do kill -9 $p; done' ||
        fail "no canary was seen to run"
    # shellcheck disable=SC2016
    on "$node" '[ -n "$(docker ps -aq --filter label=harden.canary=verify)" ]' ||
        fail "with its cleaner killed too, something should be left"
    verify --probe --only gvisor.sandboxed >/dev/null
    eventually 15 traces_go || fail "the next run removes it: $(diff <(echo "$traces") <(traces))"
    ok "what a killed cleaner left the next run removes"
}

for node in ${HARDEN_NODES:-75${full:+ 76 77}}; do
    case $node in
    75) node_up 75 --suite trixie ;;
    76) node_up 76 --suite trixie --cgroup2 ;;
    77) node_up 77 --suite bookworm ;;
    esac
    provision
    verify >/dev/null 2>&1 || true # the first packet raises the bridge
    traces=$(traces)
    tells_the_truth
    takes_little_time
    leaves_nothing
    finds_lies
    lab down "$node" >/dev/null
done
