#!/usr/bin/env bash
# The dispatcher, from a build tree and as an installed package lays it out. Needs no node.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
harden=$binaries/harden

say "==> from a build tree"
prints "harden alone lists the verbs" "gvisor-install" "$harden"
expect "harden help" 0 "$harden" help
expect "harden --help" 0 "$harden" --help
prints "harden help VERB is the verb's own help" "[USER@]HOST" "$harden" help setup
prints "and so is harden VERB --help" "[USER@]HOST" "$harden" setup --help
prints "harden --version" "harden 0." "$harden" --version
expect "an unknown verb is status 2" 2 "$harden" setpu
prints "and names the nearest" "did you mean harden setup?" "$harden" setpu
prints "or else where to look" "harden help lists the verbs" "$harden" xyzzy
prints "what is no verb cannot drive a terminal" '\x1b[2J' "$harden" $'\x1b[2J'
expect "help for an unknown verb is status 2" 2 "$harden" help setpu
expect "a path is no verb" 2 "$harden" ../bin/setup
expect "the verb's status is harden's" 2 "$harden" setup --no-such-option

say "==> every verb that it lists"
for verb in $("$harden" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
    [ -x "$binaries/$verb" ] || fail "harden lists $verb, which is not built"
    expect "harden $verb --help" 0 "$harden" "$verb" --help
    prints "and its manual page" ".TH HARDEN" "$binaries/$verb" --print-manual
done

say "==> completion"
# What bash would offer for a line, its words given one by one.
offered() {
    bash -c '. deploy/completions/harden.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _harden
        printf "%s\n" "${COMPREPLY[@]}"' - "$harden" "$@"
}
cd "$repository"
prints "of a verb" "gvisor-install" offered gv
prints "of its words" "apply" offered egress ap
prints "of an option" "--format" offered verify --fo
prints "of its values" "sarif" offered verify --format ""
prints "of a file" "rules/egress.toml" offered egress --config rules/eg
[ -z "$(offered nonsense x)" ] || fail "it offers something for what is no verb"
ok "of nothing else"

say "==> as installed"
root=${binaries%/bin}/e2e-harden
rm -rf "$root"
mkdir -p "$root/bin" "$root/libexec/harden"
cp "$harden" "$root/bin/"
# shellcheck disable=SC2016 # the script that is written expands them
printf '#!/bin/sh\necho installed "$0" "$@"\nexit 3\n' >"$root/libexec/harden/tx"
printf '#!/bin/sh\necho wrong\n' >"$root/bin/tx"
chmod +x "$root/libexec/harden/tx" "$root/bin/tx"
prints "it takes the verb from libexec" "installed $root/libexec/harden/tx list" "$root/bin/harden" tx list
expect "with its status" 3 "$root/bin/harden" tx
ln -s "$root/bin/harden" "$root/link"
expect "also through a link" 3 "$root/link" tx
rm -rf "$root"

say "==> start"
ticks() {
    local i
    for ((i = 0; i < 100; i++)); do "$harden" --version >/dev/null; done
    awk '{ print $16 + $17 }' "/proc/$BASHPID/stat" # of the ended children, 10 ms each
}
used=$(ticks)
[ "$used" -le 30 ] || fail "harden --version takes $used tenths of a millisecond of CPU, more than 3 ms"
ok "a start takes $((used / 10)).$((used % 10)) ms of CPU"
say "$seen passed, 0 failed"
