#!/usr/bin/env bash
# What scan prints for a tier starts a real container that verify finds no fault with, and scan
# finds none with the line itself.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 84
node=84

verify() { on "$node" /usr/libexec/harden/verify --profile strict "$@"; }
scan() { on "$node" /usr/libexec/harden/scan "$@"; }

only=()
for id in memory-limit cpu-limit pids-limit disk-limit tmpfs-bounded read-only-root capabilities \
    dangerous-capabilities no-new-privileges privileged confined host-namespaces; do
    only+=(--only "container.$id")
done

starts_what_is_printed() {
    local tier=$1 args
    args=$(scan --print-run-args "$tier")
    on "$node" "docker run --detach --name tenant $args lab:1 probe spin 600 >/dev/null"
    expect "verify finds no fault with a container of tier $tier" 0 verify "${only[@]}"
    on "$node" "docker rm --force tenant >/dev/null"
    expect "nor does scan with its line" 0 \
        scan --run-args --start-command "'docker run $args lab:1 probe spin 600'"
}

# The control: without the options both find fault.
finds_fault_without() {
    on "$node" "docker run --detach --name tenant lab:1 probe spin 600 >/dev/null"
    expect "verify finds fault with a bare container" 1 verify "${only[@]}"
    on "$node" "docker rm --force tenant >/dev/null"
    expect "and scan with a bare line" 1 scan --run-args --start-command "'docker run lab:1'"
}

node_up "$node"
lab image "$node" >/dev/null
on "$node" docker tag lab lab:1
for tier in free basic pro; do
    starts_what_is_printed "$tier"
done
expect "a tier that counts by its label is refused while none counts" 2 scan --print-run-args custom
on "$node" "mkdir -p /etc/harden; printf '%s\n' 'version = 1' 'label = \"harden.tier\"' >/etc/harden/tiers.toml"
starts_what_is_printed custom
finds_fault_without
