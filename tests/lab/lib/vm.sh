# shellcheck shell=bash
# Virtual machines as nodes: a kernel of their own, control groups of version 2 with limits, and reboots.
# They are emulated in software and hang on the same network as the other nodes.

VM_BASE=$LAB_DIRECTORY/vm
VM_MEMORY=1536
VM_BOOT_SECONDS=300
readonly VM_BASE VM_MEMORY VM_BOOT_SECONDS

require_vm() {
    require_commands qemu-system-x86_64 qemu-img mke2fs
    [[ -c /dev/net/tun ]] || cannot_run "/dev/net/tun is missing, by which a virtual machine gets its network"
}

# Prints the directory with kernel, initrd and disk, made once from the tree.
vm_build() {
    local tree directory
    tree=$(tree bookworm-vm)
    directory=$VM_BASE/$(basename "$tree")
    [[ -e $directory ]] || with_lock vm make_vm_images "$tree" "$directory" >&2
    echo "$directory"
}

make_vm_images() {
    local tree=$1 directory=$2 unfinished
    [[ ! -e $directory ]] || return 0
    say "making the virtual machine's disk"
    rm -rf "$VM_BASE"
    mkdir -p "$VM_BASE"
    unfinished=$(mktemp -d "$VM_BASE/unfinished.XXXXXX")
    cp -L "$tree/vmlinuz" "$unfinished/kernel"
    cp -L "$tree/initrd.img" "$unfinished/initrd"
    mkdir "$unfinished"/{upper,work,root,keys}
    cp "$tree"/etc/ssh/ssh_host_*.pub "$unfinished/keys"
    install -D -m 600 "$LAB_KEY.pub" "$unfinished/upper/root/.ssh/authorized_keys"
    chmod 700 "$unfinished/upper/root"
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -euc '
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
        mke2fs -q -t ext4 -O ^has_journal -E root_owner=0:0 -d "$1/root" "$1/disk" 4G' - "$unfinished" "$tree"
    rm -rf "$unfinished"/{upper,work,root}
    mv "$unfinished" "$directory"
}

vm_up() {
    require_node_number "${1:-}"
    local images
    images=$(vm_build)
    with_lock "node-$1" start_vm "$1" "$images"
    node_ipv4 "$1"
}

start_vm() {
    local number=$1 images=$2 directory
    directory=$(node_directory "$number")
    ! node_process "$number" >/dev/null || fail "node $number is up: lab down $number"
    remove_node "$number"
    mkdir -p "$directory"
    qemu-img create -q -f qcow2 -b "$images/disk" -F raw "$directory/disk"
    collect_host_keys "$number" "$images/keys"
    write_ssh_config
    with_lock lan plug_in_vm "$number"
    run_qemu "$number" "$images"
    if ! wait_for_vm "$number"; then
        tail -20 "$directory/console.log" >&2
        remove_node "$number"
        fail "node $number did not come up"
    fi
    node_ipv4 "$number" >"$directory/address"
}

plug_in_vm() {
    lan_ensure
    in_lan ip -batch - <<SETUP
tuntap add node$1 mode tap
link set node$1 master br0 up
route replace $(containers_ipv6 "$1") via $(node_ipv6 "$1") dev br0
SETUP
}

run_qemu() {
    local number=$1 images=$2 directory
    directory=$(node_directory "$number")
    in_lan qemu-system-x86_64 -name "node$number" -machine q35,usb=off,smm=off \
        -accel tcg,thread=multi,tb-size=512 -cpu max -smp 2 -m "$VM_MEMORY" \
        -nodefaults -no-user-config -display none -monitor none -serial "file:$directory/console.log" \
        -kernel "$images/kernel" -initrd "$images/initrd" \
        -append "root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 mitigations=off lab.number=$number" \
        -drive "file=$directory/disk,if=virtio,format=qcow2,cache=unsafe" \
        -netdev "tap,id=lan,ifname=node$number,script=no,downscript=no" \
        -device "virtio-net-pci,netdev=lan,romfile=,mac=$(node_mac "$number")" \
        -device virtio-rng-pci -pidfile "$directory/qemu.pid" -daemonize
    remember_process "$(cat "$directory/qemu.pid")" "$directory/process"
}

# Emulated, a machine needs half a minute when this one is idle and minutes when it is not.
wait_for_vm() {
    local number=$1 end=$((SECONDS + VM_BOOT_SECONDS))
    while ((SECONDS < end)); do
        node_process "$number" >/dev/null || return
        # shellcheck disable=SC2016
        node_ssh "$number" -o ConnectTimeout=20 -o LogLevel=ERROR \
            'for i in $(seq 300); do systemctl is-active -q docker && exit; sleep 0.5; done; exit 1' \
            2>/dev/null && return
        sleep 0.5
    done
    return 1
}

vm_reboot() {
    require_running_node "${1:-}"
    local boot
    boot=$(node_ssh "$1" cat /proc/sys/kernel/random/boot_id)
    # not within the login, which might not hear that its machine has gone
    node_ssh "$1" systemd-run --quiet --on-active=1 systemctl reboot
    wait_for_other_boot "$1" "$boot"
    wait_for_vm "$1" || fail "node $1 did not come up again"
}

wait_for_other_boot() {
    local end=$((SECONDS + VM_BOOT_SECONDS)) now
    while ((SECONDS < end)); do
        now=$(node_ssh "$1" -o LogLevel=ERROR cat /proc/sys/kernel/random/boot_id 2>/dev/null) || now=$2
        [[ $now == "$2" ]] || return 0
        sleep 0.5
    done
    fail "node $1 did not reboot"
}
