#!/usr/bin/env bash
# A node that was hardened step by step by shell scripts: setup says so, replaces what they left in
# one transaction, doubles nothing, and a rollback of it brings everything back.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=104
e2e_nodes "$node"
lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
setup() { set_up "$node" "$@"; }

say "==> hardened step by step, as scripts once did"
for deb in "$(lab debs "$suite" iptables-persistent)"/*.deb; do lab put "$node" "$deb" "/tmp/${deb##*/}"; done
on "$node" 'dpkg --install --force-confnew /tmp/*netfilter-persistent*.deb /tmp/*iptables-persistent*.deb >/dev/null 2>&1; rm /tmp/*.deb'
lab put "$node" "$(lab runsc)/runsc" /usr/local/bin/runsc
on "$node" 'cat >/root/setup-egress-rules.sh && chmod 755 /root/setup-egress-rules.sh' <<'SCRIPT'
#!/bin/bash
set -e
iptables -I DOCKER-USER -d 169.254.169.254 -j DROP
for port in 25 465 587 3333 4444 5555 7777 9999 6667 6697 9001 9030; do
    iptables -I DOCKER-USER -p tcp --dport $port -j DROP
done
netfilter-persistent save
SCRIPT
on "$node" 'cat >/root/detect-miners.sh && chmod 755 /root/detect-miners.sh' <<'SCRIPT'
#!/bin/bash
docker stats --no-stream --format '{{.Name}} {{.CPUPerc}}' | awk '$2 + 0 > 90' >>/var/log/miner-detection.log
SCRIPT
on "$node" 'cat >/root/harden-ssh.sh && chmod 755 /root/harden-ssh.sh' <<'SCRIPT'
#!/bin/bash
set -e
cp /etc/ssh/sshd_config /etc/ssh/sshd_config.bak
sed -i 's/#*PasswordAuthentication yes/PasswordAuthentication no/' /etc/ssh/sshd_config
sed -i 's/^#PermitRootLogin.*/PermitRootLogin prohibit-password/' /etc/ssh/sshd_config
systemctl restart ssh
SCRIPT
on "$node" 'cat >/etc/docker/daemon.json' <<'DOCUMENT'
{
  "metrics-addr": "127.0.0.1:9323",
  "no-new-privileges": true,
  "live-restore": true,
  "userland-proxy": false,
  "log-driver": "json-file",
  "log-opts": { "max-size": "10m", "max-file": "3" },
  "default-runtime": "runsc",
  "runtimes": { "runsc": { "path": "/usr/local/bin/runsc" } }
}
DOCUMENT
on "$node" 'set -e
    chmod 755 /usr/local/bin/runsc
    echo "30 4 * * * /root/backup.sh" | crontab -
    crontab -l 2>/dev/null | grep -v "detect-miners" | { cat; echo "*/5 * * * * /root/detect-miners.sh"; } | crontab -
    systemctl restart docker
    bash /root/setup-egress-rules.sh
    iptables -I DOCKER-USER -s 172.31.0.0/16 -j ACCEPT
    bash /root/setup-egress-rules.sh
    bash /root/harden-ssh.sh' >/dev/null 2>&1
lab image "$node" >/dev/null

# What the scripts left, byte for byte, and in the kernel.
# shellcheck disable=SC2016 # the node's shell expands them
old_state() {
    on "$node" 'for f in /var/spool/cron/crontabs/root /etc/iptables/rules.v4 /root/*.sh /etc/ssh/sshd_config; do
            stat -c "%n %a %U:%G" "$f" && cat "$f"; done
        iptables -S DOCKER-USER; ip6tables-save | grep "^-A DOCKER-USER"
        ls /etc/cron.d /var/lib/harden/adopt 2>/dev/null; nft list tables | sort'
}
# Rules of iptables that close a TCP port to containers, in whatever chain.
rules_for() { on "$node" "iptables -S | grep -c -e '-p tcp -m tcp --dport $1 '" || true; }
detectors() { on "$node" "cat /var/spool/cron/crontabs/root /etc/cron.d/* 2>/dev/null | grep -v '^#' | grep -c detect-miners"; }
old=$(old_state)
expect "the rules are there twice" 0 [ "$(rules_for 25)" -eq 2 ]

