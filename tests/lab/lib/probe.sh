# shellcheck shell=bash
# The test program at the ends of flows: the one that the build made, or one made here from its source.

probe_program() {
    local built=${HARDEN_PROBE:-$LAB_SOURCE/../../build/bin/lab_probe} own
    if [[ -x $built ]]; then
        readlink -f "$built"
        return
    fi
    own=$LAB_DIRECTORY/downloads/probe-$(cat "$LAB_SOURCE"/probe* | sha256sum | cut -c1-12)
    [[ -x $own ]] || with_lock probe compile_probe "$own"
    echo "$own"
}

compile_probe() {
    [[ ! -x $1 ]] || return 0
    require_commands g++
    g++ -std=c++20 -O1 -static "$LAB_SOURCE/probe.cpp" -o "$1.new"
    mv "$1.new" "$1"
}
