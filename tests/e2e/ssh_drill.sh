#!/bin/bash
# The lock-out drill: random sshd configurations that would lock the operator out if they took
# hold, and random ones that would not. After every hostile one a login works without a hand on
# the node; every valid one is applied, confirmed and logged in to. HARDEN_SEED repeats a run.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/ssh_drill_configs.sh
. "$(dirname "$0")/ssh_drill_configs.sh"
node=64
e2e_nodes "$node"
seed=${HARDEN_SEED:-$((RANDOM * 32768 + RANDOM))}
rounds=${full:+100}
rounds=${rounds:-6}
tool=/usr/libexec/harden/ssh-harden
window=5 # seconds until the node takes a change back

inside() { lab enter "$node" bash -c "$1"; }

# $login: the operator's own options. A login that hangs is none.
ssh_as_operator() {
    # shellcheck disable=SC2154,SC2086 # options are words
    timeout 20 "$repository/tests/lab/lab" client ssh -F "$client" -o BatchMode=yes -o ControlPath=none \
        -o ConnectTimeout=3 $login "root@node$node" "$@" 2>"$work/said"
}

# shellcheck disable=SC2016 # expands on the node
reload='before=$(stat -c %y /run/sshd.pid); systemctl reload ssh
        for i in $(seq 100); do [ "$(stat -c %y /run/sshd.pid 2>/dev/null)" = "$before" ] || [ ! -s /run/sshd.pid ] || break; sleep 0.02; done'

# Between rounds the hand is back: the files of a fresh node, an sshd that has read them.
reset_node() {
    inside "$tool rollback >/dev/null 2>&1; rm -rf /etc/ssh/more.conf /etc/harden /run/harden
            rm -f /etc/ssh/sshd_config.d/*; cp -a /root/pristine/ssh/. /etc/ssh/; cp -a /root/pristine/keys /root/.ssh/authorized_keys
            $reload"
}

prepare() { # COMMANDS [loaded]: what the operator did to the node, and whether sshd has read it
    reset_node
    inside "$1${2:+; $reload}"
}

# The same files on another port, as if they had been put in force by hand. An sshd that does not
# start lets nobody in either.
locks_out_by_hand() {
    inside "/usr/sbin/sshd -t 2>/dev/null" || return 0
    inside "/usr/sbin/sshd -o Port=2022 -o PidFile=/run/drill.pid
            for i in \$(seq 100); do [ ! -s /run/drill.pid ] || break; sleep 0.02; done"
    local refused=0
    ! login="$login -p 2022 -o HostKeyAlias=node$node" ssh_as_operator true || refused=1
    # shellcheck disable=SC2016 # expands on the node
    inside 'kill "$(cat /run/drill.pid)"; rm -f /run/drill.pid' || true
    return $refused
}

hostile_round() {
    local number=$1 status=0
    hostile_config
    # shellcheck disable=SC2154 # what hostile_config sets
    prepare "$commands" "$loaded"
    if [ -z "$loaded$site" ] && [ "$((number % control_every))" -eq 0 ]; then
        controls=$((controls + 1))
        if locks_out_by_hand; then locked_out=$((locked_out + 1)); else say "  by hand it lets in: $what"; fi
    fi
    local before
    before=$(inside 'cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/* 2>/dev/null | sha256sum')
    ssh_as_operator $tool apply --confirm-within $window >"$work/applied" || status=$?
    case $status in
    2 | 3)
        if [ "$status" -eq 2 ]; then refused=$((refused + 1)); else rolled_back=$((rolled_back + 1)); fi
        [ "$before" = "$(inside 'cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/* 2>/dev/null | sha256sum')" ] ||
            fail "round $number ($what): refused, yet sshd's files changed: $(cat "$work/said")"
        ;;
    0)
        ! ssh_as_operator $tool confirm >/dev/null || fail "round $number ($what): was confirmed: it locks nobody out"
        taken_back=$((taken_back + 1))
        ;;
    *) fail "round $number ($what): status $status: $(cat "$work/said" "$work/applied")" ;;
    esac
    eventually $((window + 8)) ssh_as_operator true || fail "round $number ($what): LOCKED OUT: $(cat "$work/said")
$(inside 'cat /etc/ssh/sshd_config.d/* /etc/harden/ssh.toml; /usr/libexec/harden/tx list' 2>/dev/null)"
    [ -z "$full" ] || [ $((number % 20)) -ne 0 ] || say "  … $number"
}

valid_round() {
    local number=$1
    valid_config
    prepare "$commands" loaded
    ssh_as_operator $tool apply --confirm-within 60 >"$work/applied" ||
        fail "round $number ($what): apply: status $?: $(cat "$work/said")"
    ssh_as_operator $tool confirm >"$work/applied" || fail "round $number ($what): confirm: $(cat "$work/said")"
    ssh_as_operator "test -e /etc/ssh/sshd_config.d/00-harden.conf && $tool status" >"$work/applied" ||
        fail "round $number ($what): status: $(cat "$work/said" "$work/applied")"
    applied=$((applied + 1))
}

node_up "$node"
config=$(lab ssh-config)
ssh-keygen -q -t rsa -b 2048 -N '' -f "$work/rsa"
lab put "$node" "$work/rsa.pub" /root/rsa.pub
inside 'cat /root/rsa.pub >>/root/.ssh/authorized_keys; mkdir /root/pristine
        cp -a /etc/ssh /root/pristine/ssh; cp -a /root/.ssh/authorized_keys /root/pristine/keys
        ssh-keygen -q -t ed25519 -N "" -f /root/another_host_key'
sed "s|IdentityFile .*|IdentityFile $work/rsa|" "$config" >"$work/rsa_config"
login='' client=$config
eventually 10 ssh_as_operator true || fail "the operator cannot log in to begin with"

say "==> seed $seed: $rounds hostile configurations"
RANDOM=$((seed % 32768))
refused=0 rolled_back=0 taken_back=0 applied=0 controls=0 locked_out=0
control_every=${full:+4}
control_every=${control_every:-1}
for ((i = 1; i <= rounds; ++i)); do hostile_round "$i"; done
ok "$rounds hostile: refused before $refused, rolled back at once $rolled_back, taken back by the node $taken_back; a login works after each"
[ $((refused + rolled_back + taken_back)) -eq "$rounds" ] || fail "they do not add up"
[ "$controls" -eq 0 ] || [ $((locked_out * 2)) -ge "$controls" ] ||
    fail "put in force by hand only $locked_out of $controls lock out"
ok "control: put in force by hand on another port, $locked_out of $controls lock out"

say "==> seed $seed: $rounds valid configurations"
for ((i = 1; i <= rounds; ++i)); do valid_round "$i"; done
ok "$applied of $rounds valid: applied, confirmed over a new login, logged in again"
