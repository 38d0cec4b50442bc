#!/usr/bin/env bash
# One command turns a bare server into a verified run node: killed at each step, onto disks that
# are full; and once it is done, again, in three seconds and without a change. Lines that drop:
# setup_connection.sh.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=${HARDEN_SETUP_NODE:-15}
suite=${HARDEN_SETUP_SUITE:-$suite}
e2e_nodes "$node"
lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
lab image "$node" >/dev/null
config=$(lab ssh-config)
scratch=${binaries%/bin}/e2e-setup-$node
rm -rf "$scratch"
mkdir -p "$scratch"

arguments=(-F "$config" "root@node$node" --waivers "$repository/tests/lab/waivers.toml")
[ -z "${HARDEN_SETUP_PACKAGE:-}" ] || arguments+=(--package "$HARDEN_SETUP_PACKAGE")
setup_from() { local gvisor=$1; shift; lab client "$binaries/setup" "${arguments[@]}" --gvisor "$gvisor" "$@"; }
setup() { setup_from "$(lab runsc)" "$@"; }

# Starts setup in the background; its number is in $operator, its lines are in $scratch/log.
begin() {
    rm -f "$scratch/number"
    # shellcheck disable=SC2016 # the inner shell expands them
    lab client sh -c 'echo $$ >"$0"; exec "$@"' "$scratch/number" "$binaries/setup" "${arguments[@]}" "$@" \
        >"$scratch/log" 2>&1 &
    job=$!
    eventually 10 test -s "$scratch/number" || fail "setup does not start"
    operator=$(cat "$scratch/number")
}
kill_operator() {
    kill -9 "$operator" 2>/dev/null || true
    wait "$job" 2>/dev/null || true
}
logged() { grep -q -e "$1" "$scratch/log"; }

# What a run that changes nothing leaves alone, seen from outside; the detector looks meanwhile.
observed() {
    on "$node" "find /etc /usr/local /usr/libexec /usr/share/harden /lib/systemd/system /root /var/lib/harden \
                    -xdev -printf '%p %i %m %U %T@ %s\n' 2>/dev/null | grep -v -e '^/var/lib/harden ' -e '^/var/lib/harden/miners' | sort
                for p in \$(pgrep -x 'dockerd|sshd|cron|systemd' | sort -n); do
                    [ \$(cut -d' ' -f4 /proc/\$p/stat) != 1 ] || cut -d' ' -f1,2,22 /proc/\$p/stat; done
                $kernel_rules"
}
ours() { on "$node" "ls -d /etc/harden /var/lib/harden /usr/libexec/harden /etc/cron.d/harden* 2>/dev/null"; }
unchanged() {
    difference=$(diff <(printf '%s\n' "$1") <(observed)) || fail "$2 changed the node:
$difference"
    ok "$2 changed nothing"
}

say "==> a plan of a bare $suite node"
bare=$(observed)
expect "has pending changes" 1 setup --dry-run
prints "and says what comes after the package" "after the package: the egress policy" setup --dry-run
expect "without gVisor there is no beginning" 2 setup_from ""
unchanged "$bare" "a plan"

say "==> full disks"
on "$node" "mkdir -p /var/lib/harden && mount -t tmpfs -o size=4m tmpfs /var/lib/harden"
expect "too little room is trouble" 2 setup
prints "with the remedy" "make room" setup
on "$node" "umount /var/lib/harden && mkdir /var/lib/harden/setup && mount -t tmpfs -o size=64k tmpfs /var/lib/harden/setup"
expect "a disk that fills up during the upload is trouble" 2 setup
prints "with the remedy" "make room" setup
expect "and leaves no part of the upload" 1 on "$node" "ls -A /var/lib/harden/setup | grep ."
on "$node" "umount /var/lib/harden/setup && rm -r /var/lib/harden"
unchanged "$bare" "a full disk"

say "==> killed at each step"
before_step=(package "profile baseline" profile "^\[.*package" egress "^\[.*profile" gvisor "^\[.*egress"
    daemonjson "^\[.*gvisor" detector "^\[.*daemonjson" verify "^\[.*detector")
