# shellcheck shell=bash
# What the machine must have before the lab may start; each lack is one sentence and exit status 77.

require_commands() {
    local command
    for command; do
        command -v "$command" >/dev/null ||
            cannot_run "command '$command' is missing (apt-get install $("$LAB_SOURCE/packages" | paste -sd ' '))"
    done
}

require_root() {
    ((EUID == 0)) || cannot_run "root is needed to make namespaces and mounts"
}

require_namespaces() {
    unshare --mount --net --pid --uts --ipc --cgroup --fork true 2>/dev/null ||
        cannot_run "this machine refuses new mount, net, pid, uts, ipc or cgroup namespaces"
}

require_overlay() {
    grep -qw overlay /proc/filesystems || modprobe -q overlay 2>/dev/null ||
        cannot_run "the kernel has no overlay file system"
}

require_lab_directory() {
    mkdir -p "$LAB_DIRECTORY"/{trees,nodes,downloads}
    [[ $(stat -f -c %T "$LAB_DIRECTORY") != overlayfs ]] ||
        cannot_run "$LAB_DIRECTORY lies on overlayfs, which cannot carry another overlay (set HARDEN_LAB)"
    [[ -e $LAB_KEY ]] || with_lock key make_lab_key
}

make_lab_key() {
    [[ -e $LAB_KEY ]] || ssh-keygen -q -t ed25519 -N '' -C harden-lab -f "$LAB_KEY"
}

require_lab() {
    require_root
    require_commands ip nsenter unshare setpriv flock ssh ssh-keygen
    require_namespaces
    require_overlay
    require_lab_directory
}
