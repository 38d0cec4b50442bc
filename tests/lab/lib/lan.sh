# shellcheck shell=bash
# The nodes' network: one network namespace with a bridge, kept alive by one sleeping process, so that
# nothing of it outlives that process. The operator's commands run there, and it plays the internet.

LAN_PROCESS=$LAB_DIRECTORY/lan.process
LAN_IPV4=10.77.0
LAN_IPV6=fd77::
CONTAINERS_IPV6=fd99
# Given, because a bridge otherwise takes the lowest address of its ports: it would change as nodes come
# and go, and for up to 45 s the others would send to the one that they remember.
LAN_MAC=52:54:00:77:01:00
readonly LAN_MAC LAN_PROCESS LAN_IPV4 LAN_IPV6 CONTAINERS_IPV6

node_ipv4() { echo "$LAN_IPV4.$((10 + $1))"; }
node_ipv6() { echo "$LAN_IPV6$((10 + $1))"; }
# The same at each start, so that nobody on the network remembers another.
node_mac() { printf '52:54:00:77:00:%02x' "$1"; }
containers_ipv6() { echo "$CONTAINERS_IPV6:$1::/64"; }

lan_is_up() {
    process_in "$LAN_PROCESS" >/dev/null
}

in_lan() {
    local process
    process=$(process_in "$LAN_PROCESS") || fail "the LAN is not up: start a node first"
    nsenter --net="/proc/$process/ns/net" -- "$@"
}

# Callers hold the lan lock.
lan_ensure() {
    lan_is_up && return
    setsid unshare --net "$LAB_SOURCE/remembered" "$LAN_PROCESS" sleep infinity </dev/null >/dev/null 2>&1 &
    wait_for_sleep $!
    in_lan ip -batch - <<SETUP
link set lo up
link add br0 address $LAN_MAC type bridge
addr add $LAN_IPV4.1/24 dev br0
addr add ${LAN_IPV6}1/64 dev br0 nodad
link set br0 up
SETUP
}

# Until the process is the sleep itself it may still be in the machine's own network namespace.
wait_for_sleep() {
    for _ in {1..200}; do
        [[ $(cat "/proc/$1/comm" 2>/dev/null) == sleep ]] && return
        sleep 0.01
    done
    fail "the LAN namespace does not start"
}

# lan_attach NUMBER PROCESS: gives PROCESS's network namespace its cable, addresses and routes.
lan_attach() {
    local number=$1 process=$2
    in_lan ip -batch - <<SETUP
link add node$number type veth peer name eth0 address $(node_mac "$number") netns $process
link set node$number master br0 up
route replace $(containers_ipv6 "$number") via $(node_ipv6 "$number") dev br0
SETUP
    nsenter --net="/proc/$process/ns/net" -- ip -batch - <<SETUP
link set lo up
addr add $(node_ipv4 "$number")/24 dev eth0
addr add $(node_ipv6 "$number")/64 dev eth0 nodad
link set eth0 up
route add default via $LAN_IPV4.1
route add default via ${LAN_IPV6}1
SETUP
}

lan_ensure_and_attach() {
    lan_ensure
    lan_attach "$@"
}

lan_has_nodes() {
    [[ -n $(in_lan ip -o link show master br0) ]]
}

lan_end() {
    end_process_in "$LAN_PROCESS"
    rm -f "$LAN_PROCESS"
}

lan_end_if_unused() {
    ! lan_is_up || lan_has_nodes || internet_down
    ! lan_is_up || lan_has_nodes || lan_end
}
