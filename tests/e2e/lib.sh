# shellcheck shell=bash
# What every end-to-end script shares: source it first. A script prints a line for each thing it
# saw, fails at the first that is not as wanted, and takes its nodes down whatever happens.
#   e2e_nodes N…            claims the lab's node numbers, makes the directory $work, and removes
#                           both at the end, with the script's own status: set no EXIT trap
#   node_up N [lab options] a fresh node, with our binaries in /usr/libexec/harden
#   built_package       prints the .deb beside the binaries; where there is none the script is skipped
#   set_up N [options]  setup of node N from the operator's side, with the lab's gVisor and waivers
#   on N CMD…               a command on the node; its status is the command's
#   expect WHAT STATUS CMD… runs CMD and wants that exit status
#   prints WHAT TEXT CMD…   wants TEXT somewhere in what CMD prints (status is free)
#   lacks WHAT TEXT CMD…    wants TEXT nowhere in it
#   eventually SECONDS CMD… tries CMD until it succeeds
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
binaries=${HARDEN_BUILD:-$repository/build}/bin
claimed=()
work=
seen=0
# shellcheck disable=SC2034 # for scripts that run more rounds under ./dev test --full
full=${HARDEN_FULL:-}
# The oldest Debian that our programs run on is the one they were built on; a full run tries 13 as well.
suite=${HARDEN_SUITE:-bookworm}
# shellcheck disable=SC2034 # for scripts
suites=$(printf '%s\n' "$suite" ${full:+trixie} | sort -u)

# On a node: its nftables, without counters and without the senders that a rate remembers for a second.
# shellcheck disable=SC2034 # for scripts that compare
kernel_rules="nft -s -a list ruleset 2>/dev/null | grep -v -E -e '^# Warning' \
    -e '^[[:space:]]*(elements = [{] )?[0-9a-f:.]+ limit rate over'"

# On a node: systemd allows three starts in a minute, and a fast node comes to more.
# shellcheck disable=SC2034 # for scripts
restart_docker="{ systemctl reset-failed docker; systemctl restart docker; }"

lab() { "$repository/tests/lab/lab" "$@"; }
on() { local node=$1; shift; timeout 300 "$repository/tests/lab/lab" ssh "$node" "$@"; }
say() { printf '%s\n' "$*"; }
ok() { seen=$((seen + 1)); say "  ok    $*"; }
fail() { say "  FAIL  $*" >&2; exit 1; }
skip() { say "skipped: $*" >&2; exit 77; }

cleanup() {
    local status=$?
    for node in "${claimed[@]}"; do lab down "$node" >/dev/null 2>&1 || true; done
    [ -z "$work" ] || rm -rf "$work"
    if [ "$status" -eq 0 ]; then
        say "$seen passed, 0 failed"
        [ "$seen" -gt 0 ] || status=1
    fi
    exit "$status"
}

built_package() {
    local found
    found=$(find "${binaries%/bin}" -maxdepth 1 -name 'harden_*_amd64.deb')
    [ -n "$found" ] || skip "there is no package: ./dev package"
    printf '%s\n' "$found"
}

set_up() {
    local node=$1
    shift
    lab client "$binaries/setup" -F "$(lab ssh-config)" "root@node$node" --gvisor "$(lab runsc)" \
        --waivers "$repository/tests/lab/waivers.toml" "$@"
}

# Two scripts on one node take it from under each other, so the second refuses.
claim() {
    local file=${HARDEN_LAB:-/var/cache/harden-lab}/node-$1.claim owner
    mkdir -p "${file%/*}"
    owner=$(cat "$file" 2>/dev/null || true)
    if [ -n "$owner" ] && grep -q e2e "/proc/$owner/cmdline" 2>/dev/null; then
        fail "node $1 is in use by $(tr '\0' ' ' <"/proc/$owner/cmdline")(process $owner)"
    fi
    echo $$ >"$file"
}

e2e_nodes() {
    local node
    [ "$(id -u)" -eq 0 ] || skip "the lab needs root"
    for node in "$@"; do claim "$node"; done
    claimed=("$@")
    work=$(mktemp -d)
    trap cleanup EXIT
    trap 'exit 130' INT TERM
    for node in "$@"; do lab down "$node" >/dev/null 2>&1 || true; done
}

node_up() {
    local node=$1 status=0
    lab up "$@" || status=$?
    [ "$status" -ne 77 ] || skip "the lab cannot run here"
    [ "$status" -eq 0 ] || fail "node $node does not come up"
    put_binaries "$node"
}

# Our binaries as the package lays them out, without the package. A node that has only just come
# up has been seen to drop a connection, so the copy is tried again.
put_binaries() {
    eventually 15 copy_binaries "$1" || fail "node $1 does not take our binaries"
}

copy_binaries() {
    tar -C "$binaries" --exclude=unit_tests --exclude='*_tests' --exclude='*_fuzz' --exclude=lab_probe \
        --exclude='bench*' -cf - . |
        on "$1" 'mkdir -p /usr/libexec/harden && tar -C /usr/libexec/harden -xf - &&
                 { [ ! -x /usr/libexec/harden/harden ] || ln -sf ../libexec/harden/harden /usr/bin/harden; }'
}

run_captured() {
    status=0
    output=$("$@" 2>&1) || status=$?
}

expect() {
    local what=$1 wanted=$2
    shift 2
    run_captured "$@"
    [ "$status" -eq "$wanted" ] || fail "$what: status $status, wanted $wanted: $* 
$output"
    ok "$what"
}

prints() {
    local what=$1 text=$2
    shift 2
    run_captured "$@"
    case $output in
    *"$text"*) ok "$what" ;;
    *) fail "$what: \"$text\" is not in what it printed (status $status): $*
$output" ;;
    esac
}

lacks() {
    local what=$1 text=$2
    shift 2
    run_captured "$@"
    case $output in
    *"$text"*) fail "$what: \"$text\" is in what it printed: $*
$output" ;;
    *) ok "$what" ;;
    esac
}

eventually() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}
