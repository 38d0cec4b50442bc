#!/usr/bin/env bash
# Where the control groups are version 2's, and in a sandbox: use is measured, what a program was
# started with is read from the sandbox's memory, whatever the host cannot show is unknown.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 20 21

detector=/usr/libexec/harden/detect-miners
look() { on "$1" "$detector" --format json; }
two_looks() {
    on "$1" "mkdir -p /etc/harden; printf 'version = 1\n[window]\nshortest_s = 1\n' >/etc/harden/miners.toml
             $detector --quiet; sleep 3"
}

say "==> version 2, systemd driver"
node_up 20 --suite sid --cgroup2
lab image 20
on 20 "docker run -d --name spin lab probe spin 600 >/dev/null
      docker run -d --name elsewhere --cgroup-parent tenants.slice lab probe spin 600 >/dev/null"
two_looks 20
prints "both containers are measured" '"containers":2,"measured":2,"unknown":0' look 20
prints "what the kernel does not count there is unknown" '"memory_b":null' look 20
on 20 "docker rm -f elsewhere >/dev/null"
two_looks 20
spun=$(look 20 | sed -n 's/.*"name":"spin".*"cpu_s":\([0-9.]*\),.*/\1/p')
awk -v spun="${spun:-0}" 'BEGIN { exit !(spun > 0.3) }' || fail "the one that spins used ${spun:-no} CPU seconds in three"
ok "one alone spins, $spun CPU seconds"

say "==> gVisor's sandbox, Debian 13"
node_up 21 --suite trixie
lab image 21
lab put 21 "$(lab runsc)/runsc" /usr/local/bin/runsc
on 21 'mkdir -p /etc/docker
      echo "{\"runtimes\":{\"runsc\":{\"path\":\"/usr/local/bin/runsc\"}}}" >/etc/docker/daemon.json
      systemctl reload docker; sleep 1
      docker run -d --name box --runtime runsc --cpus 0.25 lab \
          sh -c "while :; do :; done" xmrig -o stratum+tcp://pool.example:3333 >/dev/null'
two_looks 21
prints "it is measured against its quota" '"quota":0.25' look 21
prints "its runtime is named" '"runtime":"runsc"' look 21
prints "what it was started with is read from the sandbox's memory" '"argument stratum+tcp://"' look 21
