# shellcheck shell=bash
# The operator's way in, with strict host keys.

# collect_host_keys NUMBER DIRECTORY: from the node's files, not from the wire.
collect_host_keys() {
    local number=$1 names file
    names="node$number,$(node_ipv4 "$number"),$(node_ipv6 "$number")"
    for file in "$2"/ssh_host_*_key.pub; do
        echo "$names $(cut -d ' ' -f 1,2 "$file")"
    done >"$(node_directory "$number")/known_hosts"
}

write_ssh_config() {
    with_lock ssh-config replace_ssh_config
}

replace_ssh_config() {
    [[ ! $LAB_SSH_CONFIG -nt $LAB_SOURCE/lib/ssh.sh || ! $LAB_SSH_CONFIG -nt $LAB_SOURCE/lib/common.sh ]] ||
        return 0
    local number
    for number in $(seq 1 "$LAST_NODE"); do
        cat <<HOST
Host node$number
    HostName $(node_ipv4 "$number")
    UserKnownHostsFile $(node_directory "$number")/known_hosts
HOST
    done >"$LAB_SSH_CONFIG.new"
    cat >>"$LAB_SSH_CONFIG.new" <<COMMON
Host node*
    IdentityFile $LAB_KEY
    IdentitiesOnly yes
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    UpdateHostKeys no
    ConnectTimeout 5
    ServerAliveInterval 10
    ServerAliveCountMax 6
COMMON
    mv "$LAB_SSH_CONFIG.new" "$LAB_SSH_CONFIG"
}

node_ssh() {
    in_lan ssh -F "$LAB_SSH_CONFIG" "root@node$1" "${@:2}"
}

ssh_to_node() {
    require_running_node "${1:-}"
    node_ssh "$@"
}

put_on_node() {
    (($# == 3)) || fail "usage: lab put N SOURCE DESTINATION"
    require_running_node "$1"
    in_lan scp -q -r -F "$LAB_SSH_CONFIG" "$2" "root@node$1:$3"
}

get_from_node() {
    (($# == 3)) || fail "usage: lab get N SOURCE DESTINATION"
    require_running_node "$1"
    in_lan scp -q -r -F "$LAB_SSH_CONFIG" "root@node$1:$2" "$3"
}

print_ssh_config() {
    write_ssh_config
    echo "$LAB_SSH_CONFIG"
}
