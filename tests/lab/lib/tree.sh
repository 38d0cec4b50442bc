# shellcheck shell=bash
# Debian trees: built once a recipe, beside their place, and renamed into it when complete.

known_suite() {
    case $1 in
    bookworm | trixie | sid) ;;
    *) fail "no suite '$1': bookworm, trixie or sid" ;;
    esac
}

# An apt pattern for a library whose package has another name in each suite.
real_package() {
    printf '?and(?name("^%s"),?not(?virtual))' "$1"
}

# What every tree holds: a small cloud server with Docker, and the libraries that harden's package needs,
# because a node has no way out to fetch them.
tree_packages() {
    printf '%s\n' systemd-sysv dbus libpam-systemd udev openssh-server cron logrotate sudo \
        ca-certificates apparmor iproute2 iptables nftables ipset netbase kmod procps curl \
        e2fsprogs passwd iputils-ping less docker.io \
        libip4tc2 libip6tc2 libmnl0 libnftnl11 libnftables1 libnl-3-200 libnl-route-3-200 libstdc++6 \
        "$(real_package libssl3)" "$(real_package 'libre2-[0-9]')" "$(real_package libtomlplusplus3)"
    [[ $1 == bookworm* ]] || echo docker-cli
    [[ $1 != *-vm ]] || printf '%s\n' linux-image-cloud-amd64 initramfs-tools zstd
}

tree_settings() {
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
    { tree_packages "$1" && tree_settings; } | sha256sum | cut -c1-12
}

tree_path() {
    echo "$LAB_DIRECTORY/trees/$1-$(tree_recipe_hash "$1")"
}

# tree NAME: NAME is a suite, or a suite with -vm for a tree that also holds a kernel.
tree() {
    local name=$1 path
    known_suite "${name%-vm}"
    path=$(tree_path "$name")
    [[ -e $path ]] || with_lock "tree-$name" build_tree "$name" "$path" >&2
    echo "$path"
}

build_tree() {
    local name=$1 path=$2
    [[ ! -e $path ]] || return 0
    require_commands mmdebstrap
    say "building the $name tree (about a minute)"
    remove_unused_trees "$name"
    local unfinished=$LAB_DIRECTORY/trees/.unfinished-$name
    rm -rf "$unfinished"
    if ! run_mmdebstrap "$name" "$unfinished" >"$unfinished.log" 2>&1; then
        tail -20 "$unfinished.log" >&2
        rm -rf "$unfinished"
        fail "build the $name tree: see $unfinished.log"
    fi
    mv "$unfinished" "$path"
    rm -f "$unfinished.log"
}

run_mmdebstrap() {
    local name=$1 target=$2 includes=() package
    while read -r package; do includes+=("--include=$package"); done < <(tree_packages "$name")
    local sources
    sources=$(sources_for "${name%-vm}")
    [[ -n $sources ]] || fail "no Debian source of this machine's release in /etc/apt"
    tree_settings >"$target.settings"
    # sid's index may be past its date on a mirror that is not of today.
    mmdebstrap --mode=root --variant=minbase --skip=cleanup/apt/lists \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
        "${includes[@]}" --customize-hook="sh $target.settings \"\$1\"" \
        "${name%-vm}" "$target" - <<<"$sources" || return 1
    rm -f "$target.settings"
}

# Trees of older recipes go, save those that a running node holds by a shared lock.
remove_unused_trees() {
    local old
    for old in "$LAB_DIRECTORY/trees/$1"-????????????; do
        [[ -d $old ]] || continue
        (flock -n 9 && rm -rf "$old") 9<"$old" || true
    done
}