for ((i = 0; i < ${#before_step[@]}; i += 2)); do
    begin --gvisor "$(lab runsc)"
    until logged "${before_step[i + 1]}" || ! kill -0 "$operator" 2>/dev/null; do sleep 0.01; done
    sleep "0.0$((RANDOM % 10))"
    kill_operator
    mv "$scratch/log" "$scratch/killed-at-${before_step[i]}"
    ok "killed at ${before_step[i]}, $(grep -c '^\[' "$scratch/killed-at-${before_step[i]}" || true) steps done"
done
run_captured setup --report-dir "$scratch"
[ "$status" -eq 0 ] || fail "after seven kills setup ends with $status: $output"
ok "the next run provisions and verifies the node"
expect "the report is where it was asked for" 0 grep -q '"harden.verify/1"' "$scratch/harden-node$node.json"
expect "nothing of the uploads is left" 1 on "$node" "ls -A /var/lib/harden/setup | grep -v -e '^harden.deb$' -e '^gvisor-source$'"

say "==> again"
before=$(observed)
# the best of a few: other tests have the machine, too
for ((tries = 5, took = 9999; tries > 0 && took > 3000; --tries)); do
    began=$(date +%s%N)
    run_captured setup
    took=$((($(date +%s%N) - began) / 1000000))
    [ "$status" -eq 0 ] || fail "the second run ends with $status: $output"
    [ "$(grep -c '^\[ ./7\] [a-z]* *ok ' <<<"$output")" -eq 7 ] || fail "not every step is ok: $output"
done
ok "every step is ok, in $took ms"
[ "$took" -le 3000 ] || fail "a run that changes nothing took $took ms"
unchanged "$before" "the second run"
expect "a plan of it has nothing pending" 0 setup --dry-run
prints "without a source the node keeps its gVisor" "is as wanted" setup_from "" --dry-run
prints "as JSON" '"schema": "harden.setup/1"' setup --format json
prints "as events" '"schema":"harden.setup.event/1","node":"node' setup --format ndjson
unchanged "$before" "all this"

say "==> the full profile"
expect "is pending" 1 setup --profile full --dry-run
lab put "$node" "$binaries/lab_probe" /root/probe
on "$node" "systemd-run --quiet --unit=plain /root/probe serve --for 600 tcp:0.0.0.0:9090"
prints "its plan names a port in use that it would close" "closes 9090/tcp on 0.0.0.0 (probe)" \
    setup --profile full --dry-run
run_captured setup --profile full
[ "$status" -eq 3 ] || fail "full closed a port in use: $status: $output"
prints "and without --close-ports it does not" "would close 1 port in use" printf '%s' "$output"
on "$node" systemctl stop plain
on "$node" "mkdir -p /etc/harden; printf 'version = 1\n[algorithms]\nKexAlgorithms = [\"sntrup761x25519-sha512@openssh.com\"]\n' >/etc/harden/ssh.toml"
{ echo "KexAlgorithms curve25519-sha256" && cat "$config"; } >"$scratch/old_client"
run_captured lab client "$binaries/setup" -F "$scratch/old_client" "${arguments[@]:2}" --gvisor "$(lab runsc)" --profile full
prints "settings that this client cannot do are refused before they are applied" \
    "a login against the new settings was refused, so nothing was changed" printf '%s' "$output"
prints "the firewall was confirmed over a new login before that" "confirmed over a new login" printf '%s' "$output"
expect "and nothing was" 1 on "$node" test -e /etc/ssh/sshd_config.d/00-harden.conf
on "$node" rm /etc/harden/ssh.toml
expect "full" 0 setup --profile full
say "$(grep '^\[' <<<"$output")"
prints "sshd was confirmed over a new login" "confirmed over a new login" printf '%s' "$output"
expect "the firewall is in force" 0 on "$node" /usr/libexec/harden/firewall status
prints "the node remembers its profile" full on "$node" cat /etc/harden/profile
before=$(observed)
run_captured setup
[ "$(grep -c '^\[ ./9\] [a-z]* *ok ' <<<"$output")" -ge 8 ] || fail "not every step is ok: $output"
ok "a later run without --profile keeps to full"
unchanged "$before" "it"

say "==> a fresh node"
lab down "$node"
lab up "$node" --suite "$suite" >/dev/null
lab image "$node" >/dev/null

say "==> an interrupted upload"
mkdir "$scratch/large"
head -c 300M /dev/urandom >"$scratch/large/runsc"
begin --gvisor "$scratch/large"
eventually 120 on "$node" test -s /var/lib/harden/setup/gvisor.tar.part || fail "the upload does not begin"
kill_operator
expect "leaves no file under its own name" 1 on "$node" test -e /var/lib/harden/setup/gvisor.tar
expect "and no gVisor" 1 on "$node" test -e /usr/local/lib/gvisor/current
rm -r "$scratch/large"

say "==> verbs that are killed on a fresh node"
lab down "$node"
lab up "$node" --suite "$suite" >/dev/null
lab image "$node" >/dev/null
for verb in gvisor-install daemonjson; do
    begin --gvisor "$(lab runsc)"
    # shellcheck disable=SC2016 # the node's shell expands them
    lab enter "$node" timeout 120 sh -c 'until pkill -9 -f "^/usr/libexec/harden/$0 apply"; do :; done' "$verb" ||
        fail "$verb apply was never seen"
    status=0
    wait "$job" || status=$?
    [ "$status" -eq 4 ] || fail "setup whose $verb was killed ends with $status: $(cat "$scratch/log")"
    ok "setup says that $verb was killed: $(grep needs-human "$scratch/log")"
    on "$node" harden tx list
done
run_captured setup
[ "$status" -eq 0 ] || fail "after two killed verbs setup ends with $status: $output"
say "$(grep '^\[' <<<"$output")"
ok "the next run provisions and verifies the node"
prints "and a run after it changes nothing" "nothing was changed" setup
