#!/usr/bin/env bash
# A simulated miner in a quarter of a processor is flagged, honest work beside it is not; whatever
# happens to the detector between two looks, the next one tells the truth.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 19

detector=/usr/libexec/harden/detect-miners
log=/var/log/miner-detection.log
state=/var/lib/harden/miners.state
# What a miner's command line looks like, on a loop that mines nothing.
burner="sh -c 'while :; do :; done' xmrig --donate-level 1 -o stratum+tcp://pool.example:3333"

look() { on 19 "$detector" "$@"; }
quiet_looks() { on 19 "for i in \$(seq $1); do $detector --quiet; sleep 2; done; true"; }
verdicts() { on 19 "$detector status | awk '{print \$2, \$3, \$4}'"; }
logged() { on 19 "grep '\"name\":\"$1\"' $log | tail -1"; }
has_whole_lines() { on 19 "awk '!/^{.*}\$/ { exit 1 }' $log"; }

say "==> a node that runs containers"
node_up 19
lab image 19
expect "a look needs root" 2 on 19 runuser -u nobody -- "$detector"
on 19 systemctl stop docker.socket docker
prints "without Docker it says how to start it" "systemctl start docker" look
expect "which is trouble" 2 look
prints "and stands in the log" '"ok":false' on 19 cat "$log"
on 19 systemctl start docker

say "==> the schedule"
expect "plan shows what is to do" 1 look plan
expect "and does nothing" 2 on 19 ls /etc/cron.d/harden-detect-miners
expect "apply schedules it" 0 look apply
prints "by cron, as cron runs here" "$detector --quiet" on 19 cat /etc/cron.d/harden-detect-miners
prints "and not by the timer" "inactive" on 19 systemctl is-active harden-detect-miners.timer
prints "apply again changes nothing" "no changes" look apply
prints "apply looked once" '"ok":true' on 19 cat "$log"
on 19 "sed -n 's/^[^#]* root //p' /etc/cron.d/harden-detect-miners >/root/entry; test -s /root/entry"
run_captured on 19 sh /root/entry
[ -z "$output" ] || fail "the cron entry prints: $output"
ok "the cron entry prints nothing"

say "==> rules of the site"
on 19 "mkdir -p /etc/harden; printf 'version = 1\n[window]\nshortest = 1\n' >/etc/harden/miners.toml"
prints "an unknown key has its place" "/etc/harden/miners.toml:3:1" look
prints "and the nearest one" 'did you mean "shortest_s"?' look
on 19 "printf 'version = 1\n[window]\nshortest_s = 1\n' >/etc/harden/miners.toml"
prints "a value has its origin" "/etc/harden/miners.toml:3:1" look --show-config

say "==> a burner like a miner, an honest one, and one that sleeps"
on 19 "docker run -d --name idle --cpus 0.25 lab sleep 3600 >/dev/null
      docker run -d --name honest --cpus 0.25 lab probe spin 3600 >/dev/null
      docker run -d --name mining --cpus 0.25 lab $burner >/dev/null"
quiet_looks 13
expect "something is found" 1 look
# How flat use is depends on what else this machine does: 8 points more or less.
prints "the burner with a miner's arguments is a miner" "mining miner" verdicts
prints "the honest burner uses as much" "+25 sustained" on 19 "$detector | grep -A1 ' honest '"
lacks "and is no miner" "honest miner" verdicts
lacks "nor a suspect" "honest suspect" verdicts
prints "the idle one is ok" "idle ok 0" verdicts
prints "the log names the evidence" "stratum+tcp://" logged mining
prints "and the quota" '"quota":0.25' logged mining
lacks "the honest burner never was a miner" '"verdict":"miner"' on 19 "grep '\"name\":\"honest\"' $log"
lacks "what is ok is not logged" '"name":"idle"' on 19 cat "$log"
prints "nothing was done to them" "3" on 19 "docker ps -q | wc -l"

say "==> a build by BuildKit, whose steps no list of containers names"
on 19 "printf 'FROM lab\nRUN timeout 12 sh -c \"while :; do :; done\" || true\n' >/root/Dockerfile
      DOCKER_BUILDKIT=1 docker build -q --no-cache - </root/Dockerfile >/root/build.log 2>&1 &"
eventually 8 on 19 "ls -d /sys/fs/cgroup/cpuacct/docker/buildkit/*/ >/dev/null 2>&1" ||
    fail "no step runs: $(on 19 cat /root/build.log)"
quiet_looks 2
prints "a step of it is measured" '"event":"unowned"' on 19 cat "$log"
prints "and known for a build" '"build":true' on 19 "grep '\"path\":\"/docker/buildkit/' $log | tail -1"

say "==> restarts, damage, collisions"
on 19 "docker restart -t 0 mining >/dev/null"
on 19 "sleep 2; $detector --quiet || true"
lacks "a restarted container keeps its past" "mining ok" verdicts
prints "and is measured from its restart" '"verdict":"miner"' logged mining
on 19 "head -c 300 $state >/root/cut; cat /root/cut >$state"
prints "a damaged state is a new baseline" "damaged" look
prints "which stands in the log" "damaged" on 19 tail -1 "$log"
on 19 "$detector --quiet || true"
lacks "and is over with the next look" "damaged" on 19 tail -1 "$log"
on 19 "for i in 1 2 3 4; do $detector --quiet & done; wait"
on 19 "for i in \$(seq 20); do $detector --quiet & sleep 0.00\$((i % 10)); kill -9 \$!; wait; done 2>/dev/null; true"
run_captured on 19 "$detector status"
[ "$status" -lt 2 ] || fail "the state is gone: $output"
ok "looks side by side and killed ones leave a whole state"
on 19 "touch /var/lib/harden/.miners.state.harden-1; $detector --quiet || true"
lacks "the next look takes away what a killed one had begun to write" ".miners" \
    on 19 "ls -A /var/lib/harden"
expect "and whole lines in the log" 0 has_whole_lines
prints "only root reads the state" "600" on 19 stat -c %a "$state"
on 19 "mv $log $log.1; $detector --quiet || true"
prints "a rotated log is made anew" '"event":"look"' on 19 cat "$log"

say "==> without cron"
on 19 systemctl stop cron
expect "apply turns to the timer" 0 look apply
prints "which is active" "active" on 19 systemctl is-active harden-detect-miners.timer
expect "and the cron entry is gone" 2 on 19 ls /etc/cron.d/harden-detect-miners
prints "apply again changes nothing" "no changes" look apply
quiet_looks 13
expect "with findings" 1 look
expect "the service does not fail" 0 on 19 systemctl start harden-detect-miners.service
prints "and it looked" "success" on 19 systemctl show -p Result --value harden-detect-miners.service
expect "remove" 0 look remove
prints "takes the timer away" "inactive" on 19 systemctl is-active harden-detect-miners.timer
expect "and leaves the log" 0 on 19 "test -s $log"

if [ -n "$full" ]; then
    say "==> cron itself"
    on 19 systemctl start cron
    look apply >/dev/null
    on 19 "rm $log"
    eventually 420 on 19 "test -s $log" || fail "cron did not look within seven minutes"
    ok "cron looks"
fi
