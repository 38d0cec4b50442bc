#!/usr/bin/env bash
# A machine without systemd, in private namespaces: a real sshd on loopback, ssh-harden signals
# it, a background process takes the change back, cron would do so at boot.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
bin=${HARDEN_BUILD:-$repository/build}/bin
skip() { echo "SKIPPED: $*"; exit 77; }
[ "$(id -u)" -eq 0 ] || skip "needs root"
tree=$("$repository/tests/lab/lab" tree "${HARDEN_SUITE:-bookworm}") || skip "the lab's Debian tree cannot be built here"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export tree bin work

inside() {
    mount --make-rprivate /
    mount -t tmpfs tmpfs "$work"
    mkdir "$work"/{upper,lower,root}
    mount -t overlay overlay -o "lowerdir=$tree,upperdir=$work/upper,workdir=$work/lower" "$work/root"
    root=$work/root
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/run"
    mkdir -p "$root/run/sshd" "$root/usr/libexec/harden" "$root/root/.ssh" "$root/etc/cron.d"
    cp "$bin/ssh-harden" "$bin/tx" "$root/usr/libexec/harden/"
    ip link set lo up
    chroot "$root" /bin/bash -c "$(declare -f wants on applied story); story"
}

wants() {
    [ "$2" = "$3" ] || { echo "FAIL $1: \"$3\", wanted \"$2\""; exit 1; }
    echo "ok $1"
}
on() { ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ControlPath=none "$@"; }
applied() { if [ -e /etc/ssh/sshd_config.d/00-harden.conf ]; then echo yes; else echo no; fi; }

story() {
    set -euo pipefail
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    tool=/usr/libexec/harden/ssh-harden
    chmod 700 /root /root/.ssh
    rm -f /run/nologin
    ssh-keygen -A >/dev/null
    ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
    cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
    echo "localhost $(cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub)" >/root/.ssh/known_hosts
    echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/50-cloud-init.conf
    /usr/sbin/sshd
    offered() {
        on -v -o PreferredAuthentications=none localhost true 2>&1 | tr -d '\r' |
            sed -n 's/^debug1: Authentications that can continue: //p' | head -n 1
    }
    wants "passwords are offered" publickey,password "$(offered)"
    on localhost $tool apply --confirm-within 5 2>&1 | grep -q 'unless you confirm'
    wants "a running sshd took the change" publickey "$(offered)"
    wants "cron would take it back at boot" 1 "$(find /etc/cron.d -name 'harden-boot-revert-*' | wc -l)"
    for _ in $(seq 100); do
        [ "$(applied)" = yes ] || break
        sleep 0.1
    done
    wants "a background process took it back" no "$(applied)"
    sleep 0.3
    wants "passwords are offered again" publickey,password "$(offered)"
    wants "nothing is left in cron.d" 0 "$(find /etc/cron.d -name 'harden-*' | wc -l)"
    on localhost $tool apply --confirm-within 5 >/dev/null 2>&1
    on localhost $tool confirm | grep -q 'confirmed by root over a new login'
    sleep 6
    wants "a confirmed change stays" yes "$(applied)"
    wants "and the list says so" 1 "$(/usr/libexec/harden/tx list | grep -c 'committed: confirmed')"

    # From any path: a copy of itself is what takes the change back.
    $tool rollback >/dev/null
    cp $tool /root/elsewhere
    for _ in $(seq 50); do # the reloaded sshd listens again after a moment
        ! on localhost true 2>/dev/null || break
        sleep 0.1
    done
    on localhost /root/elsewhere apply --confirm-within 5 >/dev/null 2>&1
    rm /root/elsewhere
    for _ in $(seq 100); do
        [ "$(applied)" = yes ] || break
        sleep 0.1
    done
    wants "also when the binary is gone" no "$(applied)"
}

export -f inside wants on applied story
unshare --mount --pid --fork --kill-child --net -- bash -c 'set -euo pipefail; inside'
