#!/usr/bin/env bash
# Each measure that setup makes is undone by itself, and exactly the checks that the matrix names
# notice. The matrix itself is looked at in every run, the node only under --full or for rows given:
#   verify_mutations.sh [MEASURE…]
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
matrix=$repository/tests/mutations/matrix.tsv
node=79

rows() { grep -v '^#' "$matrix"; }
row_of() { rows | awk -F'\t' -v name="$1" '$1 == name'; }

is_sound() {
    local ids id step
    [ "$(rows | awk -F'\t' 'NF != 5' | wc -l)" -eq 0 ] || fail "a row has not five columns"
    [ -z "$(rows | cut -f1 | sort | uniq -d)" ] || fail "two rows of one name"
    for step in package profile egress gvisor daemonjson detector firewall ssh; do
        rows | cut -f2 | grep -qx "$step" || fail "no row undoes anything of $step"
    done
    ok "every step has a row"
    ids=$(rows | cut -f5 | tr ',' '\n' | sort -u | grep -vx -e - -e report.profile)
    for id in $ids; do
        grep -q "| \`$id\` |" "$repository/docs/check-ids.md" || fail "no check can have the id $id"
    done
    ok "$(rows | wc -l) rows name $(wc -w <<<"$ids") checks"
}

# One line a check, "id status", and the profile of the report.
report() {
    on "$node" harden verify --format json 2>/dev/null >"$work/report.json" || true
    python3 - "$work/report.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
print("report.profile", report["profile"])
for check in report["checks"]:
    print(check["id"], check["status"])
PY
}

is_wanted() { [ "$(report)" = "$wanted" ]; }
changed() { { diff <(printf '%s\n' "$wanted") <(report) || true; } | awk '/^>/ { print $2 }' | sort | paste -sd, -; }
mutate() { on "$node" ". /root/node.sh; $1"; }

provisioned() {
    lab up "$node" >/dev/null || skip "the lab cannot run here"
    lab image "$node" >/dev/null
    run_captured set_up "$node" --profile full
    [ "$status" -eq 0 ] || fail "setup ends with $status: $output"
    put_binaries "$node"
    lab put "$node" "$repository/tests/mutations/node.sh" /root/node.sh
    on "$node" 'mkdir /root/wanted; cp -p /etc/docker/daemon.json /etc/ssh/sshd_config.d/00-harden.conf /root/wanted
                harden detect-miners --quiet || true'
    wanted=$(report)
    [ "$(grep -c -e ' fail$' -e ' unknown$' <<<"$wanted")" -eq 0 ] ||
        fail "before anything is undone: $(grep -e ' fail$' -e ' unknown$' <<<"$wanted")"
    ok "a provisioned node has no finding in $(wc -l <<<"$wanted") answers"
}

# Ids of the matrix that this build has not got are told at the end.
existing() {
    tr ',' '\n' <<<"${1#-}" | sed '/^$/d' | sort | while read -r id; do
        if grep -q "^$id " <<<"$wanted"; then echo "$id"; else echo "$id" >>"$work/absent"; fi
    done | paste -sd, -
}

undo_one() {
    local name=$1 step undo restore ids seen_ids
    IFS=$'\t' read -r name step undo restore ids <<<"$(row_of "$name")"
    mutate "$undo" || fail "$name cannot be undone"
    seen_ids=$(changed)
    mutate "$restore" || fail "$name cannot be put back"
    eventually 20 is_wanted || fail "$name: put back, the report differs: $(changed)"
    ids=$(existing "$ids")
    if [ "$seen_ids" = "$ids" ]; then
        ok "$(printf '%-22s %-11s %s' "$name" "$step" "${seen_ids:-no check asks}")"
    else
        say "  WRONG $(printf '%-22s %-11s' "$name" "$step") noticed: ${seen_ids:-none}; wanted: ${ids:-none}"
        wrong=$((wrong + 1))
    fi
}

is_sound
if [ $# -eq 0 ] && [ -z "$full" ]; then
    exit 0
fi
e2e_nodes "$node"
provisioned
wrong=0
names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(rows | cut -f1)
for name in "${names[@]}"; do undo_one "$name"; done
[ ! -s "$work/absent" ] || say "not built: $(sort -u "$work/absent" | paste -sd' ')"
[ "$wrong" -eq 0 ] || fail "$wrong of ${#names[@]} measures are noticed otherwise than the matrix says"
