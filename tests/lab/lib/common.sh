# shellcheck shell=bash
# Where the lab keeps things, how it speaks, and how it tells one process from another.

LAB_SOURCE=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
LAB_DIRECTORY=${HARDEN_LAB:-/var/cache/harden-lab}
LAB_KEY=$LAB_DIRECTORY/id_lab
LAB_SSH_CONFIG=$LAB_DIRECTORY/ssh_config
LAST_NODE=199
# The mark by which a process that the lab started is told from others of the machine.
export HARDEN_LAB_OWNER=$LAB_DIRECTORY
readonly LAB_SOURCE LAB_DIRECTORY LAB_KEY LAB_SSH_CONFIG LAST_NODE

fail() {
    echo "lab: error: $*" >&2
    exit 1
}

cannot_run() {
    echo "lab: cannot run here: $*" >&2
    exit 77
}

say() {
    echo "lab: $*" >&2
}

# with_lock NAME COMMAND…: one process at a time; bash keeps the lock's descriptor from the command.
with_lock() {
    (
        flock 9
        "${@:2}" 9>&-
    ) 9>"$LAB_DIRECTORY/$1.lock"
}

node_directory() {
    echo "$LAB_DIRECTORY/nodes/$1"
}

require_node_number() {
    [[ ${1:-} =~ ^[1-9][0-9]{0,2}$ && $1 -le $LAST_NODE ]] ||
        fail "node number '${1:-}' is not between 1 and $LAST_NODE"
}

# Field 22 of /proc/PID/stat: with it a process is told from a later one that got the same number.
start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -r -a fields <<<"${stat##*) }"
    [[ ${fields[0]} != Z ]] && echo "${fields[19]}"
}

remember_process() {
    echo "$1 $(start_time "$1")" >"$2"
}

# Prints the number of the process that FILE remembers; false where it has ended.
process_in() {
    local number started
    read -r number started 2>/dev/null <"$1" || return 1
    [[ -n $started && $(start_time "$number") == "$started" ]] && echo "$number"
}

end_process_in() {
    local number
    number=$(process_in "$1") || return 0
    kill -9 "$number" 2>/dev/null || true
    for _ in {1..100}; do
        process_in "$1" >/dev/null || return 0
        sleep 0.02
    done
    fail "process $number does not end"
}
