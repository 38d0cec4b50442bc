#!/bin/bash
# Two nodes at once, one of them killed from outside, must leave the machine as it was.
set -euo pipefail
shopt -s inherit_errexit
source_directory=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/lab/lib/common.sh
. "$source_directory/lib/common.sh"
shared_lab=$LAB_DIRECTORY
"$source_directory/lab" tree bookworm >/dev/null
"$source_directory/lab" tree trixie >/dev/null

HARDEN_LAB=$(mktemp -d "$shared_lab/untouched.XXXXXX")
export HARDEN_LAB
ln -s "$shared_lab/trees" "$HARDEN_LAB/trees"
lab=$source_directory/lab
snapshot=$HARDEN_LAB/before
trap 'unlink "$HARDEN_LAB/trees"; rm -rf "$HARDEN_LAB"' EXIT

"$source_directory/untouched" snapshot "$snapshot"

"$lab" up 1 &
first=$!
"$lab" up 2 --suite trixie
wait "$first"
"$lab" image 1
"$lab" internet up
"$lab" ssh 1 docker run --detach --memory 32m lab sleep 600 >/dev/null

# The comparison must see a running lab, or its silence below would mean nothing.
if "$source_directory/untouched" compare "$snapshot" >/dev/null; then
    echo 'error: two running nodes were not noticed' >&2
    exit 1
fi

read -r init _ <"$HARDEN_LAB/nodes/1/process"
kill -9 "$init"
"$lab" clean
"$source_directory/untouched" compare "$snapshot"
