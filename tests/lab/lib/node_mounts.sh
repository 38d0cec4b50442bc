# shellcheck shell=bash
# The file systems of a node, mounted in its own mount namespace only.

mount_root() {
    local root=$1 directory
    directory=$(dirname "$root")
    mount -t overlay overlay "$root" \
        -o "lowerdir=$NODE_TREE,upperdir=$directory/upper,workdir=$directory/work"
    # Docker's own overlays cannot lie on an overlay.
    for name in docker containerd; do
        mkdir -p "$root/var/lib/$name"
        mount --bind "$directory/$name" "$root/var/lib/$name"
    done
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
}

# Kernel settings are shared with the machine, so they are read-only, except those of the own network.
mount_kernel_views() {
    local root=$1
    mount -t proc proc "$root/proc"
    mount --bind "$root/proc/sys" "$root/proc/sys"
    mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
    mount -o remount,ro,bind "$root/proc/sys"
    [[ ! -e $root/proc/sysrq-trigger ]] || make_read_only "$root/proc/sysrq-trigger"
    mount -t sysfs -o ro sysfs "$root/sys"
}

make_read_only() {
    mount --bind "$1" "$1"
    mount -o remount,ro,bind "$1"
}

mount_control_groups() {
    local base=$1/sys/fs/cgroup controllers hierarchies
    hierarchies=$(cgroup_hierarchies)
    if [[ $NODE_CGROUP2 == yes || $hierarchies == cgroup2\ * && $hierarchies != *$'\n'* ]]; then
        mount -t cgroup2 cgroup2 "$base"
        return
    fi
    mount -t tmpfs -o mode=755 tmpfs "$base"
    while read -r controllers _; do
        mount_hierarchy "$controllers" "$base"
    done <<<"$hierarchies"
}

mount_hierarchy() {
    local controllers=$1 base=$2
    case $controllers in
    cgroup2) mkdir "$base/unified" && mount -t cgroup2 cgroup2 "$base/unified" ;;
    name=*) mkdir "$base/${controllers#name=}" &&
        mount -t cgroup -o "none,$controllers" cgroup "$base/${controllers#name=}" ;;
    *) mkdir "$base/$controllers" && mount -t cgroup -o "$controllers" cgroup "$base/$controllers" ;;
    esac
}

# Nodes of its own, not the machine's bound in: systemd gives its console another owner and mode.
mount_devices() {
    local devices=$1/dev
    mount -t tmpfs -o mode=755 tmpfs "$devices"
    mkdir "$devices"/{pts,shm,mqueue,net}
    make_device "$devices/null" 1 3
    make_device "$devices/zero" 1 5
    make_device "$devices/full" 1 7
    make_device "$devices/random" 1 8
    make_device "$devices/urandom" 1 9
    make_device "$devices/tty" 5 0
    make_device "$devices/fuse" 10 229
    make_device "$devices/net/tun" 10 200
    make_device "$devices/console" 1 3
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$devices/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$devices/shm"
    ln -s pts/ptmx "$devices/ptmx"
    ln -s /proc/self/fd "$devices/fd"
    ln -s fd/0 "$devices/stdin"
    ln -s fd/1 "$devices/stdout"
    ln -s fd/2 "$devices/stderr"
}

make_device() {
    mknod --mode=666 "$1" c "$2" "$3"
}
