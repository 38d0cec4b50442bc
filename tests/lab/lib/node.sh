# shellcheck shell=bash
# Starting, reaching and ending nodes.

node_process() {
    process_in "$(node_directory "$1")/process"
}

require_running_node() {
    require_node_number "${1:-}"
    [[ -e $(node_directory "$1")/address ]] || fail "node $1 is not up"
}

# node_up NUMBER OPTION…
node_up() {
    require_node_number "${1:-}"
    local number=$1
    parse_node_options "${@:2}"
    NODE_NUMBER=$number
    NODE_TREE=$(tree "$NODE_SUITE")
    export NODE_NUMBER NODE_TREE NODE_LEGACY NODE_CGROUP2 NODE_CLOUD_SSH NODE_RMEM_TRAP
    with_lock "node-$number" start_node "$number"
    node_ipv4 "$number"
}

parse_node_options() {
    NODE_SUITE=${HARDEN_SUITE:-bookworm} NODE_LEGACY=no NODE_CGROUP2=no NODE_CLOUD_SSH=no NODE_RMEM_TRAP=no
    while (($#)); do
        case $1 in
        --suite) NODE_SUITE=${2:?"--suite needs a name"} && shift ;;
        --legacy) NODE_LEGACY=yes ;;
        --cgroup2) NODE_CGROUP2=yes ;;
        --cloud-init-ssh) NODE_CLOUD_SSH=yes ;;
        --rmem-trap) NODE_RMEM_TRAP=yes ;;
        *) fail "unknown option '$1' of up" ;;
        esac
        shift
    done
    # systemd of sid no longer starts on control groups of version 1.
    [[ $NODE_SUITE != sid ]] || NODE_CGROUP2=yes
}

start_node() {
    local number=$1 directory
    directory=$(node_directory "$number")
    ! process_in "$directory/boot" >/dev/null || fail "node $number is up: lab down $number"
    remove_node "$number"
    mkdir -p "$directory"/{upper,work,root,docker,containerd}
    chmod 755 "$directory/upper" "$directory/root"
    setsid unshare --net "$LAB_SOURCE/boot-node" </dev/null >"$directory/console.log" 2>&1 &
    BOOT_PROCESS=$!
    if ! (wait_for_node "$number"); then
        tail -20 "$directory/console.log" >&2
        show_failed_units "$number" >&2
        remove_node "$number"
        fail "node $number did not come up"
    fi
    node_ipv4 "$number" >"$directory/address"
}

wait_for_node() {
    local number=$1
    wait_for_login_port "$number" && collect_host_keys "$number" "$(node_directory "$number")/upper/etc/ssh" &&
        write_ssh_config || return
    # shellcheck disable=SC2016
    node_ssh "$number" 'for i in $(seq 300); do systemctl is-active -q docker && exit; sleep 0.1; done; exit 1'
}

wait_for_login_port() {
    local end=$((SECONDS + 30))
    while ((SECONDS < end)); do
        # shellcheck disable=SC2016
        lan_is_up && in_lan timeout 1 bash -c ': <"/dev/tcp/$1/22"' - "$(node_ipv4 "$1")" 2>/dev/null && return
        start_time "$BOOT_PROCESS" >/dev/null || fail "node $1 ended while starting"
        sleep 0.05
    done
    fail "node $1 has no ssh port"
}

show_failed_units() {
    local process
    process=$(node_process "$1") || return 0
    nsenter --target "$process" --all journalctl --boot --priority warning --no-pager 2>&1 | tail -20 || true
}

node_enter() {
    require_running_node "${1:-}"
    local process
    process=$(node_process "$1") || fail "node $1 has died: lab down $1"
    nsenter --target "$process" --all -- "${@:2}"
}

node_down() {
    require_node_number "${1:-}"
    with_lock "node-$1" remove_node "$1"
}

# The directory is moved away first: a node that is still starting can note nothing more in it and gives up,
# and what it has noted by then is ended.
remove_node() {
    local number=$1 directory
    directory=$(node_directory "$number")
    [[ ! -e $directory.removed ]] || finish_removal "$number" "$directory.removed"
    [[ ! -e $directory ]] || mv "$directory" "$directory.removed"
    [[ ! -e $directory.removed ]] || finish_removal "$number" "$directory.removed"
}

finish_removal() {
    cgroup_thaw "$(cgroup_name "$1")"
    end_process_in "$2/boot"
    end_process_in "$2/process"
    with_lock lan unplug_node "$1"
    cgroup_remove "$(cgroup_name "$1")"
    rm -rf "$2"
}

# The cable goes with the node's namespace, but a moment later.
unplug_node() {
    lan_is_up || return 0
    in_lan ip link del "node$1" 2>/dev/null || true
    lan_end_if_unused
}

node_numbers() {
    find "$LAB_DIRECTORY/nodes" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null |
        sed 's/\.removed$//' | sort -n -u
}

node_list() {
    local number state
    for number in $(node_numbers); do
        state=dead
        ! node_process "$number" >/dev/null || state=up
        echo "node$number $(node_ipv4 "$number") $(node_ipv6 "$number") $state"
    done
}

clean() {
    local number
    for number in $(node_numbers); do node_down "$number"; done
    with_lock lan lan_clean
    remove_abandoned_machines
}

lan_clean() {
    internet_down
    lan_end
}
