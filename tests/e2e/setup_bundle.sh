#!/usr/bin/env bash
# A node that reaches no mirror gets the package and its libraries from a bundle, one without Docker
# has apt install it. Making a bundle takes apt its time, so only under ./dev test --full.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "only under ./dev test --full"
node=105
e2e_nodes "$node"
lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
setup() { set_up "$node" "$@"; }
installed() { on "$node" "dpkg-query -W -f '\${Status}' $1 2>/dev/null | grep -q 'ok installed'"; }
no_mirror() { on "$node" "rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*; : >/etc/apt/sources.list"; }

deb=$(built_package)
bundle=$("$repository/deploy/bundle" "$deb" "$suite" "$work" 2>/dev/null | tail -n 1)
[ -s "$bundle" ] || skip "no mirror to make a bundle from"
lacked=$(tar -tf "$bundle" | sed -n 's/^\(lib[^_]*\)_.*/\1/p' | tr '\n' ' ')
say "==> a node of no mirror and without $lacked"
on "$node" "dpkg --purge --force-depends $lacked >/dev/null 2>&1"
no_mirror
expect "it lacks what the bundle brings" 1 installed "${lacked%% *}"

say "==> Docker"
docker_deb=$(lab debs "$suite" --reinstall docker.io)
on "$node" "dpkg --purge --force-depends docker.io >/dev/null 2>&1; systemctl stop docker.socket docker 2>/dev/null; rm -f /run/docker.sock" || true
run_captured setup
[ "$status" -eq 2 ] || fail "a node without Docker ends with $status: $output"
prints "without Docker it is said what to do" "setup --install-docker" printf '%s' "$output"
run_captured setup --install-docker --bundle "$bundle"
[ "$status" -eq 2 ] || fail "without a mirror it ends with $status: $output"
prints "a node without a mirror says so" "the node needs a mirror that has it" printf '%s' "$output"
expect "and nothing was installed" 1 installed docker.io
on "$node" mkdir -p /srv/mirror
for file in "$docker_deb"/*.deb; do lab put "$node" "$file" "/srv/mirror/${file##*/}"; done
(cd "$docker_deb" && dpkg-scanpackages . /dev/null 2>/dev/null) |
    on "$node" "cat >/srv/mirror/Packages; echo 'deb [trusted=yes] file:/srv/mirror ./' >/etc/apt/sources.list"
run_captured setup --install-docker --only docker
say "$(grep '^\[' <<<"$output")"
expect "Docker is installed by apt" 0 installed docker.io
expect "and runs" 0 on "$node" docker info
on "$node" rm -rf /srv/mirror
no_mirror

say "==> without the bundle"
run_captured setup --only package
[ "$status" -eq 2 ] || fail "without the libraries it ends with $status: $output"
prints "it is said what helps" "setup --bundle" printf '%s' "$output"
expect "and nothing was installed" 1 installed harden

say "==> the bundle"
tar -xOf "$bundle" bundle.txt | sed 's/^suite=.*/suite=trixie/' >"$work/bundle.txt"
cp "$bundle" "$work/other.tar"
tar --update --file "$work/other.tar" -C "$work" bundle.txt
prints "one for another system is refused" "the bundle is for trixie on amd64" setup --bundle "$work/other.tar"
expect "what is no bundle is, too" 2 setup --bundle "$deb"
before=$(on "$node" "ls -lR /etc/apt /var/lib/apt/lists")
run_captured setup --only package --bundle "$bundle"
say "$(grep '^\[' <<<"$output")"
[ "$status" -eq 0 ] || fail "with the bundle setup ends with $status: $output"
for library in $lacked; do expect "$library is installed" 0 installed "$library"; done
expect "the verbs run" 0 on "$node" harden egress apply
expect "nothing of the bundle is left" 1 on "$node" "ls -d /var/lib/harden/setup/bundle* 2>/dev/null | grep ."
[ "$before" = "$(on "$node" "ls -lR /etc/apt /var/lib/apt/lists")" ] || fail "apt's own sources or lists changed"
ok "apt's own sources and lists are as they were"
prints "again: as wanted" "package    ok" setup --only package --bundle "$bundle"
lab image "$node" >/dev/null
run_captured setup --bundle "$bundle"
[ "$status" -eq 0 ] || fail "the whole setup ends with $status: $output"
ok "the whole setup provisions and verifies the node without a mirror"
