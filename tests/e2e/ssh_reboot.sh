#!/bin/bash
# A machine that really restarts before an armed change is confirmed takes it back; one that was
# confirmed keeps it.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "a restart needs the virtual machine: ./dev test --full"
e2e_nodes 25

vm() { "$repository/tests/lab/vm" "$@"; }
tool=/usr/libexec/harden/ssh-harden
drop_in='test -e /etc/ssh/sshd_config.d/00-harden.conf'

status=0
vm up 25 || status=$?
[ "$status" -ne 77 ] || skip "no virtual machine can run here"
[ "$status" -eq 0 ] || fail "the machine does not come up"
put_binaries 25

expect "apply" 0 on 25 "$tool apply --confirm-within 3000"
expect "applied" 0 on 25 "$drop_in"
vm reboot 25
expect "restarted unconfirmed: taken back" 1 on 25 "$drop_in"
prints "and the list says why" "rolled back: the machine restarted before it was confirmed" \
    on 25 /usr/libexec/harden/tx list
# shellcheck disable=SC2016 # expands on the node
prints "before sshd started" earlier on 25 '
    revert=$(journalctl -b -o short-monotonic -u "harden-boot-revert-*" | sed -n "s/^\[ *\([0-9]*\)\..*Finished.*/\1/p")
    sshd=$(journalctl -b -o short-monotonic -u ssh.service | sed -n "s/^\[ *\([0-9]*\)\..*listening.*/\1/p" | head -n 1)
    [ "$revert" -le "$sshd" ] && echo earlier || echo "revert at $revert, sshd at $sshd"'
lacks "no unit is left" harden on 25 ls /etc/systemd/system/multi-user.target.wants

expect "apply" 0 on 25 "$tool apply --confirm-within 3000"
expect "confirm" 0 on 25 "$tool confirm"
vm reboot 25
expect "restarted confirmed: kept" 0 on 25 "$drop_in"
expect "and as wanted" 0 on 25 "$tool status"
