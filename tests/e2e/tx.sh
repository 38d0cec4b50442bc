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
prints "and which command it runs" "systemctl try-reload-or-restart ssh.service" on 24 $tx show last
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

# Two at once: the second one waits for the first.
on 24 "for i in 1 2; do $ssh_tool apply --confirm-within 600 >/tmp/run\$i 2>&1 & done; wait"
prints "of two runs at once one changes the node" "armed: the node takes this back" on 24 cat /tmp/run1 /tmp/run2
prints "and the other finds nothing left to do" "no changes" on 24 cat /tmp/run1 /tmp/run2
expect "the change is taken back" 0 on 24 $tx rollback last

# A disk that is full, one that is read-only.
mounted=/var/lib/harden
before=$(on 24 'find /etc -printf "%p %m %s\n" | sort | sha256sum')
unchanged() {
    [ "$before" = "$(on 24 'find /etc -printf "%p %m %s\n" | sort | sha256sum')" ] || fail "$1: something was changed"
    ok "$1: nothing was changed"
}
on 24 "mount -t tmpfs -o size=16k tmpfs $mounted && cat /dev/zero >$mounted/filler || true"
prints "a full disk is named" "No space left on device" on 24 "$ssh_tool apply"
prints "with the remedy" "free some space on that file system" on 24 "$ssh_tool apply"
unchanged "a full disk"
on 24 "rm $mounted/filler; mount -o remount,ro $mounted"
prints "a read-only file system is named" "Read-only file system" on 24 "$ssh_tool apply"
prints "with what it means" "is mounted read-only" on 24 "$ssh_tool apply"
unchanged "a read-only file system"
on 24 "umount $mounted; mount -t tmpfs -o size=8k tmpfs /etc/ssh/sshd_config.d && cat /dev/zero >/etc/ssh/sshd_config.d/50.off || true"
expect "a disk that is full where the change goes" 3 on 24 "$ssh_tool apply"
prints "is rolled back" "rolled back" on 24 "$tx show last"
on 24 "umount /etc/ssh/sshd_config.d"
unchanged "that one too"

# The guard: nobody has to run anything again.
cat <<'KILL' | on 24 'cat >/root/killed'
#!/bin/bash
# Kills an apply as soon as its record is on disk.
/usr/libexec/harden/egress apply >/dev/null 2>&1 &
until grep -qs '"open"' /var/lib/harden/tx/*/record.json; do :; done
kill -9 $!
wait $! 2>/dev/null
for i in $(seq 100); do
    /usr/libexec/harden/tx list | tail -n 1 | grep -q 'rolled back: it was interrupted' && exit 0
    sleep 0.05
done
exit 1
KILL
expect "what is killed is put back without another run" 0 on 24 bash /root/killed
unchanged "after the kill"

# Records that cannot be read.
# shellcheck disable=SC2016 # the node expands it
on 24 'id=$(ls /var/lib/harden/tx | tail -n 1); mkdir /var/lib/harden/tx/20990101T000000Z-1; head -c 100 /var/lib/harden/tx/$id/record.json >/var/lib/harden/tx/20990101T000000Z-1/record.json'
prints "a torn record is listed" "unreadable, needs a human" on 24 $tx list
expect "and nothing is changed until somebody has looked" 4 on 24 "$ssh_tool apply"
prints "the next step is named" "then remove that directory" on 24 "$ssh_tool apply"
on 24 ': >/var/lib/harden/tx/20990101T000000Z-1/record.json'
expect "an empty one is no better" 4 on 24 "$tx rollback 20990101T000000Z-1"
on 24 'rm -r /var/lib/harden/tx/20990101T000000Z-1'

# Old ones go.
# shellcheck disable=SC2016
on 24 'cd /var/lib/harden/tx; source=$(ls | tail -n 1); for i in $(seq 10 40); do
    cp -r $source 200101${i}T000000Z-1; sed -i "s/\"id\": .*/\"id\": \"200101${i}T000000Z-1\",/; s/\"started\": .*/\"started\": \"2001-01-10T00:00:00Z\",/" 200101${i}T000000Z-1/record.json; done'
expect "an apply" 0 on 24 "$ssh_tool apply --confirm-within 600"
prints "prunes the old ones and says so" "older ones, the last of them 200101" on 24 $tx list
prints "the youngest stay" "20 transactions" on 24 "echo \$($tx list | grep -vc pruned) transactions"
