#!/bin/bash
# ssh-harden on a cloud node: the wire says what the tool says, the node reverts by itself, and
# only a login that is younger than the change confirms it.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 11 12

ssh_config() { lab ssh-config; }

# A login attempt of the given methods on the wire: what the server offers instead, or "in".
attempt() {
    local node=$1 methods=$2
    shift 2
    lab client ssh -F "$(ssh_config)" -v -o BatchMode=yes -o ControlPath=none \
        -o PreferredAuthentications="$methods" "$@" "root@node$node" echo in 2>&1 | tr -d '\r' |
        sed -n 's/^debug1: Authentications that can continue: //p; /^in$/p' | tail -n 1
}
offered() { attempt "$1" none; }
by_key() { attempt "$1" publickey; }

# The password itself is tried: BatchMode off, and a program that answers the prompt.
by_password() {
    lab client env SSH_ASKPASS="$work/password" SSH_ASKPASS_REQUIRE=force ssh -F "$(ssh_config)" \
        -o ControlPath=none -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 \
        -o PreferredAuthentications=password,keyboard-interactive "$2@node$1" echo in 2>/dev/null
}

wants() {
    local what=$1 wanted=$2 seen_on_wire=$3
    [ "$seen_on_wire" = "$wanted" ] || fail "$what: \"$seen_on_wire\", wanted \"$wanted\""
    ok "$what"
}

master() {
    lab client ssh -F "$(ssh_config)" -o ControlMaster=yes -o ControlPersist=yes \
        -o ControlPath="$work/master$1" -fN "root@node$1" >/dev/null 2>&1
}
over_master() {
    local node=$1
    shift
    lab client ssh -F "$(ssh_config)" -o ControlPath="$work/master$node" "root@node$node" "$@"
}
end_master() {
    lab client ssh -F "$(ssh_config)" -o ControlPath="$work/master$1" -O exit "root@node$1" \
        >/dev/null 2>&1 || true
}

is_reverted() { on "$1" '! test -e /etc/ssh/sshd_config.d/00-harden.conf'; }
tool=/usr/libexec/harden/ssh-harden
tx=/usr/libexec/harden/tx

# Files as the operator left them, with modes, owners, contents.
fingerprint() {
    on "$1" 'find /etc -xdev \( -type f -o -type l \) -printf "%m %U:%G %p %l\n" | sort | grep -v " /etc/\.";
             find /etc -xdev -type f | sort | xargs sha256sum'
}

whole_life() {
    local node=$1
    say "node $node: $(on "$node" 'ssh -V 2>&1')"
    wants "before: the wire offers passwords" "publickey,password" \
        "$(offered "$node" | sed 's/,keyboard-interactive//')"
    wants "before: a password logs in (control)" in "$(by_password "$node" tenant-admin)"
    local before
    before=$(fingerprint "$node")

    expect "plan has pending changes" 1 on "$node" $tool plan
    prints "plan speaks sshd's words" "PasswordAuthentication: yes -> no" on "$node" $tool plan
    wants "plan touched nothing" "$before" "$(fingerprint "$node")"

    # Armed and left alone.
    master "$node"
    local applied=$SECONDS
    prints "apply names the confirmation" "harden ssh-harden confirm" \
        over_master "$node" $tool apply --confirm-within 10
    wants "applied: the wire offers keys only" publickey "$(offered "$node")"
    prints "list says armed" "armed until" on "$node" $tx list
    expect "the old connection does not confirm" 2 over_master "$node" $tool confirm
    prints "and is told why" "older than the change" over_master "$node" $tool confirm
    eventually 20 is_reverted "$node" || fail "the node did not revert itself"
    local took=$((SECONDS - applied))
    [ "$took" -le 14 ] || fail "the node took $took s to revert itself, stated: 10 s"
    ok "unconfirmed: the node reverted itself after $took s"
    wants "every file is as before" "$before" "$(fingerprint "$node")"
    prints "list says so" "rolled back: not confirmed in time" on "$node" $tx list
    wants "a password logs in again" in "$(by_password "$node" tenant-admin)"

    # Armed and confirmed over a new connection.
    expect "apply again" 0 over_master "$node" $tool apply --confirm-within 60
    expect "a new connection confirms" 0 on "$node" $tool confirm
    end_master "$node"
    wants "confirmed: the wire offers keys only" publickey "$(offered "$node")"
    wants "the key logs in" in "$(by_key "$node")"
    wants "a password is refused" "" "$(by_password "$node" tenant-admin)"
    wants "root's password too" "" "$(by_password "$node" root)"
    prints "list says committed" "committed: confirmed by root over a new login" on "$node" $tx list
    lacks "no timer is left" "harden-revert" on "$node" systemctl list-timers --all
    lacks "no unit is left" "harden-boot" on "$node" 'ls /etc/systemd/system/*.wants'
    before=$(fingerprint "$node")
    prints "a second apply has nothing to do" "no changes" on "$node" $tool apply
    wants "and wrote nothing" "$before" "$(fingerprint "$node")"
    expect "a second plan is empty" 0 on "$node" $tool plan
    expect "status is clean" 0 on "$node" $tool status
    expect "rollback" 0 on "$node" $tool rollback
    wants "rolled back: a password logs in" in "$(by_password "$node" tenant-admin)"
}

