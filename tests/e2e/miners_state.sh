#!/usr/bin/env bash
# What the detector remembers outlives kills, full and read-only disks; what it logs, explains and
# replays is true whatever a container is called.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "runs in ./dev test --full"
e2e_nodes 81

detector=/usr/libexec/harden/detect-miners
log=/var/log/miner-detection.log
state=/var/lib/harden/miners.state
look() { on 81 "$detector" "$@"; }
rounds=15
[ -z "$full" ] || rounds=300

say "==> a node with a container that works and one with a name of its own"
node_up 81
lab image 81
on 81 "mkdir -p /etc/harden; printf 'version = 1\n[window]\nshortest_s = 1\n' >/etc/harden/miners.toml
      docker run -d --name spin --cpus 0.25 lab probe spin 3600 >/dev/null
      docker run -d --name idle --label 'com.docker.compose.project=\$(printf x\nforged\\033[2J)' lab sleep 3600 >/dev/null"
sleep 2
prints "the first look measures from the containers' starts" '"measured":2' look --format json

say "==> watch, record, replay, explain"
for signal in INT TERM; do
    run_captured on 81 "timeout --preserve-status -k 5 -s $signal 6 $detector --watch --interval 2 --record /root/looks"
    [ "$status" -le 1 ] || fail "SIG$signal does not end a watch (status $status): $output"
    ok "a watch ends with SIG$signal"
done
prints "it recorded its looks" "ok" on 81 "test \$(wc -l </root/looks) -ge 3 && echo ok"
prints "a replay tells what the log would" '"event":"look"' look replay /root/looks
prints "also from standard input" '"event":"look"' on 81 "$detector replay - </root/looks"
on 81 "sed -i '2s/.*/{broken/' /root/looks"
prints "a broken line has its place" "/root/looks:2:" look replay /root/looks
expect "which is trouble" 2 look replay /root/looks
prints "explain says what was measured" "it used" look explain spin
prints "what is missing" "points more" look explain spin
prints "and what is not known" "not known:" look explain spin
prints "a stranger has a hint" "hint:" look explain nobody
prints "status on a terminal has the last day" "LAST 24 HOURS" on 81 "script -qc '$detector status' /dev/null"
lacks "elsewhere it is plain" "LAST 24" look status

say "==> groups of no container"
# shellcheck disable=SC2016 # the node's own variables
on 81 'for c in cpu cpuacct; do [ ! -d /sys/fs/cgroup/$c/docker ] || mkdir -p /sys/fs/cgroup/$c/docker/hidden; done
      [ -d /sys/fs/cgroup/cpuacct ] || mkdir -p /sys/fs/cgroup/docker/hidden
      g=$(ls -d /sys/fs/cgroup/cpuacct/docker/hidden /sys/fs/cgroup/docker/hidden 2>/dev/null | head -1)
      (echo $BASHPID >$g/cgroup.procs; exec timeout 60 sh -c "while :; do :; done") >/dev/null 2>&1 & sleep 2'
prints "one that nobody owns is seen" '"path":"/docker/hidden"' look --format json
sleep 2
on 81 "$detector --quiet || true"
prints "and logged" '"event":"unowned"' on 81 "cat $log"

say "==> kills"
remembered() { on 81 "$detector explain spin | sed -n 's/ *\([0-9]*\) intervals are remembered.*/\1/p'"; }
before=$(remembered)
on 81 "for i in \$(seq $rounds); do $detector --quiet & sleep 0.0\$((RANDOM % 3))\$((RANDOM % 10)); kill -9 \$! 2>/dev/null; wait; done 2>/dev/null; true"
lacks "killed looks leave a whole state" "damaged" look
after=$(remembered)
[ "$before" -gt 2 ] || fail "only $before intervals were remembered"
[ "$after" -ge "$before" ] || fail "$before intervals were remembered, $after are"
ok "with all that was remembered: $before intervals, now $after"

say "==> a full disk, and one that may not be written"
on 81 "cp $state /root/state; mount -t tmpfs -o size=64k tmpfs /var/lib/harden; cp /root/state $state
      dd if=/dev/zero of=/var/lib/harden/filler bs=1k 2>/dev/null; cmp $state /root/state"
prints "a full disk is said" "No space left" look
expect "the state before stays" 0 on 81 cmp "$state" /root/state
on 81 "rm /var/lib/harden/filler; mount -o remount,ro /var/lib/harden"
prints "so is one that may not be written" "Read-only" look
expect "the state before stays then too" 0 on 81 cmp "$state" /root/state
on 81 "umount /var/lib/harden"
lacks "with the disk back the next look is as any" "damaged" look

say "==> the log"
on 81 "cat $log" >"$work/log"
python3 -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"): json.loads(line)' "$work/log" || fail "a line of the log is no JSON"
ok "every line of the log is JSON to another parser"
