#!/bin/bash
# Before sshd is touched: a whole login against the new settings over the connection that is
# there, seen with the operator's own address; the keys that open this node; cloud-init and socket
# activation.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "runs in ./dev test --full"
e2e_nodes 63
tool=/usr/libexec/harden/ssh-harden
node_up 63 --cloud-init-ssh
config=$(lab ssh-config)

# [SSH OPTION…] -- [WORDS OF REHEARSE…]: a login through it that prints where it came from.
rehearsed() {
    local options=() words
    while [ "$1" != -- ]; do options+=("$1") && shift; done
    shift
    words=$*
    # shellcheck disable=SC2016 # expands on the node
    lab client ssh -F "$config" -o BatchMode=yes -o ControlPath=none "${options[@]}" \
        -o ProxyCommand="ssh -F $config root@node63 $tool rehearse $words" root@node63 \
        'echo "came from ${SSH_CONNECTION%% *}"'
}
site() { on 63 "mkdir -p /etc/harden; printf 'version = 1\n$1\n' >/etc/harden/ssh.toml"; }
no_site() { on 63 'rm -rf /etc/harden'; }
# An operator's own lines, which sshd has read.
operator_says() {
    on 63 "printf '%b' '$1' >/etc/ssh/sshd_config.d/10-ops.conf; systemctl reload ssh; sleep 0.3"
}
files() { on 63 'find /etc -xdev -type f -newer /root/mark | sort; ls /run/harden'; }

say "==> a rehearsal"
on 63 'touch /root/mark'
prints "a login against the new settings, with the operator's address" "came from 10.77.0.1" rehearsed --
expect "changed nothing but its own record" 0 test "$(files)" = ssh-rehearsed
operator_says 'AllowUsers root@10.77.0.0/16\nMatch Address 10.77.0.0/24\n  MaxSessions 5\n'
prints "a rule about addresses sees the real one" "came from 10.77.0.1" rehearsed --
on 63 'rm /etc/ssh/sshd_config.d/10-ops.conf; systemctl reload ssh'
site '[settings]\nAllowUsers = { value = "ann" }'
expect "settings that would lock out: no login" 255 rehearsed --
prints "and the reason comes through" "AllowUsers ann keeps root out" rehearsed --
site '[settings]\nPermitUserRC = { value = "no" }\n[algorithms]\nKexAlgorithms = ["diffie-hellman-group16-sha512"]'
prints "what only the client can know is told too" "no matching key exchange" \
    rehearsed -o KexAlgorithms=curve25519-sha256 --
no_site
expect "nothing was applied by all this" 1 on 63 'test -e /etc/ssh/sshd_config.d/00-harden.conf'

say "==> the modern profile"
prints "is refused while nothing proves the client" "nothing proves that your ssh client has one" \
    on 63 "$tool apply --profile modern"
expect "an old client cannot prove it" 255 rehearsed -o KexAlgorithms=curve25519-sha256 -- --profile modern
prints "this one can" "came from" rehearsed -- --profile modern
expect "then it is applied" 0 on 63 "$tool apply --profile modern --confirm-within 60"
expect "and confirmed" 0 on 63 "$tool confirm"
prints "an old client is refused now" "no matching key exchange" \
    lab client ssh -F "$config" -o ControlPath=none -o KexAlgorithms=curve25519-sha256 root@node63 true
expect "rolled back" 0 on 63 "$tool rollback"

say "==> what sshd has not read yet"
on 63 "printf 'MaxAuthTries 3\n' >/etc/ssh/sshd_config.d/20-new.conf"
prints "is not brought in unseen" "20-new.conf was changed after sshd read it" on 63 "$tool apply"
prints "a login tries it" "came from" rehearsed --
expect "and then it is" 0 on 63 "$tool apply --confirm-within 60"
expect "rolled back" 0 on 63 "$tool rollback; rm /etc/ssh/sshd_config.d/20-new.conf; systemctl reload ssh; sleep 0.3"

say "==> an operator who becomes root by sudo"
on 63 'useradd -m -s /bin/bash ann; install -d -m 700 -o ann -g ann ~ann/.ssh; echo "ann ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/ann
       sed "s/^/from=\"10.77.0.0\/24\" /" /root/.ssh/authorized_keys >~ann/.ssh/authorized_keys; chown ann: ~ann/.ssh/authorized_keys'
as_ann() { lab client ssh -F "$config" -o BatchMode=yes -o ControlPath=none "$@"; }
prints "a key bound to an address is judged by the real one" "PasswordAuthentication: yes -> no" as_ann ann@node63 "sudo $tool plan"
prints "and a rehearsal of it comes through" "came in" \
    as_ann -o ProxyCommand="ssh -F $config ann@node63 sudo $tool rehearse" ann@node63 'echo came in'
