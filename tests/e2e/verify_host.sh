#!/usr/bin/env bash
# What verify says about kernel and host, against the real thing: settings of the node's own network,
# files, accounts, mounts and units, changed and put back, and other programs' word on them.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 74
node_up 74

# As ssh does, without its login, which would cost most of the time.
on() {
    shift
    lab enter 74 env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root bash -c "$*"
}
verify() { on 74 /usr/libexec/harden/verify --profile strict "$@"; }
line_of() { verify --only "$1" || true; }
passes() { prints "$1" "[OK]" line_of "$2"; }
fails() { prints "$1" "$3" line_of "$2"; }
# mended WHAT ID EVIDENCE UNDO MEND: fails with the evidence after UNDO, and passes after MEND
mended() {
    on 74 "$4"
    prints "$1" "[FAIL]" line_of "$2"
    case $output in *"$3"*) ;; *) fail "$1: no \"$3\" in: $output" ;; esac
    on 74 "$5"
    passes "  and put back it passes" "$2"
}

say "==> the kernel"
prints "a setting is told as the kernel has it" \
    "kernel.unprivileged_bpf_disabled $(on 74 cat /proc/sys/kernel/unprivileged_bpf_disabled)" \
    line_of kernel.bpf-restricted
mended "no forwarding under Docker" kernel.forwarding "ip_forward is 0" \
    "echo 0 >/proc/sys/net/ipv4/ip_forward" "echo 1 >/proc/sys/net/ipv4/ip_forward"
# shellcheck disable=SC2016 # the node expands it
on 74 'cd /proc/sys/net/ipv4/conf; for i in *; do echo 1 >$i/forwarding; echo 0 >$i/send_redirects
           echo 0 >$i/accept_source_route; echo 0 >$i/accept_redirects; echo 1 >$i/rp_filter; done
       for i in /proc/sys/net/ipv6/conf/*; do echo 0 >$i/accept_source_route; done'
passes "every interface is set" kernel.network-settings
mended "one interface is not" kernel.network-settings "send_redirects of docker0 is 1" \
    "echo 1 >/proc/sys/net/ipv4/conf/docker0/send_redirects" \
    "echo 0 >/proc/sys/net/ipv4/conf/docker0/send_redirects"
on 74 "echo 1 >/proc/sys/net/ipv4/conf/docker0/accept_redirects"
passes "a router takes redirects only where all of them do" kernel.network-settings
on 74 "echo 0 >/proc/sys/net/ipv4/conf/docker0/accept_redirects"
mended "an interface that any neighbour could route" kernel.router-advertisements "accept_ra is 2" \
    "echo 2 >/proc/sys/net/ipv6/conf/eth0/accept_ra" "echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_ra"
# the lab cannot set the kernel's own: what its tree says about those is left out
on 74 'ln -s /dev/null /etc/sysctl.d/99-protect-links.conf; ln -s /dev/null /etc/sysctl.d/50-pid-max.conf'
mended "a setting that a boot would change" kernel.settings-persisted "says 1" \
    "echo net.ipv4.conf.all.log_martians=1 >/etc/sysctl.d/80-own.conf" \
    "sysctl -q -p /etc/sysctl.d/80-own.conf"
mended "a later file wins" kernel.settings-persisted "90-later.conf says 0" \
    "echo net/ipv4/conf/all/log_martians = 0 >/etc/sysctl.d/90-later.conf" \
    "ln -sf /dev/null /etc/sysctl.d/90-later.conf"

say "==> who is root"
mended "a unit that others can write" host.root-files "/etc/systemd/system/x.service" \
    "touch /etc/systemd/system/x.service; chmod 666 /etc/systemd/system/x.service" \
    "rm /etc/systemd/system/x.service"
mended "a second root" host.root-accounts "toor has uid 0" \
    "echo toor:x:0:0::/root:/bin/sh >>/etc/passwd" "sed -i /^toor/d /etc/passwd"
on 74 "useradd -m -s /bin/bash ann"
mended "an empty password" host.root-accounts "ann needs no password" "passwd -qd ann" "passwd -ql ann"
on 74 "mkdir -p /etc/sudoers.d; printf 'User_Alias OPS = joe, \\\\\n  ann\nOPS ALL = (ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/90-ops"
prints "sudo lets ann" "NOPASSWD: ALL" on 74 sudo -l -U ann
fails "and it is found with its line" host.privileged-users "ann runs ALL without a password (/etc/sudoers.d/90-ops:3)"
on 74 "mkdir -p /etc/harden; printf 'version = 1\n[access]\nprivileged_users = [\"ann\"]\n' >/etc/harden/host.toml"
passes "unless the site lists her" host.privileged-users
on 74 "rm /etc/harden/host.toml; mv /etc/sudoers.d/90-ops /etc/sudoers.d/90-ops.off"
lacks "sudo skips a name with a dot" "NOPASSWD" on 74 sudo -l -U ann
passes "and so do we" host.privileged-users
mended "a program with root's rights in a home" host.privileged-files "/home/ann/sh" \
    "cp /bin/dash /home/ann/sh; chmod 4755 /home/ann/sh" "rm /home/ann/sh"
prints "without root the passwords are unknown" "[UNKNOWN]" on 74 setpriv --reuid 65534 --regid 65534 \
    --clear-groups /usr/libexec/harden/verify --only host.root-accounts

say "==> upkeep and disks"
passes "the system is supported" host.supported-system
on 74 "sed -i 's/VERSION_ID=.*/VERSION_ID=\"11\"/' /etc/os-release"
fails "until its day" host.supported-system "[FAIL]"
on 74 "mkdir -p /etc/cloud/cloud.cfg.d; echo 'ssh_pwauth: true' >/etc/cloud/cloud.cfg"
fails "cloud-init would let passwords in" host.cloud-init "ssh_pwauth: true in /etc/cloud/cloud.cfg"
on 74 "echo 'ssh_pwauth: false' >/etc/cloud/cloud.cfg.d/99-x.cfg"
passes "a later file says no" host.cloud-init
mended "a needless service" host.needless-services "rpcbind.service runs" \
    "printf '[Service]\nExecStart=/bin/sleep 600\n' >/etc/systemd/system/rpcbind.service; systemctl daemon-reload; systemctl start rpcbind" \
    "systemctl stop rpcbind"
on 74 "mount -o remount,nosuid,nodev /tmp; mount -o remount,nosuid,nodev /dev/shm"
fails "temporary directories" host.tmp-mounts "/var/tmp is no mount of its own"
on 74 "mount -t tmpfs -o nosuid,nodev tmpfs /var/tmp"
passes "  mounted without rights" host.tmp-mounts
mended "a journal in memory" host.journal "lost at a boot" \
    "mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\nStorage=volatile\n' >/etc/systemd/journald.conf.d/x.conf" \
    "sed -i s/volatile/persistent/ /etc/systemd/journald.conf.d/x.conf"
fails "nobody cleans up" host.free-space "no timetable prunes images"
on 74 "printf '0 4 * * * root docker image prune -af\n' >/etc/cron.d/prune"
passes "  until a timetable does" host.free-space
passes "containers' data lie apart" host.container-filesystem
on 74 "umount -l /var/lib/containerd"
fails "  all of them" host.container-filesystem "/var/lib/containerd is on the system's"
fails "no quotas on this file system" host.disk-quota "[FAIL]"
