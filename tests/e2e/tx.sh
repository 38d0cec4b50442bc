#!/bin/bash
# tx on a node: list, show, rollback, confirm, and two runs at once.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 24

ssh_tool=/usr/libexec/harden/ssh-harden
tx=/usr/libexec/harden/tx

node_up 24 --cloud-init-ssh
prints "a fresh node has none" "no transactions" on 24 $tx list
expect "rollback of what is not there" 2 on 24 $tx rollback 20200101T000000Z-1
expect "apply" 0 on 24 $ssh_tool apply --confirm-within 600
prints "show says what the rollback does" "remove   /etc/ssh/sshd_config.d/00-harden.conf" on 24 $tx show last
prints "and which command it runs" "run      systemctl try-reload-or-restart ssh.service" on 24 $tx show last
prints "as JSON too" '"state": "armed"' on 24 $tx show last --format json
prints "the list as JSON" '"schema": "harden.tx/1"' on 24 $tx list --format json
expect "confirm over a new login" 0 on 24 $tx confirm last
expect "rollback of a committed one" 0 on 24 $tx rollback last
prints "a second rollback has nothing to do" "nothing to do" on 24 $tx rollback last
expect "what is rolled back cannot be confirmed" 2 on 24 $tx confirm last
prints "an unknown word names the nearest" 'did you mean "rollback"' on 24 $tx rollbak

# A holder of the lock: the other one waits, then says who it is.
on 24 'systemd-run --quiet --unit=holder flock /run/harden.lock sleep 3'
on 24 'until systemctl is-active -q holder; do sleep 0.05; done; sleep 0.3'
expect "it waits for the holder" 0 on 24 "$ssh_tool apply --confirm-within 600"
lacks "until it has gone" "active" on 24 'systemctl is-active holder | grep -x active'
on 24 'printf "4711 egress apply\n" >/run/harden.lock; systemd-run --quiet --unit=holder2 flock /run/harden.lock sleep 60; sleep 0.3'
run_captured on 24 "$tx rollback last"
case $status:$output in
2:*"another harden is at work on this node: process 4711 egress apply"*) ok "in the end it says who holds the node" ;;
*) fail "held: status $status: $output" ;;
esac
on 24 'systemctl stop holder2'
expect "and works when it is free" 0 on 24 $tx rollback last
expect "without root nothing changes" 2 on 24 "setpriv --reuid=65534 --clear-groups $tx rollback last"
