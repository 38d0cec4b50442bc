# shellcheck shell=bash
# A small image "lab" for the node's Docker, made here and carried there: no registry is needed.

IMAGE_APPLETS=(sh ash cat cp echo env false grep hostname id ip ls mkdir mount nc nslookup ping printf ps
    rm seq sleep sort stat touch true umount uname wget)
readonly IMAGE_APPLETS

image_archive() {
    local probe archive
    require_commands busybox
    ! ldd "$(command -v busybox)" >/dev/null 2>&1 ||
        cannot_run "busybox is not the static one (apt-get install busybox-static)"
    probe=$(probe_program)
    archive=$LAB_DIRECTORY/downloads/image-$(image_hash "$probe").tar
    [[ -e $archive ]] || with_lock image pack_image "$probe" "$archive"
    echo "$archive"
}

image_hash() {
    { echo "${IMAGE_APPLETS[@]}" && cat "$1" "$(command -v busybox)"; } | sha256sum | cut -c1-12
}

pack_image() {
    local root applet
    root=$(mktemp -d "$LAB_DIRECTORY/downloads/image.XXXXXX")
    chmod 755 "$root"
    mkdir "$root"/{bin,dev,etc,proc,sys}
    mkdir -m 1777 "$root/tmp"
    cp "$(command -v busybox)" "$root/bin/busybox"
    cp "$1" "$root/bin/probe"
    for applet in "${IMAGE_APPLETS[@]}"; do ln "$root/bin/busybox" "$root/bin/$applet"; done
    echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
    tar -C "$root" -cf "$2.new" .
    mv "$2.new" "$2"
    rm -rf "$root"
}

# The image, and a network "lab6" whose containers have IPv6: the LAN has a route back to them.
import_image() {
    require_running_node "${1:-}"
    local archive
    archive=$(image_archive)
    node_ssh "$1" docker import --change "'ENV PATH=/bin'" - lab <"$archive" >/dev/null
    node_ssh "$1" "docker network inspect lab6 >/dev/null 2>&1 ||
        docker network create --ipv6 --subnet $(containers_ipv6 "$1") lab6 >/dev/null"
}
