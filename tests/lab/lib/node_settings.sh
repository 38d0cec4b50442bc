# shellcheck shell=bash
# What makes a node a fresh server of its own rather than a copy of the tree.

settle_identity() {
    local root=$1
    hostname "node$NODE_NUMBER"
    echo "node$NODE_NUMBER" >"$root/etc/hostname"
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    printf '127.0.0.1 localhost node%s\n::1 localhost\n' "$NODE_NUMBER" >"$root/etc/hosts"
    # There is no way out: a look-up is refused at once instead of waiting.
    echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf"
    install -D -m 600 "$LAB_KEY.pub" "$root/root/.ssh/authorized_keys"
    ssh-keygen -q -t ed25519 -N '' -C "node$NODE_NUMBER" -f "$root/etc/ssh/ssh_host_ed25519_key"
    ssh-keygen -q -t ecdsa -N '' -C "node$NODE_NUMBER" -f "$root/etc/ssh/ssh_host_ecdsa_key"
}

# Units that work on the hardware, the consoles or the kernel of the machine.
settle_units() {
    local unit
    for unit in systemd-networkd.service systemd-networkd.socket networking.service systemd-udevd.service \
        e2scrub_reap.service apparmor.service getty.target console-getty.service systemd-logind.service \
        dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
        sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount systemd-modules-load.service \
        systemd-sysctl.service; do
        ln -sf /dev/null "$1/etc/systemd/system/$unit"
    done
}

choose_legacy_iptables() {
    chroot "$1" update-alternatives --quiet --set iptables /usr/sbin/iptables-legacy
    chroot "$1" update-alternatives --quiet --set ip6tables /usr/sbin/ip6tables-legacy
}

# As cloud images do it: a drop-in that allows passwords, a user of the provider, a root password.
add_cloud_logins() {
    echo 'PasswordAuthentication yes' >"$1/etc/ssh/sshd_config.d/50-cloud-init.conf"
    chroot "$1" useradd --create-home --shell /bin/bash --groups sudo tenant-admin
    printf 'tenant-admin:lab\nroot:lab\n' | chroot "$1" chpasswd
}

# gVisor releases before August 2024, Debian's among them, take every network namespace for the machine's
# own where the kernel (6.11 and later) shows net.core.rmem_default in it. Container runtimes on a node
# get the older kernels' view, unless a test is about just that.
hide_rmem_default() {
    local directory=$1/etc/systemd/system/containerd.service.d
    mkdir -p "$directory"
    printf '[Service]\nTemporaryFileSystem=/proc/sys/net\n' >"$directory/lab.conf"
}
