# shellcheck shell=bash
# What the drill goes through: a row is a command that changes a node. One more is a line in each.

# shellcheck disable=SC2034 # for the script that sources this
rows="ssh-harden daemonjson gvisor-install egress firewall detect-miners adopt"

command_of() {
    local bin=/usr/libexec/harden
    case $1 in
    ssh-harden) echo "$bin/ssh-harden apply --user root --confirm-within 3600" ;;
    daemonjson) echo "$bin/daemonjson apply --document /root/faults/document.json" ;;
    gvisor-install) echo "$bin/gvisor-install apply --from /root/release" ;;
    egress) echo "$bin/egress apply" ;;
    firewall) echo "$bin/firewall apply --operator 10.77.0.1 --confirm-within 3600" ;;
    detect-miners) echo "$bin/detect-miners apply" ;;
    adopt) echo "$bin/adopt apply" ;;
    planted) echo "/root/faults/planted apply" ;;
    esac
}

way_back_of() {
    case $1 in
    planted) echo "/root/faults/planted remove" ;;
    *) echo "/usr/libexec/harden/tx rollback last" ;;
    esac
}

# The one that the judge has to catch keeps no transaction.
# shellcheck disable=SC2154 # the drill sets it
follows_no_transaction() { [ "$row" = planted ]; }

# What the node has to be before the first run.
prepare() {
    mkdir -p /var/lib/harden
    case $1 in
    daemonjson)
        mkdir -p /etc/docker
        install -m 600 /dev/stdin /etc/docker/daemon.json <<<'{"labels": ["rack=7"]}'
        systemctl reload docker
        until docker info | grep -q rack=7; do sleep 0.1; done
        echo '{"live-restore": true, "shutdown-timeout": 20}' >/root/faults/document.json
        ;;
    adopt)
        mkdir -p /etc/iptables
        for port in 25 3333 25; do iptables -I DOCKER-USER -p tcp --dport $port -j DROP; done
        iptables -I DOCKER-USER 2 -s 172.31.0.0/16 -j ACCEPT
        iptables-save >/etc/iptables/rules.v4
        echo '*/5 * * * * /root/detect-miners.sh' | crontab -
        ;;
    esac
}
