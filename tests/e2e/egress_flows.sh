# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh and the script that sources this set them
# The flows of the egress policy's tests, on a node with Docker: who can reach what, before and with
# the policy. Sourced after lib.sh; $node is the node.
#   egress_places            containers, services and addresses that the flows are between
#   egress_flows             sets $flows: WHO PROTOCOL ADDRESS PORT WANTED [FROM-PORT], one a line
#   flow_table WEB C2B GATEWAY GATEWAY6   prints them for these addresses of the containers
#   check_flows WHEN all|policy   asks all of them; "all": without a policy each has to be open

# What a container with --network host gets; where it is "open", status has to name it.
host_network=refused
gateway6=

egress_places() {
    lab put "$node" "$binaries/lab_probe" /usr/local/bin/probe >/dev/null
    address=$(on "$node" "ip -4 -o addr show dev eth0 scope global" | sed -n 's/.*inet \([0-9.]*\).*/\1/p')
    address6=$(on "$node" "ip -6 -o addr show dev eth0 scope global" | sed -n 's/.*inet6 \([0-9a-f:]*\).*/\1/p')
    on "$node" "docker network create user >/dev/null
        docker network create -o com.docker.network.bridge.name=mybr0 own >/dev/null
        start='docker run -d --restart always --stop-timeout 1 --name'
        \$start web -p 3333:3333 -p 8080:8080 lab probe serve --for 900 tcp:0.0.0.0:3333 tcp:0.0.0.0:8080 tcp:0.0.0.0:25 >/dev/null
        \$start services --network host lab probe serve --for 900 tcp:0.0.0.0:2375 tcp:0.0.0.0:8200 tcp:[::]:8200 tcp:0.0.0.0:8099 >/dev/null
        \$start c1 lab sleep 900 >/dev/null
        \$start c2 --network user lab sleep 900 >/dev/null
        \$start c2b --network user lab probe serve --for 900 tcp:0.0.0.0:3333 >/dev/null
        \$start c6 --network lab6 lab sleep 900 >/dev/null
        \$start c7 --network own lab sleep 900 >/dev/null
        \$start hostnet --network host lab sleep 900 >/dev/null"
}

address_of() { # CONTAINER [FIELD]
    on "$node" "docker inspect -f '{{range .NetworkSettings.Networks}}{{.${2:-IPAddress}}}{{end}}' $1"
}

# Addresses may change when Docker starts again.
egress_flows() {
    local gateway
    gateway=$(address_of c6 IPv6Gateway)
    gateway6=${gateway:-$gateway6} # Docker 20.10 no longer tells it after a reboot
    flows=$(flow_table "$(address_of web)" "$(address_of c2b)" "$(address_of c1 Gateway)" "$gateway6")
}

flow_table() {
    local web=$1 c2b=$2 gateway=$3 gateway6=$4
    echo "c1 tcp 203.0.113.10 443 open
c1 udp 203.0.113.10 53 open
c1 tcp 203.0.113.10 25 refused
c1 udp 203.0.113.10 25 refused
c1 tcp 203.0.113.10 587 refused
c1 tcp 203.0.113.10 3333 refused
c1 udp 203.0.113.10 3333 refused
c1 tcp 203.0.113.10 6667 refused
c1 tcp 203.0.113.10 9001 refused
c1 tcp 203.0.113.10 14444 refused
c1 tcp 203.0.113.10 45560 refused
c1 tcp 203.0.113.10 8888 open
c1 tcp 169.254.169.254 80 refused
c1 tcp 169.254.169.254 53 open
c1 udp 169.254.169.254 53 open
c1 udp 169.254.169.254 123 open
c1 udp 169.254.169.254 3333 refused
c1 tcp 169.254.170.2 80 refused
c1 tcp 100.100.100.200 80 refused
c1 tcp 168.63.129.16 80 refused
c1 udp 168.63.129.16 53 open
c1 tcp 192.0.0.192 80 refused
c1 tcp $web 3333 open
c1 tcp $web 25 open
c1 tcp $gateway 2375 refused
c1 tcp $gateway 8099 open
c2 tcp 203.0.113.10 443 open
c2 tcp 203.0.113.10 3333 refused
c2 tcp 169.254.169.254 80 refused
c2 udp 169.254.169.254 53 open
c2 tcp $c2b 3333 open
c2 tcp $address 3333 open
c2 tcp $address 8200 refused
c6 tcp 203.0.113.10 443 open
c6 tcp 203.0.113.10 25 refused
c6 tcp 2001:db8::10 443 open
c6 udp 2001:db8::10 53 open
c6 tcp 2001:db8::10 25 refused
c6 tcp 2001:db8::10 3333 refused
c6 udp 2001:db8::10 3333 refused
c6 tcp 2001:db8::10 6667 refused
c6 tcp 2001:db8::10 45560 refused
c6 tcp fd00:ec2::254 80 refused
c6 udp fd00:ec2::254 53 open
c6 udp fd00:ec2::254 123 open
c6 tcp fd20:ce::254 80 refused
c6 tcp $gateway6 8200 refused
c7 tcp 203.0.113.10 443 open
c7 tcp 203.0.113.10 25 refused
c7 tcp 169.254.169.254 80 refused
hostnet tcp 203.0.113.10 443 open
hostnet tcp 203.0.113.10 25 $host_network
hostnet tcp 169.254.169.254 80 $host_network
node tcp $web 3333 open
node tcp 203.0.113.10 25 open
node tcp 203.0.113.10 3333 open
node tcp 169.254.169.254 80 open
internet tcp $address 3333 open
internet tcp $address 8080 open
internet tcp $address6 3333 open
internet tcp $address6 8080 open
internet tcp $address 8080 open 45700
internet tcp $address 8080 open 45701"
}

# One line a flow of `who`, as a shell script that $1 runs probe in.
questions_of() {
    local who protocol to port wanted from
    while read -r who protocol to port wanted from; do
        [ "$who" != "$1" ] || echo "echo $who $protocol $to $port \$($2 $protocol $to $port $from) $from"
    done <<<"$flows"
}

# One login and one docker exec for each sender, so that all of it takes seconds. A refusal of a
# datagram may be silent: the kernel limits how often it says no.
asked() {
    local who
    {
        for who in c1 c2 c6 c7 hostnet; do
            echo "docker exec -i $who sh <<'QUESTIONS'"
            questions_of "$who" probe
            echo QUESTIONS
        done
        questions_of node probe
    } | on "$node" sh
    questions_of internet "$binaries/lab_probe" | lab client sh
}

check_flows() {
    local got wanted=$flows
    got=$(asked | sed -E 's/^([^ ]+ udp .*) timeout/\1 refused/; s/ +$//' | sort)
    [ "$2" = policy ] || wanted=${flows//refused/open}
    wanted=$(sort <<<"$wanted")
    [ "$got" = "$wanted" ] || fail "$1: $(diff <(printf '%s\n' "$wanted") <(printf '%s\n' "$got") || true)"
    ok "$1: $(wc -l <<<"$flows") flows are as wanted"
}

# Neighbours are found only once the links' own addresses have settled.
has_ipv6() {
    eventually 15 on "$node" "docker exec c6 probe tcp 2001:db8::10 443 | grep -q open" ||
        fail "the node has no IPv6"
}
