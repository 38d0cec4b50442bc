#!/bin/bash
# drill.sh ROW SAMPLE SEED: runs on a node, beside fault_points and rows.sh. Goes from one state of
# the node to another with a fault at one point after the other, and judges after each: the node is
# as before or as wanted, harden tx says which, a second run converges, and the way back works.
# SAMPLE: "all" points and actions, or "some": every kind of point at least once.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/faults/rows.sh
. "$here/rows.sh"
# shellcheck source=tests/faults/snapshot.sh
. "$here/snapshot.sh"

row=$1 sample=$2
RANDOM=$3
tx=/usr/libexec/harden/tx
work=$here/$row.state
mkdir -p "$work"
declare -A ended=()
runs=0 failures=0

last_state() { $tx list 2>&1 | grep -v '^pruned' | tail -n 1; }

# The guard of what was killed has put back what it left, and systemd has nothing more to do.
settle() {
    local end=$((SECONDS + 20))
    while pgrep -f '^/usr/libexec/harden/tx recover' >/dev/null || busy; do
        [ "$SECONDS" -lt "$end" ] || return 0
        sleep 0.05
    done
}

busy() { [ "$(systemctl list-jobs --no-legend 2>&1 | wc -l)" -gt 0 ]; }

look() { snapshot >"$work/$1"; }

side() {
    look now
    if cmp -s "$work/now" "$work/before"; then
        echo before
    elif cmp -s "$work/now" "$work/wanted"; then
        echo wanted
    else
        echo between
    fi
}

# wrong POINT-AND-ACTION WHAT: with how the node differs from both states.
wrong() {
    local state
    failures=$((failures + 1))
    printf 'WRONG  %s: %s: %s\n       harden tx: %s\n' "$row" "$1" "$2" "$(last_state)"
    tail -n 3 "$work/said" | sed 's/^/       said: /'
    for state in before wanted; do
        diff "$work/$state" "$work/now" | grep '^[<>]' | head -n 4 | sed "s/^/       $state: /" || true
    done
    [ "$failures" -lt "${HARDEN_FAULTS_LIMIT:-5}" ] || finish
}

# What harden tx says of a node that is as `side` says.
agrees() {
    case $1:$2 in
    *:*"needs a human"*) true ;;
    before:*"rolled back"* | before:"no transactions" | wanted:*committed* | wanted:*"armed until"*) true ;;
    *) false ;;
    esac
}

# judge POINT-AND-ACTION STATUS START GOAL
judge() {
    local point=$1 status=$2 start=$3 goal=$4 now state
    settle
    now=$(side)
    state=$(last_state)
    ended[$status]=$((${ended[$status]:-0} + 1))
    case $state in *"needs a human"*) humans=$((humans + 1)) && return ;; esac
    if [ "$now" = between ]; then
        wrong "$point" "status $status, and the node is between before and wanted"
    elif ! follows_no_transaction && ! agrees "$now" "$state"; then
        wrong "$point" "status $status, and harden tx does not say \"$now\""
    else
        case $status:$now in
        0:"$goal" | 125:"$goal" | 137:* | 2:"$start" | 3:"$start" | 4:*) ;;
        *) wrong "$point" "status $status, but the node is as $now" ;;
        esac
    fi
}

# reach POINT-AND-ACTION STATE COMMAND…: without a fault.
reach() {
    local point=$1 wanted=$2 status=0
    shift 2
    "$@" >"$work/said" 2>&1 || status=$?
    settle
    [ "$status" -eq 0 ] || wrong "$point" "then \"$*\" ends with $status"
    [ "$(side)" = "$wanted" ] || wrong "$point" "then \"$*\" does not lead to $wanted"
}

# one START GOAL POINT ACTION
one() {
    local start=$1 goal=$2 point=$3 action=$4 status=0 name
    name="$goal at $(sed -n "${point}p" "$work/points-$goal" | tr '\t' ' ' | cut -c1-120), $action"
    "$here/fault_points" "$work/log" "$action" "$point" "${go[@]}" >"$work/said" 2>&1 || status=$?
    runs=$((runs + 1))
    judge "$name" "$status" "$start" "$goal"
    # What is as it was, and settled, is tried again now and then only.
    if [ "$start" = before ] && [ $((runs % 4)) -ne 0 ] && cmp -s "$work/now" "$work/before" &&
        ! last_state | grep -q 'needs a human'; then
        return
    fi
    reach "$name" "$goal" "${go[@]}"
    reach "$name" "$start" "${back[@]}"
}

actions_of() {
    case $1 in
    create) echo fail:ENOSPC kill-before ;;
    write) echo fail:ENOSPC kill-before tear ;;
    sync) echo fail:EIO kill-before ;;
    rename) echo fail:EIO kill-before kill-after ;;
    link | directory) echo fail:ENOSPC kill-before ;;
    remove) echo fail:EPERM kill-before kill-after ;;
    owner) echo fail:EPERM kill-before ;;
    command)
        echo fail:EACCES kill-before kill-after
        # a question that is answered wrongly is no failure of ours
        case $2 in
        *is-active* | *is-enabled* | *' show '* | *sshd\ -[tT]* | *getent* | *sleep* | *--validate*) ;;
        *) echo lie ;;
        esac
        ;;
    firewall) echo fail:EPERM kill-before kill-after fail:ENOBUFS ;;
    esac
}

