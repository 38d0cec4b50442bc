#!/usr/bin/env bash
# What the detector says of containers' traffic is what they sent: exactly, whatever runs them and
# on however many networks; floods and a day's worth are abuse, and what nobody counts is unknown.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "runs in ./dev test --full"
e2e_nodes 86

node=86
detector=/usr/libexec/harden/detect-miners
# On the wire a datagram has headers of 42 bytes (IPv6: 62) beside its payload.
payload=1000

put_tree() { tar -C "$1" -cf - . | on "$node" "mkdir -p $2 && tar -C $2 -xf -"; }
look() { on "$node" "$detector --format json || true"; }
# field NAME KEY: of the container's record in the last look, as JSON
field() {
    python3 - "$work/look" "$1" "$2" <<'PY'
import json, sys
for line in open(sys.argv[1]):
    row = json.loads(line)
    if row.get("name") == sys.argv[2]:
        value = row
        for key in sys.argv[3].split("."):
            value = value[int(key) if isinstance(value, list) else key] if value else None
        print(json.dumps(value))
PY
}
looked() { look >"$work/look"; }
is() {
    local value
    value=$(field "$2" "$3")
    [ "$value" = "$4" ] || fail "$1: $3 of $2 is $value, wanted $4: $(cat "$work/look")"
    ok "$1"
}
# within WHAT NAME KEY WANTED: to one part in a hundred
within() {
    local value
    value=$(field "$2" "$3")
    awk -v is="$value" -v wanted="$4" 'BEGIN { exit !(is >= wanted * 0.99 && is <= wanted * 1.01) }' ||
        fail "$1: $3 of $2 is $value, wanted $4: $(cat "$work/look")"
    ok "$1: $value of $4"
}
under() {
    local value
    value=$(field "$2" "$3")
    awk -v is="$value" -v most="$4" 'BEGIN { exit !(is < most) }' ||
        fail "$1: $3 of $2 is $value, wanted less than $4: $(cat "$work/look")"
    ok "$1"
}
# sends CONTAINER ADDRESS PACKETS [BYTES]
sends() { on "$node" "docker exec $1 probe send $2 9 $3 ${4:-$payload}"; }
# gateway CONTAINER NETWORK [KEY]
gateway() { on "$node" "docker inspect -f '{{.NetworkSettings.Networks.$2.${3:-Gateway}}}' $1"; }

say "==> a node with containers of each kind"
node_up "$node"
lab image "$node"
put_tree "$(lab runsc)" /root/runsc
on "$node" '/usr/libexec/harden/gvisor-install apply --from /root/runsc' >/dev/null
on "$node" "mkdir -p /etc/harden; printf 'version = 1\n[window]\nshortest_s = 1\n' >/etc/harden/miners.toml"
on "$node" 'docker network create second >/dev/null
    docker run -d --name plain lab sleep 3600
    docker run -d --name both lab sleep 3600
    docker network connect second both
    docker run -d --name six --network lab6 lab sleep 3600
    docker run -d --name own --network host lab sleep 3600
    docker run -d --name none --network none lab sleep 3600
    docker run -d --name guest --network container:plain lab sleep 3600
    docker run -d --name sandbox --runtime runsc lab sleep 3600' >/dev/null
first=$(gateway plain bridge)
second=$(gateway both second)
sixth=$(gateway six lab6 IPv6Gateway)
looked

say "==> exact bytes"
sends plain "$first" 10000
sends both "$first" 3000
sends both "$second" 4000
sends six "$sixth" 5000
sends own "$first" 1000
sends sandbox "$first" 6000
looked
within "what a container sent" plain sent_b $((10000 * (payload + 42)))
within "over two networks" both sent_b $((7000 * (payload + 42)))
within "over IPv6" six sent_b $((5000 * (payload + 62)))
within "out of a sandbox" sandbox sent_b $((6000 * (payload + 42)))
is "on the node's own network nobody counts" own sent_b null
is "without a network there is nothing to count" none sent_b null
is "a guest of another's network is not blamed" guest sent_b null
is "nor is its bandwidth judged" guest bandwidth.verdict '"unknown"'
is "what was sent is no abuse" plain bandwidth.verdict '"ok"'
sleep 1
looked
under "it is counted once" plain sent_b 1000

say "==> a restart, another network"
sends plain "$first" 10000
on "$node" 'docker restart -t 0 plain >/dev/null'
sends plain "$first" 2000
looked
within "after a restart only what came since counts" plain sent_b $((2000 * (payload + 42)))
on "$node" 'docker network disconnect second both'
sleep 1
looked
is "another set of links is a new baseline" both sent_b null

say "==> abuse"
sends plain "$first" 60000 20
sleep 1
looked
is "small packets that nobody answers are a flood" plain bandwidth.verdict '"abuse"'
is "named so" plain bandwidth.terms.0.k '"flood_packets_s"'
on "$node" "printf 'version = 1\n[window]\nshortest_s = 1\n[bandwidth.day]\nsent_gb = 0.01\n' >/etc/harden/miners.toml"
sleep 1
looked
is "what was sent in a day adds up" plain bandwidth.verdict '"abuse"'
is "and of one that sent less it does not" six bandwidth.verdict '"ok"'
