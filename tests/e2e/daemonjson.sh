#!/usr/bin/env bash
# Docker's daemon.json on real nodes: a container that ran before runs after every apply, every
# rollback and every failure, and a file that is refused stays as it was.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 7 8

tool=/usr/libexec/harden/daemonjson
table=${HARDEN_BUILD:-$repository/build}/tests/daemonjson_table
declare -A docker_of=([bookworm]=20.10 [trixie]=26.1)
file=/etc/docker/daemon.json

info() { on "$1" docker info --format "'{{$2}}'"; }
keeper() { on "$1" docker inspect --format "'{{.State.Pid}} {{.State.StartedAt}}'" keeper; }
# shellcheck disable=SC2016 # the node expands it
dockerd() { on "$1" 'cat /run/docker.pid; cut -d" " -f22 "/proc/$(cat /run/docker.pid)/stat"'; }
file_state() { on "$1" stat --format "'%i %a %u %g %y'" "$file" "2>&1" || true; }
put_file() { on "$1" "mkdir -p /etc/docker && cat >$file" <<<"$2"; }

same() {
    local what=$1 before=$2 after=$3
    [ "$before" = "$after" ] || fail "$what: '$before' became '$after'"
    ok "$what"
}

fresh_apply() {
    local node=$1 container
    container=$(keeper "$node")
    prints "without gVisor the baseline is refused, with the remedy" "harden gvisor-install apply" \
        on "$node" "$tool" apply
    expect "diff says what is pending" 1 on "$node" "$tool" diff --keep runtimes
    prints "diff names the keys that need a restart" "userland-proxy" on "$node" "$tool" diff --keep runtimes
    expect "apply where there is no file" 0 on "$node" "$tool" apply --keep runtimes
    same "the container outlives the restart" "$container" "$(keeper "$node")"
    same "live-restore is on" true "$(info "$node" .LiveRestoreEnabled)"
    prints "a new container cannot gain privileges" "NoNewPrivs:	1" \
        on "$node" docker run --rm lab grep NoNewPrivs /proc/self/status
    before="$(dockerd "$node") $(file_state "$node") $(on "$node" ls /var/lib/harden/tx)"
    prints "a second apply has nothing to do" "no changes" on "$node" "$tool" apply --keep runtimes
    same "and writes and restarts nothing" "$before" \
        "$(dockerd "$node") $(file_state "$node") $(on "$node" ls /var/lib/harden/tx)"
    expect "rollback" 0 on "$node" "$tool" rollback
    expect "the file is gone again" 1 on "$node" test -e "$file"
    same "live-restore is off again in the running daemon" false "$(info "$node" .LiveRestoreEnabled)"
    same "the container outlives the rollback" "$container" "$(keeper "$node")"
}

operators_file() {
    local node=$1 container text='{
    "mtu": 1450,
    "labels": ["rack=7"]
}'
    container=$(keeper "$node")
    put_file "$node" "$text"
    on "$node" chmod 600 "$file"
    expect "apply into an operator's file" 0 on "$node" "$tool" apply --keep runtimes
    prints "keeps the operator's lines where they stood" "${text%$'\n'*}," on "$node" cat "$file"
    same "keeps the mode" 600 "$(on "$node" stat --format %a "$file")"
    same "keeps the container" "$container" "$(keeper "$node")"
    expect "rollback" 0 on "$node" "$tool" rollback
    same "restores the bytes" "$text" "$(on "$node" cat "$file")"
    on "$node" rm "$file"
    expect "what is left of it leaves the daemon" 0 on "$node" "$tool" settle --restart-for mtu
}

reload_only() {
    local node=$1 before
    before=$(dockerd "$node")
    on "$node" "cat >/root/document.json" <<<'{"live-restore": true, "max-concurrent-downloads": 2,
        "debug": true, "labels": ["rack=7"], "registry-mirrors": ["https://mirror.example"],
        "insecure-registries": ["registry.example:5000", "10.1.0.0/16"]}'
    expect "a document of reloadable keys" 0 on "$node" "$tool" apply --document /root/document.json
    same "restarts nothing" "$before" "$(dockerd "$node")"
    same "and is in force" true "$(info "$node" .LiveRestoreEnabled)"
    prints "what the daemon tells of itself is as the file says" "no changes" \
        on "$node" "$tool" apply --document /root/document.json
    on "$node" "cp $file /root/kept.json; sed -i 's/rack=7/rack=8/' $file /root/document.json"
    prints "a daemon that runs on other values than its file is seen" "labels" \
        on "$node" "$tool" diff --document /root/document.json
    on "$node" "cp /root/kept.json $file"
    expect "rollback" 0 on "$node" "$tool" rollback
    same "restarts nothing either" "$before" "$(dockerd "$node")"
}

refused() {
    local node=$1 text=$2 place=$3 before
    put_file "$node" "$text"
    before="$(file_state "$node") $(dockerd "$node")"
    expect "refused: $text" 2 on "$node" "$tool" apply --keep runtimes
    prints "shown where it is wrong" "$file:$place: " on "$node" "$tool" apply --keep runtimes
    expect "validate finds it" 1 on "$node" "$tool" validate
    same "nothing was touched" "$before" "$(file_state "$node") $(dockerd "$node")"
    on "$node" rm "$file"
}

