# shellcheck shell=bash
# Removing clean machines, also those whose caller was killed before it could.

machine_group() {
    echo "harden-machine-$(basename "$1")"
}

remove_machine() {
    end_process_in "$1/process"
    cgroup_remove "$(machine_group "$1")"
    rm -rf "$1"
}

remove_abandoned_machines() {
    local machine
    for machine in "$LAB_DIRECTORY"/machines/??????; do
        [[ ! -e $machine/owner ]] || process_in "$machine/owner" >/dev/null || remove_machine "$machine"
    done
}