say "==> without --adopt"
run_captured setup
[ "$status" -eq 2 ] || fail "setup of such a node ends with $status: $output"
prints "it says what it found" "crontab runs /root/detect-miners.sh, 26 rules in DOCKER-USER" printf '%s' "$output"
prints "and what to do" "setup --adopt replaces them" printf '%s' "$output"
[ "$old" = "$(old_state)" ] || fail "setup changed the node: $(diff <(echo "$old") <(old_state))"
ok "and changed nothing"
prints "a plan says it too" "setup --adopt replaces them" setup --dry-run

say "==> with --adopt"
run_captured setup --adopt
say "$(grep '^\[' <<<"$output")"
[ "$status" -eq 0 ] || fail "setup --adopt ends with $status: $output"
ok "the node is provisioned and verified"
expect "each port is closed once" 0 [ "$(rules_for 25) $(rules_for 3333)" = "1 1" ]
expect "one detector is scheduled" 0 [ "$(detectors)" -eq 1 ]
expect "the scripts are gone" 1 on "$node" "ls /root/setup-egress-rules.sh /root/detect-miners.sh /root/harden-ssh.sh 2>/dev/null | grep ."
prints "the operator's cron entry stays" backup.sh on "$node" crontab -l
prints "so does his rule" "172.31.0.0/16 -j ACCEPT" on "$node" iptables -S DOCKER-USER
prints "and sshd_config with its edits" "PasswordAuthentication no" on "$node" cat /etc/ssh/sshd_config
lacks "no rule of theirs is saved" "--dport 25 -j DROP" on "$node" cat /etc/iptables/rules.v4
prints "daemon.json was merged" '"metrics-addr": "127.0.0.1:9323"' on "$node" cat /etc/docker/daemon.json
on "$node" "systemctl stop docker.socket docker; systemctl restart netfilter-persistent; systemctl start docker" >/dev/null 2>&1
once() { [ "$(rules_for 25)" -eq 1 ]; }
eventually 20 once || fail "after a load of the saved rules there are $(rules_for 25) for port 25"
ok "nor comes back as at a boot"
prints "where the operator's does" "172.31.0.0/16 -j ACCEPT" on "$node" iptables -S DOCKER-USER

say "==> again"
run_captured setup --adopt
[ "$(grep -c '^\[ ./8\] [a-z]* *ok ' <<<"$output")" -eq 8 ] || fail "not every step is ok: $output"
ok "every step is ok"
prints "also without --adopt" "is as wanted" setup --dry-run

say "==> and back"
transaction=$(on "$node" "harden tx list --format json" |
    python3 -c 'import json, sys; print([t["id"] for t in json.load(sys.stdin)["transactions"] if t["verb"] == "adopt apply"][-1])')
expect "it was one transaction" 0 on "$node" "harden tx rollback $transaction"
[ "$old" = "$(old_state)" ] || fail "the rollback left a difference: $(diff <(echo "$old") <(old_state))"
ok "everything is as it was: crontab, saved rules, live rules, scripts, sshd_config"
run_captured setup --adopt --dry-run
[ "$status" -eq 1 ] || fail "a plan of it ends with $status: $output"
for what in crontabs/root /etc/iptables/rules.v4 "- /root/detect-miners.sh" "-D DOCKER-USER -d 169.254.169.254/32" \
    "keep /etc/ssh/sshd_config:" "keep /usr/local/bin/runsc"; do
    prints "the plan shows: $what" "$what" printf '%s' "$output"
done
if [ -n "$full" ]; then
    expect "and --adopt converges again" 0 setup --adopt
    expect "each port is closed once" 0 [ "$(rules_for 25)" -eq 1 ]
fi
