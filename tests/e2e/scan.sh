#!/usr/bin/env bash
# What somebody wants to deploy is judged before it is: files, directories, standard input, start
# commands, images; the operator alone may suppress a finding.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 88
node=88
scan=/usr/libexec/harden/scan

node_up "$node"
files=$work/files
mkdir -p "$files/good" "$files/bad" "$files/ignored" "$files/review"
printf 'FROM node:20\nCOPY . .\nCMD ["node", "x.js"]\n' >"$files/good/Dockerfile"
printf 'FROM alpine\n# a comment\nRUN true && \\\n    apk add xmrig\nCMD ["./xmrig"]\n' >"$files/bad/Dockerfile"
printf 'FROM alpine\nCOPY start.sh /\nCMD ["/start.sh"]\n' >"$files/good/Dockerfile.script"
# shellcheck disable=SC2016 # expands where it is run
printf '#!/bin/sh\nA=xm\nexec ${A}rig -o pool:3333\n' >"$files/good/start.sh"
printf 'FROM debian\nRUN curl https://x.example/y | sh\n' >"$files/review/Dockerfile"
printf 'services:\n  web:\n    image: nginx\n  coin:\n    image: metal3d/xmrig\n' >"$files/bad/docker-compose.yml"
cp "$files/bad/Dockerfile" "$files/ignored/"
echo 'ignored/' >"$files/.gitignore"
tar -C "$work" -cf - files | on "$node" tar -C /root -xf -

say "==> files"
expect "what is in order passes" 0 on "$node" "$scan /root/files/good/Dockerfile"
expect "a miner is a finding" 1 on "$node" "$scan /root/files/bad/Dockerfile"
prints "told with its place as compilers do" "/root/files/bad/Dockerfile:4:13: reject miner.program:" \
    on "$node" "$scan /root/files/bad/Dockerfile"
prints "a compose file by its service" "/root/files/bad/docker-compose.yml:5:12: reject miner.program:" \
    on "$node" "$scan /root/files/bad/docker-compose.yml"
prints "a script that is only copied along, for review" "start.sh:3:6: review miner.program:" \
    on "$node" "$scan /root/files/good/Dockerfile"
prints "a script that is copied in by name" "/root/files/good/start.sh:3:6: reject miner.program:" \
    on "$node" "$scan /root/files/good/Dockerfile.script"
expect "a file that is not there is trouble" 2 on "$node" "$scan /root/files/none"
expect "nothing to scan is trouble" 2 on "$node" "$scan"
prints "a mistake is told with its line" "/root/broken:2:1: error" \
    on "$node" "printf 'FROM alpine\nRNU true\n' >/root/broken; $scan /root/broken"

say "==> a directory"
expect "the worst of its files counts" 1 on "$node" "$scan /root/files"
lacks "what git ignores is left out" "files/ignored" on "$node" "$scan /root/files"
prints "unless it is asked for" "files/ignored" on "$node" "$scan --no-ignore /root/files"

say "==> verdicts"
expect "what is for review passes" 0 on "$node" "$scan /root/files/review"
expect "unless review shall fail" 1 on "$node" "$scan --fail-on review /root/files/review"

say "==> standard input and commands"
expect "a Dockerfile" 1 on "$node" "$scan - </root/files/bad/Dockerfile"
expect "a compose file" 1 on "$node" "$scan --as compose - </root/files/bad/docker-compose.yml"
expect "a start command" 1 on "$node" "$scan --start-command './app -o stratum+tcp://p.example:3333'"
expect "another one" 0 on "$node" "$scan --start-command 'node server.js'"
expect "a docker run line without limits" 1 on "$node" "$scan --run-args --start-command 'docker run -d nginx'"
arguments=$(on "$node" "$scan --print-run-args basic")
expect "and with those that are printed" 0 on "$node" \
    "$scan --run-args --start-command 'docker run -d $arguments nginx'"
expect "of the tier that is named" 1 on "$node" \
    "$scan --run-args --tier free --start-command 'docker run -d $arguments nginx'"

say "==> an image"
lab image "$node" >/dev/null
expect "one in order" 0 on "$node" "$scan --image lab"
on "$node" "docker rm -f made >/dev/null 2>&1; docker create --name made lab true >/dev/null
    docker commit --change 'CMD [\"xmrig\", \"-o\", \"p:1\"]' made bad-image >/dev/null"
expect "one that starts a miner" 1 on "$node" "$scan --image bad-image"
expect "one that is not there" 2 on "$node" "$scan --image none"

say "==> the operator's own file"
on "$node" "mkdir -p /etc/harden; cat >/etc/harden/scan-suppressions.toml" <<'TOML'
version = 1
[[suppress]]
rule = "miner.*"
path = "/root/files/bad/Dockerfile"
reason = "a test of ours"
owner = "ann"
expires = "2199-01-01"
TOML
expect "suppresses" 0 on "$node" "$scan /root/files/bad/Dockerfile"
prints "and says who and why" "a test of ours" on "$node" "$scan /root/files/bad/Dockerfile"
expect "nothing else" 1 on "$node" "$scan /root/files/bad/docker-compose.yml"
on "$node" "rm /etc/harden/scan-suppressions.toml
    printf 'version = 1\n[rules.\"site.word\"]\ncategory = \"site\"\nwhat = \"a word\"\nnames = [\"frobnicate\"]\n[rules.\"site.word\".points]\nstarts = 100\n' \
        >/etc/harden/scan.toml"
expect "a rule of its own" 1 on "$node" "$scan --start-command frobnicate"
prints "is explained as the shipped ones are" "scan.toml" on "$node" "$scan --explain site.word"
on "$node" "echo nonsense >>/etc/harden/scan.toml"
prints "a mistake in it is told with its line" "/etc/harden/scan.toml:8:" on "$node" "$scan --start-command x"
on "$node" "rm /etc/harden/scan.toml"

say "==> formats"
for format in json sarif junit codequality; do
    expect "$format" 1 on "$node" "$scan --format $format /root/files"
done
prints "a rule is explained" "points" on "$node" "$scan --explain miner.program"
prints "one that is not there names the nearest" "did you mean miner.program" on "$node" "$scan --explain miner.progam"
