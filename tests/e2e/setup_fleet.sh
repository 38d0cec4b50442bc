#!/usr/bin/env bash
# Many hosts at once: the canary first, two of them broken in different ways (no Docker; an sshd that
# dies under the package's installation), the rest converge. Ten nodes under ./dev test --full, else
# four; there, mended, killed in the middle and run again, all converge.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
canary=90 no_docker=91 dying=92
good=(93) canaries=0
[ -z "$full" ] || { good=(93 94 95 96 97 98 99) && canaries=1; }
nodes=("$canary" "$no_docker" "$dying" "${good[@]}")
e2e_nodes "${nodes[@]}"
lab up "$canary" --suite "$suite" >/dev/null || skip "the lab cannot run here"
for node in "${nodes[@]:1}"; do lab up "$node" --suite "$suite" >/dev/null & done
wait
config=$(lab ssh-config)
gvisor=$(lab runsc)
arguments=(-F "$config" --gvisor "$gvisor" --waivers "$repository/tests/lab/waivers.toml" -P 10)
[ -z "${HARDEN_SETUP_PACKAGE:-}" ] || arguments+=(--package "$HARDEN_SETUP_PACKAGE")

{
    echo "# the lab's nodes, the canary first"
    printf 'root@node%s\n' "${nodes[@]}"
} >"$work/hosts"
setup() { lab client "$binaries/setup" "${arguments[@]}" "$@"; }
fleet() { setup --hosts "$work/hosts" "$@"; }
bare() { ! on "$1" test -e /var/lib/harden -o -e /etc/harden; }
# What a host's line in the table says.
row() { grep "^node$1 " <<<"$table"; }
rows() {
    local state=$1 node
    shift
    for node in "$@"; do
        [[ $(row "$node") =~ ^node$node\ +$state\  ]] || fail "node$node is not $state: $table"
    done
    ok "$state: $*"
}

none_half_done() {
    local node
    for node in "$@"; do
        on "$node" "dpkg -s harden >/dev/null && ! grep -l '\"state\": *\"open\"' /var/lib/harden/tx/*/record.json" ||
            fail "node$node is half done"
    done
    ok "none was left half done: $*"
}

on "$no_docker" "systemctl stop docker.socket docker.service; mv /usr/sbin/dockerd /usr/sbin/dockerd.away"

say "==> lists of hosts"
printf 'node%s\n# nothing\nann@node%s\n' "$canary" "$canary" >"$work/twice"
prints "a host is named once, with file and line" "twice:3: node$canary was named before" setup --hosts "$work/twice"
prints "a mistake is told with its line" "standard input:2" setup - <<<$'node1\nnode 2'
expect "it is trouble" 2 setup - <<<$'node1\nnode 2'
prints "a step that is not there" "did you mean egress?" fleet --only egres

say "==> a canary that fails"
for node in "$no_docker" "${good[@]}"; do echo "root@node$node"; done >"$work/canary_fails"
run_captured setup --hosts "$work/canary_fails" --format json
[ "$status" -eq 2 ] || fail "a canary without Docker ends with $status: $output"
prints "the document says why" '"problem": "not started: the canary failed"' printf '%s' "$output"
expect "nobody else was touched" 0 bare "${good[0]}"

say "==> an sshd that dies"
on "$dying" "cat >/root/die; systemd-run --quiet --unit=die sh /root/die" <<'DIE'
until pgrep -f '^apt-get install' >/dev/null; do sleep 0.02; done
systemctl stop ssh.socket ssh
pkill sshd
DIE
# in a short run the canary is only seen where it fails, and in batches
run_captured fleet --report-dir "$work/reports" --canary "$canaries"
say "$output"
table=$output
[ "$status" -eq 4 ] || fail "a fleet with a dying sshd ends with $status"
ok "the worst of them is the exit status"
rows provisioned "$canary" "${good[@]}"
rows failed "$no_docker"
rows needs-human "$dying"
prints "what is wrong with one" "Docker is not installed on this node" row "$no_docker"
prints "what is wrong with the other" "package: " row "$dying"
prints "and what to do" "run setup again: it finishes or undoes this step" printf '%s' "$table"
for format in json sarif xml html; do
    expect "all are in the summary ($format)" 0 grep -q "node$dying" "$work/reports/setup-summary.$format"
done
prints "a host without a report has a file that says why" "Docker is not installed" cat "$work/reports/harden-node$no_docker.json"
none_half_done "$canary" "${good[@]}"

say "==> batches that fail stop the rest"
printf 'node%s\nnode%s\nnode%s\n' "$canary" "$no_docker" "${good[0]}" >"$work/batches"
run_captured setup --hosts "$work/batches" --batch 1 --only verify
table=$output
[ "$status" -eq 2 ] || fail "a batch that fails ends with $status: $output"
rows not-started "${good[0]}"
prints "says why" "too many hosts before it failed" row "${good[0]}"
run_captured setup --hosts "$work/batches" --batch 1 --max-fail 100% --only verify
table=$output
rows as-wanted "$canary" "${good[0]}"

say "==> interrupted"
printf 'node%s\nnode%s\n' "$canary" "${good[0]}" >"$work/both"
# shellcheck disable=SC2016 # the inner shell expands them
lab client sh -c 'echo $$ >"$0"; exec "$@"' "$work/number" "$binaries/setup" "${arguments[@]}" \
    --hosts "$work/both" --only egress >"$work/log" 2>&1 &
job=$!
eventually 20 grep -q "^the canary first" "$work/log" || fail "setup does not begin"
kill -INT "$(cat "$work/number")"
status=0
wait "$job" || status=$?
table=$(cat "$work/log")
[ "$status" -eq 2 ] || fail "an interrupted run ends with $status: $table"
rows as-wanted "$canary"
rows not-started "${good[0]}"

say "==> on a terminal"
printf 'stty rows 30 columns 100\nexec %s\n' \
    "$(printf '%q ' "$binaries/setup" "${arguments[@]}" --hosts "$work/both" --only egress)" >"$work/drawn"
drawn() { lab client env TERM=xterm "$@" script -qec "sh $work/drawn" /dev/null; }
prints "the hosts at work are drawn in place" $'\e[2F' drawn
lacks "NO_COLOR is heeded" $'\e[3' drawn NO_COLOR=1

[ -n "$full" ] || exit 0
say "==> mended, killed in the middle"
on "$no_docker" "mv /usr/sbin/dockerd.away /usr/sbin/dockerd; systemctl start docker.socket docker.service"
lab enter "$dying" systemctl start ssh
# shellcheck disable=SC2016 # the inner shell expands them
lab client sh -c 'echo $$ >"$0"; exec "$@"' "$work/number" "$binaries/setup" "${arguments[@]}" \
    --hosts "$work/hosts" --format ndjson >"$work/events" 2>"$work/log" &
job=$!
eventually 200 grep -q "^node$dying: .*profile" "$work/log" || fail "setup does not come to node$dying: $(cat "$work/log")"
kill -9 "$(cat "$work/number")"
wait "$job" 2>/dev/null || true
expect "the canary was done" 0 grep -q "\"node\":\"node$canary\",\"state\":\"as-wanted\"" "$work/events"
expect "node$dying was in the middle" 1 grep -q "\"node\":\"node$dying\",\"state\":\"provisioned\"" "$work/events"

say "==> and run again: all converge"
run_captured fleet
table=$output
[ "$status" -eq 0 ] || fail "the mended fleet ends with $status: $output"
rows as-wanted "$canary" "${good[@]}"
rows provisioned "$no_docker" "$dying"
none_half_done "${nodes[@]}"
