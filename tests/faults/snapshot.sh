# shellcheck shell=bash
# All that a step may change on a node, as text: files with bytes, mode, owner and links, the
# kernel's rules, units, and what the daemons themselves say. Names of transactions are made equal.

snapshot() {
    { files && kernel_rules && units && daemons; } 2>&1 |
        sed -E 's/[0-9]{8}T[0-9]{6}Z-[0-9]+(-[0-9]+)?/TRANSACTION/g'
}

watched() {
    find /etc /usr/local /var/lib/harden /var/spool/cron -xdev \
        \( -path /var/lib/harden/tx -o -path '/var/lib/harden/*miners.*' -o -path '/var/lib/harden/*tx-pruned*' -o -path /var/lib/harden/staging \) \
        -prune -o "$@"
}

files() {
    watched -printf '%p %y %m %U:%G %l\n' | sort
    watched -type f ! -name 'harden-boot-revert-*' -print0 | sort -z | xargs -0 sha256sum
    watched -type f -name 'harden-boot-revert-*' -exec cat {} +
}

kernel_rules() { nft -s list ruleset; }

units() {
    systemctl show --property=Id,LoadState,ActiveState,UnitFileState,NeedDaemonReload \
        ssh.service docker.service harden-egress.service harden-egress-watch.service \
        harden-firewall.service \
        harden-detect-miners.timer
    systemctl list-units --all --plain --no-legend 'harden-revert-*'
}

# The settings that sshd's files mean, and dockerd's own. Its names for containerd's own runtimes go with
# its first reload, whatever that is for.
daemons() {
    sshd -T
    # shellcheck disable=SC2154 # the drill sets it
    [ "$row" != ssh-harden ] || ways_in
    curl -s --retry 20 --retry-delay 1 --retry-all-errors --unix-socket /run/docker.sock http://docker/info |
        sed -e 's/"io\.containerd[^}]*},//g' -e 's/,"/\n"/g' |
        grep -vE '^"(SystemTime|NFd|NGoroutines|NEventsListener|MemTotal|Containers|ContainersRunning|ContainersStopped|Images|KernelMemory|ID|Name|DriverStatus)'
}

# What the running sshd offers to somebody who has no key.
ways_in() {
    ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
        -o PreferredAuthentications=none nobody@127.0.0.1 || true
}
