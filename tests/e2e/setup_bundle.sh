#!/usr/bin/env bash
# A node that reaches no mirror: without Docker and without libraries, setup says what is missing;
# it installs Docker where apt has it, and the package from a bundle where apt has nothing.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=105
suite=bookworm
e2e_nodes "$node"
lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
config=$(lab ssh-config)
setup() {
    lab client "$binaries/setup" -F "$config" "root@node$node" --gvisor "$(lab runsc)" \
        --waivers "$repository/tests/lab/waivers.toml" "$@"
}
installed() { on "$node" "dpkg-query -W -f '\${Status}' $1 2>/dev/null | grep -q 'ok installed'"; }

say "==> a node of no mirror, no Docker and no libraries"
docker_deb=$(lab debs "$suite" --reinstall docker.io)
deb=$(ls "${binaries%/bin}"/harden_*.deb)
bundle=$("$repository/deploy/bundle" "$deb" "$suite" "$work" | tail -n 1)
lacked=$(tar -tf "$bundle" | sed -n 's/^\(lib[^_]*\)_.*/\1/p' | tr '\n' ' ')
on "$node" "dpkg --purge --force-depends docker.io $lacked >/dev/null 2>&1; rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/*; : >/etc/apt/sources.list"
on "$node" "systemctl stop docker.socket docker 2>/dev/null; rm -f /run/docker.sock" || true
expect "it lacks what the bundle brings ($lacked)" 1 installed "${lacked%% *}"

say "==> Docker"
run_captured setup
[ "$status" -eq 2 ] || fail "a node without Docker ends with $status: $output"
prints "without Docker it is said what to do" "setup --install-docker" printf '%s' "$output"
run_captured setup --install-docker --bundle "$bundle"
[ "$status" -eq 2 ] || fail "without a mirror it ends with $status: $output"
prints "a node without a mirror says so" "the node needs a mirror that has it" printf '%s' "$output"
expect "and nothing was installed" 1 installed docker.io
lab enter "$node" mkdir -p /srv/mirror
for file in "$docker_deb"/*.deb; do lab put "$node" "$file" "/srv/mirror/${file##*/}"; done
(cd "$docker_deb" && dpkg-scanpackages . /dev/null 2>/dev/null) | on "$node" "cat >/srv/mirror/Packages; echo 'deb [trusted=yes] file:/srv/mirror ./' >/etc/apt/sources.list"
run_captured setup --install-docker
[ "$status" -eq 3 ] || fail "without the libraries it ends with $status: $output"
expect "Docker is installed by apt" 0 installed docker.io
expect "and runs" 0 on "$node" docker info
prints "without its libraries the package is not installed, and it is said what helps" "setup --bundle" printf '%s' "$output"
on "$node" "rm -rf /srv/mirror; : >/etc/apt/sources.list; rm -rf /var/lib/apt/lists/*"

say "==> the bundle"
sed 's/^suite=.*/suite=trixie/' <(tar -xOf "$bundle" bundle.txt) >"$work/bundle.txt"
cp "$bundle" "$work/other.tar"
tar --update --file "$work/other.tar" -C "$work" bundle.txt
prints "one for another system is refused" "the bundle is for trixie on amd64" setup --bundle "$work/other.tar"
prints "what is no bundle is, too" "error:" setup --bundle "$deb"
lab image "$node" >/dev/null
run_captured setup --bundle "$bundle"
say "$(grep '^\[' <<<"$output")"
[ "$status" -eq 0 ] || fail "with the bundle setup ends with $status: $output"
ok "with the bundle the node is provisioned and verified, without a mirror"
expect "the libraries are installed" 0 installed "${lacked%% *}"
expect "nothing of the bundle is left" 1 on "$node" "ls -d /var/lib/harden/setup/bundle* 2>/dev/null | grep ."
expect "the node's own sources are as they were" 1 on "$node" test -s /etc/apt/sources.list
run_captured setup --bundle "$bundle"
[ "$(grep -c '^\[ ./7\] [a-z]* *ok ' <<<"$output")" -eq 7 ] || fail "not every step is ok: $output"
ok "again: every step is ok"
