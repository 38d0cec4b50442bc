# shellcheck shell=bash
# Work in a tree with this machine's network, of which only what is asked for is kept.

# in_throwaway_tree SUITE DIRECTORY COMMAND…: COMMAND finds DIRECTORY, made by the caller, as /mnt.
in_throwaway_tree() {
    local tree work
    tree=$(tree "$1")
    work=$(mktemp -d "$LAB_DIRECTORY/downloads/work.XXXXXX")
    mkdir "$work"/{upper,work,root}
    local status=0
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child --propagation private bash -euc '
        root=$1/root
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$root"
        mount --bind "$3" "$root/mnt"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        cp --remove-destination -L /etc/resolv.conf "$root/etc/resolv.conf"
        cp -rL /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
        exec chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -euc "cd /mnt; $4"' \
        - "$work" "$tree" "$2" "$3" || status=$?
    rm -rf "$work"
    return "$status"
}
