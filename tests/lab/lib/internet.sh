# shellcheck shell=bash
# Addresses in the LAN that stand for the internet and for the clouds' metadata services.

INTERNET_PROCESS=$LAB_DIRECTORY/internet.process
INTERNET_IPV4=(203.0.113.10 169.254.169.254 169.254.170.2 100.100.100.200 168.63.129.16 192.0.0.192)
INTERNET_IPV6=(2001:db8::10 fd00:ec2::254 fd20:ce::254)
INTERNET_TCP=(25 53 80 443 465 587 3333 6667 8888 9001 14444 45560)
INTERNET_UDP=(25 53 123 3333)
INTERNET_SECONDS=3600
readonly INTERNET_PROCESS INTERNET_IPV4 INTERNET_IPV6 INTERNET_TCP INTERNET_UDP INTERNET_SECONDS

internet() {
    case ${1:-} in
    up) with_lock lan internet_up ;;
    down) with_lock lan internet_down ;;
    *) fail "usage: lab internet up|down" ;;
    esac
}

internet_up() {
    lan_ensure
    ! process_in "$INTERNET_PROCESS" >/dev/null || return 0
    local address specs
    for address in "${INTERNET_IPV4[@]}"; do in_lan ip addr replace "$address/32" dev lo; done
    for address in "${INTERNET_IPV6[@]}"; do in_lan ip addr replace "$address/128" dev lo nodad; done
    mapfile -t specs < <(internet_specs)
    start_in_lan "$INTERNET_PROCESS" "$(probe_program)" serve --for "$INTERNET_SECONDS" "${specs[@]}"
}

internet_specs() {
    local address port
    for address in "${INTERNET_IPV4[@]}" "${INTERNET_IPV6[@]/#/[}"; do
        [[ $address != \[* ]] || address+=]
        for port in "${INTERNET_TCP[@]}"; do echo "tcp:$address:$port"; done
        for port in "${INTERNET_UDP[@]}"; do echo "udp:$address:$port"; done
    done
}

# start_in_lan FILE COMMAND…: runs in the background, remembered in FILE, until it says that it serves.
start_in_lan() {
    local file=$1 log=$1.log lan
    lan=$(process_in "$LAN_PROCESS")
    rm -f "$file"
    setsid "$LAB_SOURCE/remembered" "$file" nsenter --net="/proc/$lan/ns/net" -- "${@:2}" \
        </dev/null >"$log" 2>&1 &
    local process=$!
    for _ in {1..200}; do
        ! grep -q '^serving' "$log" || return 0
        start_time "$process" >/dev/null || break
        sleep 0.02
    done
    fail "start in the LAN: $(tail -1 "$log")"
}

internet_down() {
    end_process_in "$INTERNET_PROCESS"
    rm -f "$INTERNET_PROCESS" "$INTERNET_PROCESS.log"
}