# The boot unit, in one transaction with the sshd that it stands before.
restart_in_the_window() {
    local node=$1 unit
    expect "apply with a long window" 0 on "$node" $tool apply --confirm-within 600
    unit=$(on "$node" 'cd /etc/systemd/system/multi-user.target.wants && echo harden-boot-revert-*')
    lab enter "$node" sh -c "systemctl daemon-reload; systemctl stop ssh.service
        timeout 60 systemctl start multi-user.target $unit ssh.service"
    eventually 10 on "$node" true || fail "sshd is gone"
    expect "restarted in the window: taken back before sshd" 0 is_reverted "$node"
    wants "and a password logs in" in "$(by_password "$node" tenant-admin)"
    lacks "no timer is left" "harden-revert" on "$node" systemctl list-timers --all
}

# An sshd that is just starting anew does not hear a reload. Two hundred searches through /usr keep
# it at that for a second, and the unit has no `sshd -t` before the signal, as Red Hat's has none.
rollback_into_a_start() {
    local node=$1
    expect "apply once more" 0 on "$node" $tool apply --confirm-within 600
    on "$node" "mkdir -p /etc/systemd/system/ssh.service.d
        printf '[Service]\nExecReload=\nExecReload=/bin/kill -HUP \$MAINPID\n' >/etc/systemd/system/ssh.service.d/reload.conf
        systemctl daemon-reload
        seq -f 'Include /usr/*/*/*/*.none%g' 200 >/etc/ssh/sshd_config.d/99-slow.conf"
    expect "rolled back while sshd starts anew" 0 on "$node" \
        "kill -HUP \$(systemctl show --property=MainPID --value ssh.service); sleep 0.2; $tool rollback"
    eventually 20 on "$node" true || fail "sshd is gone"
    on "$node" "rm /etc/ssh/sshd_config.d/99-slow.conf /etc/systemd/system/ssh.service.d/reload.conf
        systemctl daemon-reload"
    wants "sshd runs by the files that are back" in "$(by_password "$node" tenant-admin)"
}

# How long an apply takes on this node now, in milliseconds.
duration_of_apply() {
    on "$1" "begin=\$(date +%s%3N); $tool apply --confirm-within 600 >/dev/null 2>&1
             echo \$((\$(date +%s%3N) - begin)); $tool rollback >/dev/null"
}

# kill -9 at whatever it is doing after so many seconds.
killed_at() {
    local node=$1 delay=$2
    on "$node" "$tool apply --confirm-within 600 >/dev/null 2>&1 & sleep $delay; kill -9 \$! 2>/dev/null; wait" || true
    local state dropin
    # a reloaded sshd takes no connection for a moment
    eventually 10 on "$node" true || fail "killed after $delay s: sshd is gone"
    state=$(on "$node" $tx list | tail -n 1)
    dropin=$(on "$node" 'test ! -e /etc/ssh/sshd_config.d/00-harden.conf || tail -n 1 /etc/ssh/sshd_config.d/00-harden.conf')
    case $state:$dropin in
    *interrupted:* | *"armed until"*:MACs* | *"rolled back"*: | "no transactions":) ;;
    *) fail "killed after $delay s: list says \"$state\", the drop-in ends in \"$dropin\"" ;;
    esac
    expect "killed after $delay s (${state##*ssh-harden apply  }): sshd is in order" 0 on "$node" sshd -t
    expect "the next apply converges" 0 on "$node" $tool apply --confirm-within 600
    wants "keys only" publickey "$(offered "$node")"
    lacks "nothing half-written is left" ".harden-" on "$node" 'ls -A /etc/ssh/sshd_config.d /etc/ssh'
    expect "undone again" 0 on "$node" $tool rollback
}

refusals() {
    local node=$1
    on "$node" 'mv /root/.ssh/authorized_keys /root/kept'
    over_master "$node" $tool apply >"$work/out" 2>&1 && fail "applied without any key"
    grep -q 'no authorized key for root: you would lock yourself out' "$work/out" ||
        fail "no key: $(cat "$work/out")"
    over_master "$node" 'mv /root/kept /root/.ssh/authorized_keys'
    ok "no authorized key: refused, by name"
    on "$node" 'printf "Match Address 10.0.0.0/8\n  PasswordAuthentication yes\n" >/etc/ssh/sshd_config.d/90-site.conf'
    prints "a Match block that weakens is refused by its place" \
        "/etc/ssh/sshd_config.d/90-site.conf:2: PasswordAuthentication yes" on "$node" $tool apply
    prints "with the question that shows it, the operator's own" "addr=10.77.0.1" on "$node" $tool apply
    on "$node" 'rm /etc/ssh/sshd_config.d/90-site.conf; printf "PasswordAuthentication yes\n" >/etc/ssh/sshd_config.d/00-a.conf'
    prints "a drop-in that is read first is refused" "00-a.conf:1" on "$node" $tool apply
    on "$node" 'rm /etc/ssh/sshd_config.d/00-a.conf'
    prints "from the console it says so" "not run from an SSH login" lab enter "$node" $tool plan
    expect "nothing is left of it" 0 is_reverted "$node"
}

printf '#!/bin/sh\necho lab\n' >"$work/password"
chmod +x "$work/password"

node_up 11 --cloud-init-ssh
whole_life 11
restart_in_the_window 11
rollback_into_a_start 11
whole=$(duration_of_apply 11)
ok "an apply takes $whole ms here"
for percent in ${full:+5 15 25 35} 45 ${full:+50} 55 ${full:+60} 65 ${full:+70} 75 ${full:+80} 85 ${full:+90} 95; do
    killed_at 11 "$(printf '0.%03d' $((whole * percent / 100)))"
done
master 11
refusals 11
end_master 11
lab down 11 >/dev/null

node_up 12 --suite trixie --cloud-init-ssh
whole_life 12
restart_in_the_window 12
rollback_into_a_start 12
