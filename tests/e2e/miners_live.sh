#!/usr/bin/env bash
# Workloads that behave like miners, and honest ones that are easily mistaken for them, each in a
# small part of a processor, with runc and in gVisor's sandbox. Miners talk to a pool on the node;
# nothing is mined. --full runs all of them.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 89
node=89

detector=/usr/libexec/harden/detect-miners
log=/var/log/miner-detection.log
pool=198.51.100.7 # an address of nobody's networks: the node's own here

say "==> a node with a pool"
node_up $node --suite trixie
lab image $node
lab put $node "$(lab runsc)/runsc" /usr/local/bin/runsc
lab put $node "$binaries/lab_workload" /usr/local/bin/workload
on $node "mkdir -p /etc/docker /etc/harden /root/words
    echo '{\"runtimes\":{\"runsc\":{\"path\":\"/usr/local/bin/runsc\"}}}' >/etc/docker/daemon.json
    systemctl reload docker; sleep 1
    # of looks every two seconds few see one of the messages that every look of five minutes sees
    printf 'version = 1\n[window]\nshortest_s = 1\n[quiet]\ntalking = 0.05\n' >/etc/harden/miners.toml
    ip addr add $pool/32 dev lo
    for spec in 'pool port=3333' 'pool port=443 wire=opaque' 'node port=8332' 'node port=5672'; do
        setsid workload \$spec seconds=600 </dev/null >/dev/null 2>&1 &
    done"
# What a page about the protocol, and a list of pools, hold.
printf '%s\n' '{"id":1,"method":"mining.subscribe","params":[]}' \
    '{"params":["w","bf","00000001","504e86ed","b2957c02"],"id":4,"method":"mining.submit"}' \
    'pool.supportxmr.com:443 xmr.nanopool.org:14444 gulf.moneroocean.stream:10128 pool.hashvault.pro:443' \
    >"$work/page"
lab put $node "$work/page" /root/words/page

start() { # NAME CPUS RUNTIME AS MODE…: the workload under the name AS
    local name=$1 cpus=$2 runtime=$3 as=$4
    shift 4
    on $node "docker run -d --name $name --cpus $cpus --runtime $runtime -v /root/words:/words:ro \
        -v /usr/local/bin/workload:/bin/$as:ro lab $as $* seconds=600 >/dev/null"
}
# With many at once each works and so earns less: it talks less for its work to be a miner's.
looks=14 apart=2 pause=10
[ -z "$full" ] || looks=20 apart=6 pause=20
worst() { # NAME: the worst verdict that it ever had
    on $node "grep '\"name\":\"$1\"' $log | grep -o '\"verdict\":\"[a-z]*\"' | cut -d'\"' -f4 | sort -u" |
        awk '{ rank["watch"] = 1; rank["suspect"] = 2; rank["miner"] = 3
               if (rank[$1] > most) { most = rank[$1]; word = $1 } } END { print word ? word : "ok" }'
}
is_miner() { # WHAT NAME
    local verdict
    verdict=$(worst "$2")
    [ "$verdict" = miner ] || fail "$1 is $verdict: $(on $node "grep '\"name\":\"$2\"' $log | tail -1")"
    ok "$1 is found"
}
is_at_most() { # WHAT NAME VERDICT
    local verdict
    verdict=$(worst "$2")
    case $3:$verdict in
    suspect:miner | watch:miner | watch:suspect)
        fail "$1 is $verdict: $(on $node "grep '\"name\":\"$2\".*\"$verdict\"' $log | tail -1")" ;;
    esac
    ok "$1 is $verdict"
}

say "==> workloads"
start quarter 0.25 runc app mine pause=$pause to=$pool:3333 memory=16
start traefik-x 0.2 runc traefik mine pause=$pause to=$pool:443 wire=opaque
start box 0.2 runsc app mine pause=$pause to=$pool:3333 memory=16
start build 0.1 runc cc build
start page 0.1 runc httpd stuck words=/words/page
start idle 0.1 runc app idle
if [ -n "$full" ]; then
    start bitcoin 0.1 runc worker mine pause=$pause to=$pool:3333 dialect=bitcoin
    start ethereum 0.1 runc worker mine pause=$pause to=$pool:3333 dialect=ethereum
    start veiled-box 0.2 runsc nginx mine pause=$pause to=$pool:443 wire=opaque
    start duty 0.25 runc worker mine pause=$pause to=$pool:3333 percent=15
    start dodging 0.2 runc worker mine pause=$pause to=$pool:3333 percent=80 period=15000
    start encode 0.1 runc ffmpeg encode
    start web 0.1 runc httpd web
    start explorer 0.1 runc node rpc to=$pool:8332
    start queue 0.1 runc worker queue to=$pool:5672
    start train 0.1 runc python train to=$pool:5672 memory=32
    start build-box 0.1 runsc cc build
fi
on $node "for i in \$(seq $looks); do sleep $apart; $detector --quiet; done; true"

is_miner "a miner in a quarter of a processor" quarter
is_miner "one that is called traefik and speaks to port 443 in words that nobody reads" traefik-x
is_miner "one in gVisor's sandbox" box
prints "whose words were read from its memory" "stratum in memory" on $node "grep '\"name\":\"box\"' $log"
prints "and whose runtime is named" '"runtime":"runsc"' on $node "grep '\"name\":\"box\"' $log"
is_at_most "an honest build" build watch
is_at_most "a loop in whose memory is a page about mining" page suspect
is_at_most "one that idles" idle watch
if [ -n "$full" ]; then
    is_miner "one that speaks Bitcoin's dialect" bitcoin
    is_miner "one that speaks Ethereum's" ethereum
    is_miner "one in the sandbox on port 443" veiled-box
    is_miner "one that rests now and then" dodging
    is_at_most "an encoder" encode watch
    is_at_most "a web server" web watch
    is_at_most "what asks a chain's node for blocks" explorer suspect
    is_at_most "a queue's worker" queue suspect
    is_at_most "training" train suspect
    is_at_most "a build in the sandbox" build-box watch
    # Only a quiet machine shows how even its use is.
    is_miner "one that rests for the most part" duty
fi
