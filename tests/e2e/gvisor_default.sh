#!/usr/bin/env bash
# gVisor as the default runtime: which running containers it would stop, whether that is so, names on
# user-defined networks, and the platform.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 62

node=62
tool=/usr/libexec/harden/gvisor-install
socket=/var/run/docker.sock

start() { on "$node" "docker run --detach $*" >/dev/null; }
plan() { cat "$work/plan"; }

# stops WHAT OPTIONS COMMAND: works under runc, and not under runsc.
stops() {
    expect "$1: works under runc" 0 on "$node" "timeout 60 docker run --rm --runtime runc $2 lab $3"
    run_captured on "$node" "timeout 60 docker run --rm --runtime runsc $2 lab $3"
    [ "$status" -ne 0 ] || fail "$1: works under runsc as well: $output"
    ok "and not under runsc"
}

node_up "$node" --suite trixie
lab image "$node" >/dev/null
tar -C "$(lab runsc)" -cf - . | on "$node" "mkdir -p /root/runsc && tar -C /root/runsc -xf -"
on "$node" mknod /dev/kvm c 10 232
start "--name plain lab sleep 100000"
start "--name coolify-helper --volume $socket:$socket lab sleep 100000"
start "--name as-root --privileged lab sleep 100000"
start "--name on-host-network --network host lab sleep 100000"
start "--name sees-processes --pid host lab sleep 100000"
start "--name vpn --cap-add NET_ADMIN --device /dev/kvm --device /dev/net/tun lab sleep 100000"

say "==> plan --default"
on "$node" "$tool" plan --default --from /root/runsc >"$work/plan" || true
prints "names the container with Docker's socket" "mounts $socket: gVisor connects to no socket" plan
prints "the privileged one" "as-root
    is privileged" plan
prints "the one in the host's network" "is in the host's network" plan
prints "the one that sees the host's processes" "is in the host's process namespace" plan
prints "the one with a device" "uses the device /dev/kvm" plan
prints "and how to keep them on runc" "docker run --runtime runc" plan
lacks "which /dev/net/tun is not: gVisor has one" "/dev/net/tun" plan
lacks "and no ordinary one" "plain" plan
prints "in JSON too" '"container": "vpn", "reasons": [' on "$node" "$tool" plan --default --from /root/runsc --format json
lacks "without --default nobody is stopped" "coolify-helper" on "$node" "$tool" plan --from /root/runsc

say "==> the platform"
expect "apply" 0 on "$node" "$tool" apply --from /root/runsc
lacks "a virtual machine's /dev/kvm is left alone" platform on "$node" cat /etc/docker/daemon.json
prints "prove says which and why" "platform: systrap: there is /dev/kvm, but this is" on "$node" "$tool" prove
prints "status asks the release" "platform:   systrap" on "$node" "$tool" status
on "$node" "mv /dev/kvm /dev/not-kvm && mkdir -p /etc/harden && cat >/etc/harden/gvisor.toml" <<'TOML'
version = 1
[platform]
choose = "kvm"
TOML
prints "kvm where there is none is an error that says so" "there is no /dev/kvm" on "$node" "$tool" apply
on "$node" "rm /etc/harden/gvisor.toml && mv /dev/not-kvm /dev/kvm"

say "==> is it so?"
stops "a look at the host's own sshd from the host's network" "--network host" \
    "sh -c 'nc -w 2 127.0.0.1 22 </dev/null | grep SSH'"
stops "a raw socket" "--cap-add NET_RAW" "ping -c 1 127.0.0.1"
stops "a look at the host's processes" "--pid host" "sh -c 'ps | grep [d]ockerd'"
# shellcheck disable=SC2016 # the container expands it
stops "a device" "--device /dev/kvm" "sh -c ': <>/dev/kvm'"

say "==> names on user-defined networks"
on "$node" docker network create people >/dev/null
start "--name neighbour --network people lab sleep 100000"
expect "runc: a neighbour's name resolves" 0 on "$node" docker run --rm --network people lab nslookup neighbour
expect "runsc: it does not" 1 on "$node" docker run --rm --runtime runsc --network people lab nslookup neighbour
prints "prove finds that out by itself, and explains it" "Docker's resolver is at 127.0.0.11" on "$node" "$tool" prove
lacks "and leaves no network behind" harden on "$node" docker network ls
lacks "nor an image" harden-canary on "$node" docker image ls
start "--name lonely --runtime runsc --network people lab sleep 100000"
prints "status names the containers" "on a user-defined network: lonely" on "$node" "$tool" status
