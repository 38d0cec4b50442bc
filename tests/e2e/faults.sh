#!/bin/bash
# Faults from outside: at every point where a step changes something a call is made to fail, or the
# process is killed, by a tracer that the step knows nothing of. Some points of three steps by
# default, every one of all with HARDEN_FULL; HARDEN_SEED chooses which, HARDEN_FAULTS_ROWS the steps.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 54 55 56
# shellcheck source=tests/faults/rows.sh
. "$repository/tests/faults/rows.sh"

seed=${HARDEN_SEED:-1}
sample=some
[ -z "$full" ] || sample=all

bring_up() {
    local node=$1
    node_up "$node" --cloud-init-ssh
    lab image "$node"
    tar -C "$repository/tests/faults" -cf - drill.sh rows.sh snapshot.sh planted |
        on "$node" 'mkdir -p /root/faults /root/release && tar -C /root/faults --no-same-owner -xf -'
    lab put "$node" "$binaries/lab_fault_points" /root/faults/fault_points
    tar -C "$(lab runsc trixie)" -cf - . | on "$node" 'tar -C /root/release -xf -'
}

# drills NODE ROW…: what they say is in $work/NODE.
drills() {
    local node=$1 row status=0
    shift
    for row in "$@"; do
        lab ssh "$node" "/root/faults/drill.sh $row $sample $seed" || status=1
    done >"$work/$node" 2>&1
    return "$status"
}

sum() { awk -v word="$1" '{ for (i = 2; i <= NF; i++) if ($i ~ "^" word) total += $(i - 1) } END { print total + 0 }' "$work"/summaries; }

bring_up 54
# shellcheck disable=SC2086 # a list of words
if [ -n "$full" ]; then
    bring_up 55
    bring_up 56
    drills 55 gvisor-install daemonjson &
    others=$!
    drills 56 detect-miners firewall adopt &
    others+=" $!"
    chosen=${HARDEN_FAULTS_ROWS:-ssh-harden egress}
else
    chosen=${HARDEN_FAULTS_ROWS:-ssh-harden egress firewall}
fi
failed=0
# shellcheck disable=SC2086
drills 54 $chosen || failed=1
for other in ${others:-}; do wait "$other" || failed=1; done
cat "$work"/5[456]
[ "$failed" -eq 0 ] || fail "a fault left a node between, or harden tx does not tell"
grep -h ' faults, ' "$work"/5[456] >"$work/summaries"
ok "$(sum points) points in $(wc -l <"$work/summaries") steps, $(sum faults) faults (seed $seed): never between, and harden tx says which"
run_captured on 54 "HARDEN_FAULTS_LIMIT=1 /root/faults/drill.sh planted all $seed"
case $status:$output in
1:*"the node is between before and wanted"*) ok "between-ness caught: a planted write in place does not pass" ;;
*) fail "the planted write in place passes: $status: $output" ;;
esac
