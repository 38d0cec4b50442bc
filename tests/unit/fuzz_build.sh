#!/bin/sh
# What ./dev fuzz configures, with whatever compiler is here: every file of the library is built with
# both sanitizers, and so that libFuzzer sees which of it runs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests/fuzz/configure "$work"
ninja -C "$work" -t commands dockerfile_fuzz | grep -e ' -c ' | grep -F /libharden/ >"$work/compiled"
bad=0
for flag in -fsanitize=address,undefined -fsanitize=fuzzer-no-link; do
    without=$(grep -c -v -e "$flag" "$work/compiled") || true
    [ "$without" -eq 0 ] || { echo "$without files of the library are built without $flag"; bad=1; }
done
looked=$(wc -l <"$work/compiled")
[ "$looked" -gt 100 ] || { echo "only $looked files of the library are built"; bad=1; }
echo "$looked files of the library looked at"
exit $bad
