# shellcheck shell=bash
# What the Debian trees hold. A tree's name is a suite: the node's tree; with -vm it also holds a kernel,
# with -machine it is nothing but the base system, with -programs what containers of a test run.

# An apt pattern for a library whose package has another name in each suite.
real_package() {
    printf '?and(?name("^%s"),?not(?virtual))\n' "$1"
}

tree_packages() {
    case $1 in
    *-machine) printf '%s\n' git ca-certificates ;;
    *-programs) printf '%s\n' "${PROGRAM_PACKAGES[@]}" ;;
    *-vm) node_packages "${1%-vm}" && printf '%s\n' linux-image-cloud-amd64 initramfs-tools zstd ;;
    *) node_packages "$1" ;;
    esac
}

# A small cloud server with Docker, and the libraries that harden's package needs, because a node has no
# way out to fetch them.
node_packages() {
    printf '%s\n' systemd-sysv dbus libpam-systemd udev openssh-server cron logrotate sudo \
        ca-certificates apparmor bzip2 iproute2 iptables nftables ipset netbase kmod procps curl \
        e2fsprogs passwd iputils-ping less docker.io \
        libip4tc2 libip6tc2 libmnl0 libnftnl11 libnftables1 libnl-3-200 libnl-route-3-200 libstdc++6
    real_package libssl3
    real_package 'libre2-[0-9]'
    real_package libtomlplusplus3
    echo libyaml-0-2
    [[ $1 == bookworm ]] || printf '%s\n' docker-cli docker-buildx
}

tree_variant() {
    case $1 in
    *-machine) echo important ;;
    *) echo minbase ;;
    esac
}

# A shell script that mmdebstrap runs on the finished tree, $1.
tree_settings() {
    case $1 in
    *-machine | *-programs) echo : ;;
    *-vm) node_settings && cat "$LAB_SOURCE/vm-settings" ;;
    *) node_settings ;;
    esac
}

node_settings() {
    cat <<'SETTINGS'
set -eu
root=$1
rm -f "$root"/usr/sbin/policy-rc.d "$root"/etc/machine-id "$root"/var/lib/dbus/machine-id
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer man-db.timer fstrim.timer \
    dpkg-db-backup.timer systemd-networkd-wait-online.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
rm -f "$root"/etc/ssh/ssh_host_*
SETTINGS
}

tree_recipe_hash() {
    { tree_packages "$1" && tree_settings "$1"; } | sha256sum | cut -c1-12
}