lab client ssh -F "$config" -o ControlMaster=yes -o ControlPersist=yes -o ControlPath="$work/ann" -fN ann@node63 >/dev/null 2>&1
over_master() { lab client ssh -F "$config" -o ControlPath="$work/ann" ann@node63 "$@"; }
on 63 'sed -i "s/10.77.0.0/192.0.2.0/" ~ann/.ssh/authorized_keys'
prints "the very key of this login must still do" "is for logins from 192.0.2.0/24 only, not from 10.77.0.1" over_master "sudo $tool apply"
on 63 'sed -i "s/192.0.2.0/10.77.0.0/" ~ann/.ssh/authorized_keys'
expect "with it right again: applied" 0 over_master "sudo $tool apply --confirm-within 60"
expect "the connection that was there does not confirm" 2 over_master "sudo $tool confirm"
expect "a rehearsed login in it neither" 2 as_ann \
    -o ProxyCommand="ssh -F $config -o ControlPath=$work/ann ann@node63 sudo $tool rehearse" ann@node63 "sudo $tool confirm"
expect "a new one does" 0 as_ann ann@node63 "sudo $tool confirm"
expect "rolled back" 0 over_master "sudo $tool rollback"
lab client ssh -F "$config" -o ControlPath="$work/ann" -O exit ann@node63 >/dev/null 2>&1 || true
on 63 'userdel -r ann 2>/dev/null; rm -f /etc/sudoers.d/ann' || true

say "==> keys"
ssh-keygen -q -t rsa -b 2048 -N '' -C "old $(printf '\033')[31m" -f "$work/rsa"
fingerprint=$(ssh-keygen -lf "$work/rsa.pub" | cut -d ' ' -f 2)
on 63 "printf 'from=\"192.0.2.0/24\",no-pty %s\n' '$(cat "$work/rsa.pub")' >>/home/tenant-admin/.ssh/authorized_keys" 2>/dev/null ||
    on 63 "mkdir -p ~tenant-admin/.ssh && printf 'from=\"192.0.2.0/24\",no-pty %s\n' '$(cat "$work/rsa.pub")' >~tenant-admin/.ssh/authorized_keys"
expect "a weak key is a finding" 1 on 63 "$tool keys"
prints "with its fingerprint" "$fingerprint" on 63 "$tool keys"
prints "its options, and no escape sequence" '[from="192.0.2.0/24",no-pty]  old \x1b[31m' on 63 "$tool keys"
prints "as JSON too" '"problems": [
        "RSA of 2048 bits is weak"' on 63 "$tool keys --format json"
site 'known_keys = "/etc/harden/keys"'
on 63 "echo '$fingerprint ann' >/etc/harden/keys"
prints "a key that nobody listed is told" "is not in /etc/harden/keys" on 63 "$tool keys"
no_site
prints "a size that would refuse it is left out" "left out: RequiredRSASize 3072, for " \
    on 63 "$tool plan --profile modern"
on 63 'rm -rf ~tenant-admin/.ssh'

say "==> cloud-init"
on 63 'mkdir -p /etc/cloud/cloud.cfg.d; echo "ssh_pwauth: true" >/etc/cloud/cloud.cfg.d/50-provider.cfg'
expect "apply" 0 on 63 "$tool apply --confirm-within 60"
prints "it is kept from letting passwords in again" "ssh_pwauth: false" on 63 'cat /etc/cloud/cloud.cfg.d/99-harden.cfg'
expect "rolled back" 0 on 63 "$tool rollback"
expect "so is this file" 1 on 63 'test -e /etc/cloud/cloud.cfg.d/99-harden.cfg'
on 63 'rm -rf /etc/cloud'

say "==> socket activation"
lab enter 63 sh -c 'systemctl stop ssh.service; systemctl start ssh.socket; rm -rf /run/sshd'
prints "the node listens by its socket" active on 63 'systemctl is-active ssh.socket'
lab enter 63 rm -rf /run/sshd
expect "apply from the console, without sshd's directory" 0 \
    lab enter 63 $tool apply --confirm-within 60
prints "the next connection has the new settings" "passwordauthentication no" on 63 'sshd -T'
lacks "and the wire says so" "password" lab client ssh -F "$config" -o ControlPath=none -o BatchMode=yes \
    -o PreferredAuthentications=none root@node63 true
expect "a new login confirms" 0 on 63 "$tool confirm"
prints "the socket was left alone" active on 63 'systemctl is-active ssh.socket'
site '[settings]\nPort = { value = "2222" }'
prints "Port is not sshd's there" "ssh.socket listens in sshd's place" on 63 "$tool apply"
no_site
expect "rolled back" 0 on 63 "$tool rollback"
