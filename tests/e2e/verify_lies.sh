#!/usr/bin/env bash
# States of a node on which other tools say what is not so: here each is set up, shown to be what it
# is by a packet or on the wire, and told as it is. What the others said is in docs/comparison.md;
# with HARDEN_BESIDE=PROGRAM that program is run on the node in each state, with the state's name.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 80
node_up 80
lab image 80 >/dev/null
[ -z "${HARDEN_BESIDE:-}" ] || lab put 80 "$HARDEN_BESIDE" /root/beside

# As ssh does, without its login, which would cost most of the time.
on() {
    shift
    lab enter 80 env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root bash -c "$*"
}
verify() { on 80 /usr/libexec/harden/verify --profile full "$@"; }
line_of() { verify --only "$1" || true; }
has() { { verify --format json 2>/dev/null || true; } | grep -q "\"id\": \"$1\""; }
state() {
    say "==> $1"
    [ -z "${HARDEN_BESIDE:-}" ] || on 80 "bash /root/beside '$1'" || true
}
ssh_files() {
    on 80 "rm -f /etc/ssh/sshd_config.d/*; cp /root/sshd_config /etc/ssh/sshd_config; $1; systemctl reload ssh"
}
# What a client is offered that has no key.
wire() {
    lab client ssh -F "$(lab ssh-config)" -o PubkeyAuthentication=no -o PreferredAuthentications=none \
        root@node80 true 2>&1 || true
}
rules() { on 80 "systemctl stop harden-egress-watch; nft delete table inet harden_egress 2>/dev/null; iptables -F DOCKER-USER; ip6tables -F DOCKER-USER; $1"; }
governed() { on 80 "/usr/libexec/harden/egress apply >/dev/null 2>&1"; }

governed
on 80 "cp /etc/ssh/sshd_config /root/sshd_config; sed -i '1i PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password' /root/sshd_config"

ssh_files true
state "sshd as its file says"
lacks "no password is offered on the wire" "password" wire
prints "and none is told" "[OK]" line_of ssh.password-auth

ssh_files "echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/50-cloud-init.conf; sed -i '1i Include /etc/ssh/sshd_config.d/*.conf' /etc/ssh/sshd_config"
state "a drop-in of cloud-init"
prints "a password is offered on the wire" "password" wire
prints "and told" "[FAIL] SSH password auth disabled" line_of ssh.password-auth

ssh_files "printf 'Match Address 10.77.0.0/16\n  PasswordAuthentication yes\n' >>/etc/ssh/sshd_config"
state "a Match block"
prints "a password is offered on the wire" "password" wire
prints "and told, with the connection" "addr=10.77.0.1" line_of ssh.password-auth

ssh_files "sed -i 's/^KbdInteractiveAuthentication.*/KbdInteractiveAuthentication yes/' /etc/ssh/sshd_config; grep -q '^UsePAM yes' /etc/ssh/sshd_config"
state "keyboard-interactive"
prints "PAM asks on the wire" "keyboard-interactive" wire
prints "and that is told" "[FAIL] SSH keyboard-interactive auth disabled" line_of ssh.keyboard-interactive
ssh_files true

rules "iptables -A DOCKER-USER -p tcp --dport 6660:6669 -j DROP; iptables -A DOCKER-USER -p tcp --dport 6697 -j DROP"
state "a merged port range"
prints "6660 to 6669 are one rule of somebody else's" "6660:6669" on 80 iptables -S DOCKER-USER
prints "and packets to port 6667 are refused" "[OK]" line_of network.irc

rules "for port in 25 3333 6667; do iptables -A DOCKER-USER -p tcp --dport \$port -j ACCEPT; done
       iptables -A DOCKER-USER -d 169.254.169.254 -j ACCEPT"
state "an ACCEPT rule for port 25"
prints "is no block" "[FAIL]" line_of egress.smtp
prints "packets pass" "25 was reached" line_of network.smtp
prints "and to the metadata service" "[FAIL]" line_of network.metadata-v4

rules "iptables -A DOCKER-USER -p tcp --dport 255 -j DROP; iptables -A DOCKER-USER -p tcp --dport 25565 -j DROP"
state "a rule for port 255"
prints "is none for 25" "[FAIL]" line_of egress.smtp
governed

on 80 "systemctl stop harden-egress-watch; nft delete table inet harden_egress; ip6tables -F DOCKER-USER"
state "a hole over IPv6"
prints "IPv4 is closed" "[OK]" line_of network.smtp
prints "IPv6 is not" "[FAIL] Packets to SMTP are refused over IPv6" line_of network.smtp-v6
prints "nor to the metadata service" "[FAIL]" line_of network.metadata-v6
governed

on 80 "docker run -d --name tenant --network host lab probe serve tcp:127.0.0.1:7999 >/dev/null"
state "a container on the host network"
if has container.host-namespaces; then
    prints "that the rules do not bind is told" "[FAIL]" line_of container.host-namespaces
fi
on 80 "docker rm -f tenant >/dev/null"

on 80 "printf '*/5 * * * * /root/detect-miners.sh\n' | crontab -; printf '#!/bin/sh\nexit 1\n' >/root/detect-miners.sh
       chmod +x /root/detect-miners.sh; /usr/libexec/harden/detect-miners apply >/dev/null
       touch -d '2 hours ago' /etc/cron.d/harden-detect-miners; rm -f /var/lib/harden/miners.state"
state "a detector that never ran"
prints "its entry is there" "[OK]" line_of detector.scheduled
prints "and no run" "[FAIL] Miner detection ran recently" line_of detector.ran-recently

on 80 "docker run -d --name my-coolify-proxy-tenant lab sleep 600 >/dev/null"
state "a tenant that is called like Coolify"
prints "is not Coolify" "[N/A]" line_of system.coolify
prints "nor its proxy" "[N/A]" line_of system.proxy
on 80 "docker rm -f my-coolify-proxy-tenant >/dev/null"

on 80 "mkdir -p /etc/docker /etc/systemd/system/docker.service.d
       echo '{\"live-restore\": true, \"no-new-privileges\": true, \"userland-proxy\": false, \"icc\": false}' >/etc/docker/other.json
       printf '[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --config-file /etc/docker/other.json\n' \
           >/etc/systemd/system/docker.service.d/other.conf
       systemctl daemon-reload; systemctl restart docker"
state "a daemon.json of another name"
prints "the file that dockerd read is judged" "other.json" line_of docker.daemon-json-valid
prints "and its settings told" "[OK]" line_of docker.no-new-privileges

score() { { verify --format json 2>/dev/null || true; } | sed -n 's/.*"score": *\([0-9]*\).*/\1/p'; }
before=$(score)
# shellcheck disable=SC2016 # the node expands it
on 80 'for i in 1 2 3 4 5; do docker run -d --name free$i lab sleep 600 >/dev/null; done'
# shellcheck disable=SC2016
prints "none of them can gain rights: the daemon says so" "NoNewPrivs:	1" \
    on 80 'grep NoNewPrivs /proc/$(docker inspect -f "{{.State.Pid}}" free1)/status'
state "unlimited containers"
if has container.no-new-privileges; then
    prints "and that is told" "[OK]" line_of container.no-new-privileges
    prints "they lack limits" "[FAIL]" line_of container.memory-limit
fi
after=$(score)
[ "${after:-101}" -le "${before:-0}" ] || fail "five unlimited containers: the score goes from $before to $after"
ok "five unlimited containers do not raise the score ($before, then $after)"
