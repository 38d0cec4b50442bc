#!/usr/bin/env bash
# What verify says of a real sshd, of the host firewall and of how fresh the watch is: before
# hardening, after it, and in states in which a file says one thing and the node does another.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 71 72

verify() { on "$node" /usr/libexec/harden/verify --profile full "$@"; }
line_of() { verify --only "$1" || true; }
is() { prints "$3 $1" "[$1]" line_of "$2"; }
told() { prints "$3" "$2" line_of "$1"; }

# are STATUS ID…: all of them in one report
are() {
    local wanted=$1 only=() seen_rows
    shift
    for id in "$@"; do only+=(--only "$id"); done
    seen_rows=$(verify "${only[@]}" --format json | grep -c "\"status\": \"$wanted\"" || true)
    [ "$seen_rows" -eq $# ] || fail "$seen_rows of $# are $wanted: $(verify "${only[@]}" || true)"
    ok "$wanted: $*"
}

sshd_rows="password-auth keyboard-interactive offered-methods root-login empty-passwords key-exchange
    ciphers strict-key-exchange login-grace-race host-keys forwarding login-limits drop-in-first
    listen-addresses running-config authorized-keys file-modes logging other-servers brute-force"
firewall_rows="default-deny listening-ports published-ports one-manager persistent operator-access forwarding"

# What a client is offered that has no key.
wire() {
    lab client ssh -F "$(lab ssh-config)" -o PubkeyAuthentication=no -o PreferredAuthentications=none \
        "root@node$node" true 2>&1 || true
}

is_told_before() {
    prints "control: passwords are offered" password wire
    are fail ssh.password-auth ssh.offered-methods ssh.key-exchange ssh.ciphers ssh.forwarding \
        ssh.login-limits ssh.drop-in-first firewall.default-deny firewall.persistent
    are pass ssh.empty-passwords ssh.strict-key-exchange ssh.login-grace-race ssh.host-keys \
        ssh.listen-addresses ssh.running-config ssh.file-modes ssh.logging ssh.other-servers
    expect "in the weaker profile these are no findings" 0 on "$node" /usr/libexec/harden/verify \
        --profile baseline --only ssh.offered-methods --only ssh.key-exchange --only firewall.persistent
}

is_told_after() {
    local verb
    for verb in ssh-harden firewall; do # only a login that is younger than the change confirms it
        expect "$verb" 0 on "$node" harden "$verb" apply
        expect "$verb is confirmed" 0 on "$node" harden "$verb" confirm
    done
    lacks "control: passwords are not offered" password wire
    local only=()
    for row in $sshd_rows source-penalties; do only+=(--only "ssh.$row"); done
    for row in $firewall_rows; do only+=(--only "firewall.$row"); done
    expect "hardened: every row passes" 0 verify "${only[@]}"
    lacks "and none is undecided" "[UNKNOWN]" verify "${only[@]}"
    prints "the operator's address" "10.77.0.1" line_of firewall.operator-access
}

# with_file FILE TEXT COMMAND…: while that drop-in is there and sshd has read it
with_file() {
    local file=/etc/ssh/sshd_config.d/$1
    on "$node" "printf '$2' >$file; systemctl reload ssh; sleep 0.3"
    shift 2
    "$@"
    on "$node" "rm $file; systemctl reload ssh; sleep 0.3"
}

cloud_init() {
    prints "control: passwords are offered" password wire
    told ssh.password-auth "passwordauthentication yes" "a drop-in that comes first is found by sshd's answer"
    told ssh.offered-methods "publickey, password" "on the wire"
    told ssh.drop-in-first "00-cloud.conf:1 sets passwordauthentication" "and by its place"
}

keyboard_interactive() {
    prints "control: PAM asks" keyboard-interactive wire
    told ssh.keyboard-interactive "kbdinteractiveauthentication yes" "keyboard-interactive is found"
    told ssh.offered-methods "publickey, keyboard-interactive" "on the wire"
    is OK ssh.password-auth "though passwords are off:"
}

match_block() {
    prints "control: one network is offered passwords" password wire
    told ssh.password-auth "addr=10.77.0.1" "a Match block is found, with its connection"
    is OK ssh.offered-methods "the node itself is not let in so:"
}

legacy_algorithms() {
    told ssh.ciphers "aes128-cbc" "an old cipher is found on the wire"
    told ssh.key-exchange "diffie-hellman-group14-sha1" "and an old key exchange"
    is OK ssh.running-config "as its files say:"
}

second_port() {
    told ssh.listen-addresses "[OK]" "a port that the files name is meant"
    on "$node" 'printf "Port 22\n" >/etc/ssh/sshd_config.d/00-a-port.conf'
    told ssh.listen-addresses "sshd listens on" "one that they do not name any more is not"
    told ssh.running-config "00-a-port.conf was changed after sshd read it" "a file that sshd has not read"
}

lies() {
    with_file 00-cloud.conf 'PasswordAuthentication yes\n' cloud_init
    with_file 00-askpam.conf 'KbdInteractiveAuthentication yes\n' keyboard_interactive
    with_file 99-match.conf 'Match Address 10.77.0.0/16\n  PasswordAuthentication yes\n' match_block
    with_file 00-algorithms.conf 'Ciphers aes128-cbc,aes256-ctr\nKexAlgorithms diffie-hellman-group14-sha1,curve25519-sha256\n' \
        legacy_algorithms
    with_file 00-a-port.conf 'Port 22\nPort 2222\n' second_port
    is OK ssh.running-config "put back:"
    on "$node" 'chmod 644 /etc/ssh/ssh_host_ed25519_key'
    told ssh.file-modes "can be read by others" "a host key that others can read"
    # sshd itself passes such a key file over, so it is not the one that this script comes in by
    on "$node" 'chmod 600 /etc/ssh/ssh_host_ed25519_key; useradd -m -s /bin/bash nobodys
                install -D -m 666 -o nobodys /root/.ssh/authorized_keys ~nobodys/.ssh/authorized_keys'
    told ssh.authorized-keys "nobodys" "a key file that others can write"
    on "$node" 'rm -r ~nobodys/.ssh; passwd -qd nobodys'
    told ssh.empty-passwords "nobodys in /etc/shadow" "an account without a password"
    on "$node" 'userdel -r nobodys 2>/dev/null'
}

other_shells() {
    on "$node" 'cp /usr/sbin/sshd /usr/local/sbin/innocent
                systemd-run -q --unit=second /usr/local/sbin/innocent -D -p 2022 -o PidFile=none'
    eventually 10 on "$node" "grep -q :07E6 /proc/net/tcp" || fail "no second sshd"
    told ssh.other-servers "an SSH server (innocent) on port 2022" "a second sshd by another name"
    told firewall.listening-ports "shut by harden's table: 2022/tcp" "and that the firewall shuts it"
    on "$node" 'systemctl stop second; rm /usr/local/sbin/innocent'
}

firewall_states() {
    on "$node" 'docker run -d --name web -p 8080:80 lab sleep 600 >/dev/null'
    told firewall.published-ports "shut by harden's table: 8080/tcp" "a published port obeys the table"
    on "$node" 'nft delete table inet harden_firewall'
    told firewall.published-ports "no rule lets in 8080/tcp" "and is open without it"
    is FAIL firewall.default-deny "without the table:"
    told firewall.persistent "there is no firewall to load" "nothing lasts"
    on "$node" 'systemctl restart harden-firewall; docker rm -f web >/dev/null'
    is OK firewall.persistent "loaded again:"
    on "$node" 'systemctl disable -q harden-firewall'
    told firewall.persistent "harden-firewall.service is disabled" "a unit that the boot leaves out"
    on "$node" 'systemctl enable -q harden-firewall
                nft add rule inet harden_firewall input tcp dport 6379 accept'
    told firewall.persistent "the kernel differs from the record" "a rule that somebody added"
    on "$node" 'systemctl restart harden-firewall'
    is OK firewall.persistent "put back:"
}

# The detector's state with another year of its last look, under the sum that it then has.
looked_in() {
    lab get "$node" /var/lib/harden/miners.state "$work/state"
    python3 - "$work/state" "$1" <<'PY'
import re, sys
path, year = sys.argv[1:]
first, body = open(path, "rb").read().split(b"\n", 1)
body = re.sub(rb'("time": *")\d{4}', rb"\g<1>" + year.encode(), body, count=1)
total = len(body)
for at in range(0, len(body), 8):
    word = int.from_bytes(body[at:at + 8], "little")
    total = ((total ^ word) * 0x9e3779b97f4a7c15) % 2**64
    total = (total << 29 | total >> 35) % 2**64
first = re.sub(rb'"sum":"?\d+"?', lambda old: re.sub(rb"\d+", str(total).encode(), old[0]), first)
open(path, "wb").write(first + b"\n" + body)
PY
    lab put "$node" "$work/state" /var/lib/harden/miners.state
}

freshness() {
    on "$node" 'harden detect-miners apply >/dev/null'
    is OK detector.ran-recently "control: it has looked:"
    looked_in 2199
    told detector.ran-recently "dated in the future" "a look from the future is none"
    on "$node" 'rm /var/lib/harden/miners.state; touch -d "2 hours ago" /etc/cron.d/harden-detect-miners'
    is OK detector.scheduled "its entry is there:"
    on "$node" 'harden tx list >/dev/null'
    is OK detector.rollback-possible "every change is kept:"
    lab put "$node" "$repository/cron/harden-verify.service" /etc/systemd/system/harden-verify.service
    on "$node" 'systemctl daemon-reload; systemctl start harden-verify'
    prints "the kept report" '"schema"' on "$node" cat /var/lib/harden/verify.json
    prints "is fresh" "[OK]" on "$node" /usr/libexec/harden/verify --profile strict --only detector.verified-recently
    on "$node" 'touch -d "26 hours ago" /var/lib/harden/verify.json'
    prints "and is not tomorrow" "last 26 h ago" \
        on "$node" /usr/libexec/harden/verify --profile strict --only detector.verified-recently
}

# An sshd that hangs makes its checks unknown, not the report late.
hangs() {
    local began=$SECONDS
    # shellcheck disable=SC2016 # the node expands it
    prints "an sshd that hangs is unknown" "[UNKNOWN] SSH offers keys only" on "$node" \
        'kill -STOP $(cat /run/sshd.pid); /usr/libexec/harden/verify --only ssh.offered-methods \
            --only ssh.ciphers; kill -CONT $(cat /run/sshd.pid)'
    [ $((SECONDS - began)) -le 10 ] || fail "it took $((SECONDS - began)) s"
    ok "and waited for once"
    prints "without root sshd's answers are unknown" "[UNKNOWN]" on "$node" setpriv --reuid 65534 \
        --regid 65534 --clear-groups /usr/libexec/harden/verify --only ssh.empty-passwords
}

for node in 71 ${full:+72}; do
    if [ "$node" = 71 ]; then node_up 71; else node_up 72 --suite trixie; fi
    lab image "$node" >/dev/null
    is_told_before
    is_told_after
    lies
    other_shells
    firewall_states
    freshness
    hangs
    lab down "$node" >/dev/null
done
