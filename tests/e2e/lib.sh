# shellcheck shell=bash
# What every end-to-end script shares: source it first. A script prints a line for each thing it
# saw, fails at the first that is not as wanted, and takes its nodes down whatever happens.
#   e2e_nodes N…            claims the lab's node numbers and removes them at the end
#   node_up N [lab options] a fresh node, with our binaries in /usr/libexec/harden
#   on N CMD…               a command on the node; its status is the command's
#   expect WHAT STATUS CMD… runs CMD and wants that exit status
#   prints WHAT TEXT CMD…   wants TEXT somewhere in what CMD prints (status is free)
#   lacks WHAT TEXT CMD…    wants TEXT nowhere in it
#   eventually SECONDS CMD… tries CMD until it succeeds
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
binaries=${HARDEN_BUILD:-$repository/build}/bin
claimed=()
seen=0
# shellcheck disable=SC2034 # for scripts that run more rounds under ./dev test --full
full=${HARDEN_FULL:-}

lab() { "$repository/tests/lab/lab" "$@"; }
on() { local node=$1; shift; timeout 300 "$repository/tests/lab/lab" ssh "$node" "$@"; }
say() { printf '%s\n' "$*"; }
ok() { seen=$((seen + 1)); say "  ok    $*"; }
fail() { say "  FAIL  $*" >&2; exit 1; }
skip() { say "skipped: $*" >&2; exit 77; }

cleanup() {
    local status=$?
    for node in "${claimed[@]}"; do lab down "$node" >/dev/null 2>&1 || true; done
    [ "$status" -ne 0 ] || [ "$seen" -eq 0 ] || say "$seen passed, 0 failed"
    exit "$status"
}

e2e_nodes() {
    [ "$(id -u)" -eq 0 ] || skip "the lab needs root"
    claimed=("$@")
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