# Each point with the actions that are tried on it, as POINT ACTION lines. Killed after a point that
# changes nothing by itself is killed before the next.
chosen() {
    local points=$1 number kind rest action
    if [ "$sample" = all ]; then
        while read -r number kind rest; do
            for action in $(actions_of "$kind" "$rest"); do echo "$number $action"; done
            [ $((number % 7)) -ne 0 ] || printf '%s full\n%s read-only\n' "$number" "$number"
        done <"$points"
        return
    fi
    while read -r kind; do
        number=$(awk -v kind="$kind" '$2 == kind { print $1 }' "$points" | shuf -n 1 --random-source=<(yes "$RANDOM"))
        action=$(actions_of "$kind" "$(sed -n "${number}p" "$points")" | tr ' ' '\n' | shuf -n 1 --random-source=<(yes "$RANDOM"))
        echo "$number $action"
    done < <(cut -f2 "$points" | sort -u | shuf --random-source=<(yes "$RANDOM") | head -n "$kinds")
    [ "$kinds" -le 2 ] || echo "$((RANDOM % $(wc -l <"$points") + 1)) full"
}

# A power cut must find on disk what the next change relies on: a file before its name, a name before
# anything else, and the record before what it tells how to undo.
order_of_syncs() {
    awk -F '\t' '
        function directory(path) { sub(/\/[^\/]*$/, "", path); return path }
        function wrong(what) { print what ": " $0; exit }
        wanted != "" && !($2 == "sync" && $4 == wanted) && !(made && $2 == "directory") {
            wrong(wanted " is not synced before")
        }
        { wanted = ""; made = 0 }
        $2 == "sync" { synced = $4 }
        $2 == "directory" { wanted = directory($4); made = 1 }
        $2 == "rename" {
            wanted = directory($4)
            name = substr($4, length(wanted) + 2)
            if (before != "link" && index(synced, wanted "/." name ".harden-") != 1) wrong("renamed before it is synced")
            if ($4 ~ /\/record.json$/) recorded = 1
            else if ($4 !~ /harden-boot-revert|\/var\/lib\/harden\/(tx|miners|staging)/ && !($4 in changed)) {
                if (!recorded) wrong("changed before it is recorded")
                recorded = 0
                changed[$4] = 1
            }
        }
        { before = $2 }' "$1"
}

# drill START GOAL: `go` leads to the goal, `back` to the start.
drill() {
    local start=$1 goal=$2 point action count
    "$here/fault_points" "$work/points-$goal" none 0 "${go[@]}" >"$work/said" 2>&1 || true
    settle
    [ "$(side)" = "$goal" ] || wrong "to $goal" "a run without a fault does not lead there"
    "${back[@]}" >"$work/said" 2>&1
    settle
    [ "$(side)" = "$start" ] || wrong "to $goal" "the way back does not lead back"
    count=$(wc -l <"$work/points-$goal")
    points=$((points + count))
    printf '       %s to %s: %s points: %s\n' "$row" "$goal" "$count" \
        "$(cut -f2 "$work/points-$goal" | sort | uniq -c | awk '{ printf "%s %s  ", $2, $1 }')"
    count=
    follows_no_transaction || [ "$goal" = before ] || count=$(order_of_syncs "$work/points-$goal")
    [ -z "$count" ] || wrong "to $goal" "$count"
    while read -r point action; do one "$start" "$goal" "$point" "$action"; done < <(chosen "$work/points-$goal")
}

finish() {
    local status text=
    for status in "${!ended[@]}"; do text+="$status: ${ended[$status]}  "; done
    printf '%s: %s points, %s faults, %s wrong; by exit status: %s; needed a human: %s; %s s\n' \
        "$row" "$points" "$runs" "$failures" "$text" "$humans" "$SECONDS"
    [ "$failures" -eq 0 ] || exit 1
    exit 0
}

points=0 humans=0
prepare "$row"
read -ra forward < <(command_of "$row")
read -ra backward < <(way_back_of "$row")
look before
sleep 0.2
settle
[ "$(side)" = before ] || { wrong start "the node does not keep still" && finish; }
"${forward[@]}" >"$work/said" 2>&1 || { cat "$work/said" && exit 1; }
settle
look wanted
"${backward[@]}" >"$work/said" 2>&1 || { cat "$work/said" && exit 1; }
settle
[ "$(side)" = before ] || { wrong "rollback" "it does not lead back" && finish; }

go=("${forward[@]}") back=("${backward[@]}")
kinds=10
drill before wanted
if ! follows_no_transaction; then
    "${forward[@]}" >"$work/said" 2>&1
    settle
    go=("${backward[@]}") back=("${forward[@]}")
    kinds=2
    drill wanted before
    "${backward[@]}" >"$work/said" 2>&1
fi
finish