# Every validation accepts this one, and dockerd does not start with it: sshd has that port.
failing() {
    local node=$1 container
    container=$(keeper "$node")
    on "$node" "echo '{\"metrics-addr\": \"127.0.0.1:22\"}' >/root/document.json"
    put_file "$node" '{"debug": false}'
    before=$(on "$node" sha256sum "$file")
    expect "a daemon that dies of the change is rolled back" 3 \
        on "$node" "$tool" apply --document /root/document.json
    same "the file is back" "$before" "$(on "$node" sha256sum "$file")"
    expect "Docker answers" 0 on "$node" docker ps
    same "the container outlives all of it" "$container" "$(keeper "$node")"
    on "$node" "cp $file /root/good.json; echo '{\"metrics-addr\": \"127.0.0.1:22\", \"live-restore\": true}' >$file
        for try in 1 2 3 4; do systemctl restart docker; done 2>/dev/null; cp /root/good.json $file"
    prints "systemd has given up on the unit" "failed" on "$node" systemctl is-failed docker
    expect "settle starts it again" 0 on "$node" "$tool" settle --restart-for metrics-addr
    expect "Docker answers again" 0 on "$node" docker ps
    on "$node" rm "$file"
}

# The sites of a node hang on its reverse proxy: its ports answer afterwards, or all is undone.
proxied() {
    local node=$1 container
    on "$node" docker run --detach --name coolify-proxy --publish 8443:8443 \
        lab probe serve tcp:0.0.0.0:8443 >/dev/null
    container=$(on "$node" docker inspect --format "'{{.State.Pid}}'" coolify-proxy)
    prints "apply on a node with a reverse proxy tells what it leaves" \
        "userland-proxy stays as it is: over IPv6 only it serves coolify-proxy at port 8443" \
        on "$node" "$tool" apply --keep runtimes
    [ "$status" -eq 0 ] || fail "status $status: $output"
    lacks "and leaves it" userland-proxy on "$node" cat "$file"
    prints "which still answers" open on "$node" /root/probe tcp 127.0.0.1 8443
    expect "rollback" 0 on "$node" "$tool" rollback
    put_file "$node" '{"debug": false}'
    on "$node" "echo '{\"userland-proxy\": false}' >/root/document.json"
    prints "a document that cuts it off from IPv6 is rolled back, with the remedy" \
        "--keep userland-proxy" on "$node" "$tool" apply --document /root/document.json
    [ "$status" -eq 3 ] || fail "status $status, wanted 3"
    prints "and it answers again" open on "$node" /root/probe tcp "fd77::$((10 + node))" 8443
    same "it ran all the time" "$container" \
        "$(on "$node" docker inspect --format "'{{.State.Pid}}'" coolify-proxy)"
    same "the file is back" '{"debug": false}' "$(on "$node" cat "$file")"
    on "$node" "rm $file; docker rm --force coolify-proxy >/dev/null"
}

# Rows of the table, given to the dockerd of this node: it does what is on record. Every STEPth.
# Docker is stopped afterwards.
rows() {
    local node=$1 version=$2 step=$3
    "$table" inputs "$work/rows-$node" "$step"
    lab put "$node" "$work/rows-$node" /root/rows
    lab put "$node" "$repository/tests/daemonjson/measure" /root/measure
    on "$node" bash /root/measure /root/rows "$version" >"$work/measured-$node"
    prints "Docker $version does with the files what is on record" ", 0 not" \
        "$table" compare "$work/measured-$node"
    say "        $("$table" compare "$work/measured-$node" | tail -1)"
}

killed() {
    local node=$1 container delay
    container=$(keeper "$node")
    for delay in 0.01 0.05 0.1 0.2 0.4 0.8 1.6; do
        on "$node" timeout --signal=KILL "$delay" "$tool" apply --keep runtimes >/dev/null 2>&1 || true
        expect "killed after $delay s, the next apply converges" 0 on "$node" "$tool" apply --keep runtimes
        prints "and has nothing left to do" "no changes" on "$node" "$tool" apply --keep runtimes
        same "the container lives" "$container" "$(keeper "$node")"
        expect "rollback" 0 on "$node" "$tool" rollback
    done
}

node=7
for suite in ${HARDEN_SUITES:-$suites}; do
    say "==> $suite"
    node_up "$node" --suite "$suite"
    lab image "$node" >/dev/null
    lab put "$node" "$binaries/lab_probe" /root/probe
    on "$node" docker run --detach --name keeper --publish 8080:80 lab sleep 100000 >/dev/null
    fresh_apply "$node"
    operators_file "$node"
    reload_only "$node"
    refused "$node" '{"debug": true,}' 1:15
    refused "$node" '{"live-restor": true}' 1:2
    refused "$node" '{"runtimes": {"runc": {"path": "runc"}}}' 1:15
    failing "$node"
    killed "$node"
    proxied "$node"
    [ -z "$full" ] || rows "$node" "${docker_of[$suite]}" 1
    node=$((node + 1))
done

say "==> sid"
lab down 7
node_up 7 --suite sid --cgroup2
put_file 7 '{"runtimes": {"runc": {"path": "runc"}}, "default-runtime": "runcs"}'
prints "dockerd --validate accepts what stops it" "configuration OK" \
    on 7 dockerd --validate --config-file "$file"
expect "validate does not" 1 on 7 "$tool" validate
prints "and names both reasons" "runtimes.default" on 7 "$tool" validate
put_file 7 '{"bip6": "fd00:7::1/64"}'
expect "a key of Docker 28 is valid on Docker 28" 0 on 7 "$tool" validate
expect "and not on 20.10" 1 on 7 "$tool" validate --docker-version 20.10 "$file"
lab image 7 >/dev/null
sample=${full:+1}
rows 7 28.5 "${sample:-14}"
put_file 7 '{"labels": ["rack=7"]}'
expect "a label is valid" 0 on 7 "$tool" validate
on 7 "echo 'DOCKER_OPTS=\"--label zone=1\"' >/etc/default/docker"
prints "but not beside the --label of the unit's environment file" "flags.twice" on 7 "$tool" validate
