# shellcheck shell=bash
# An image "programs" with what people run on such nodes, from Debian's packages, for the table of
# what works under gVisor. Too large to be in every tree: built when it is asked for.

PROGRAM_PACKAGES=(default-jdk-headless golang-go iproute2 nodejs postgresql procps python3-websockets
    redis-server strace)
readonly PROGRAM_PACKAGES

import_programs() {
    require_running_node "${1:-}"
    local path
    path=$(tree trixie-programs)
    tar -C "$path" --exclude=./var/cache --exclude=./var/lib/apt --exclude=./usr/share/doc \
        --exclude=./usr/share/locale --exclude=./dev -cf - . |
        node_ssh "$1" docker import - programs >/dev/null
}
