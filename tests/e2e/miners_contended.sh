#!/usr/bin/env bash
# A machine with less processor than its tenants ask for. Where the kernel tells who waited (control
# groups of version 2) demand counts in place of use, and a miner that gets a fraction of its quota is
# found; where it does not tell (version 1) the confidence is low and nobody is ended.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "a contended machine needs a quiet host and the virtual machine: ./dev test --full"
e2e_nodes 82 83

detector=/usr/libexec/harden/detect-miners
log=/var/log/miner-detection.log
pool=198.51.100.7 # an address of nobody's networks: the node's own here

start() { # NODE NAME CPUS AS MODE…
    local node=$1 name=$2 cpus=$3 as=$4
    shift 4
    on "$node" "docker run -d --name $name --cpus $cpus -v /usr/local/bin/workload:/bin/$as:ro lab \
        $as $* seconds=1500 >/dev/null"
}

# Asks for three times the processors that there are: with it each gets about a quarter of one.
crowd() {
    local node=$1 processors i
    processors=$(on "$node" nproc)
    for i in $(seq $((processors * 3))); do
        start "$node" "crowd$i" 1 app stuck
    done
}

tenants() {
    local node=$1
    lab image "$node"
    lab put "$node" "$binaries/lab_workload" /usr/local/bin/workload
    on "$node" "mkdir -p /etc/harden
        printf 'version = 1\n[window]\nshortest_s = 1\n[quiet]\ntalking = 0.05\n[actions]\nminer = [\"kill\"]\n' \
            >/etc/harden/miners.toml
        ip addr add $pool/32 dev lo
        setsid workload pool port=3333 seconds=1500 </dev/null >/dev/null 2>&1 &"
    start "$node" miner 0.5 app mine pause=20 to=$pool:3333 memory=16
    start "$node" idle 0.1 app idle
    crowd "$node"
}

# Looks, then counts who still runs and ends the crowd: a machine that is so full hardly answers twice.
looks() { # NODE COUNT APART [FIRST]
    on "$1" "unshare --mount sh -c '${4:-true}; i=0; while [ \$((i += 1)) -le $2 ]; do sleep $3; $detector --quiet; done
            $detector explain miner >/root/explained'
        docker ps -q | wc -l >/root/running; docker ps -qa | wc -l >>/root/running
        docker rm -f \$(docker ps -qa --filter name=crowd) >/dev/null; cat $log" >"$work/log.$1"
    on "$1" cat /root/running >"$work/running.$1"
}
records() { grep '"event":"container"' "$work/log.$1" | grep "\"name\":\"$2\""; }
field() { grep -o "\"$1\":[^,}]*" | tail -1 | cut -d: -f2; }
verdicts() { records "$1" "$2" | grep -o '"verdict":"[a-z]*"' | cut -d'"' -f4 | sort -u | paste -sd ' '; }
running() { head -1 "$work/running.$1"; }
started() { tail -1 "$work/running.$1"; }

say "==> version 2, a virtual machine"
status=0
"$repository/tests/lab/vm" up 82 || status=$?
[ "$status" -ne 77 ] || skip "no virtual machine can run here"
[ "$status" -eq 0 ] || fail "the machine does not come up"
put_binaries 82
tenants 82
looks 82 14 15
prints "the miner is found" miner verdicts 82 miner
used=$(records 82 miner | field cpu_s)
took=$(records 82 miner | field interval_s)
demand=$(records 82 miner | field demand)
awk -v used="$used" -v took="$took" 'BEGIN { exit !(used / took < 0.4) }' ||
    fail "it used $used of $took seconds: nobody was in its way"
awk -v demand="$demand" 'BEGIN { exit !(demand > 0.6) }' || fail "its demand is $demand of its quota"
ok "though it got $used s of $took s, its demand is $demand"
lacks "who only crowds is no miner" miner verdicts 82 crowd1
lacks "who idles is no miner" miner verdicts 82 idle

say "==> version 1"
node_up 83 --suite trixie
tenants 83
# Beside version 1 systemd keeps a tree of version 2 that tells of pressure; where there is none:
looks 83 16 6 "umount /sys/fs/cgroup/unified"
confidence=$(on 83 "grep -o 'confidence [0-9.]*' /root/explained" | cut -d' ' -f2)
awk -v confidence="${confidence:-1}" 'BEGIN { exit !(confidence < 0.9) }' ||
    fail "the confidence is ${confidence:-nowhere}"
ok "the confidence is $confidence"
[ "$(running 83)" = "$(started 83)" ] || fail "of $(started 83) containers $(running 83) run"
ok "and nobody is ended: all $(running 83) run"
lacks "no record tells of an end" '"action":"kill"' cat "$work/log.83"
