#!/usr/bin/env bash
# gVisor from a release server over HTTPS: installed, upgraded, downgraded and pruned under running
# sandboxes, and everything refused that a server, a network, a disk or a manifest can get wrong.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "runs in ./dev test --full"
e2e_nodes 60
# shellcheck source=tests/e2e/gvisor_releases.sh
. "$(dirname "$0")/gvisor_releases.sh"

node=60
tool=/usr/libexec/harden/gvisor-install
day() { date -u -d "-$1 days" +%Y%m%d; }
first=$(day 20).0
second=$(day 13).0
third=$(day 6).0
fourth=$(day 6).1

release() { on "$node" readlink /usr/local/lib/gvisor/current; }
keeper() { on "$node" docker inspect --format "'{{.State.Pid}} {{.State.StartedAt}}'" "$@"; }
install() { on "$node" "$tool" apply "$@"; }
is_release() { [ "$(release)" = "0.0~$2" ] || fail "$1: current is $(release)"; ok "$1"; }

# What an installation may have changed; a refused one leaves all of it as it was.
state() {
    # shellcheck disable=SC2016 # the node expands it
    on "$node" 'ls -A /usr/local/lib/gvisor /usr/local/lib/gvisor/*; readlink /usr/local/lib/gvisor/current;
        cat /etc/docker/daemon.json; sha512sum /usr/local/lib/gvisor/current/runsc
        docker info --format "{{range \$name, \$_ := .Runtimes}}{{\$name}} {{end}}{{.DefaultRuntime}}"
        find /var/lib/harden/staging -mindepth 1' 2>&1 || true
}

# refused WHAT TEXT STATUS ARGUMENT…
refused() {
    local what=$1 text=$2 wanted=$3
    shift 3
    run_captured install "$@"
    [ "$status" -eq "$wanted" ] || fail "$what: status $status, wanted $wanted
$output"
    case $output in *"$text"*) ;; *) fail "$what: no \"$text\" in: $output" ;; esac
    after=$(state)
    [ "$after" = "$before" ] || fail "$what: the node is not as before:
$before
--
$after"
    output=${output##*error: }
    ok "$what: ${output%%$'\n'*}"
}

odd_servers() {
    expect "a node without it again" 0 on "$node" "$tool" rollback
    site "$node" stop
    expect "a server that stops in the middle" 2 install --release "$first"
    site "$node" stale
    expect "the rest of another file is noticed, and all of it fetched again" 0 install --release "$first"
    expect "a node without it again" 0 on "$node" "$tool" rollback
    site "$node" away
    expect "a redirection on the same server is followed" 0 install --release "$first"
    is_release "to the release" "$first"
}

from_an_address() {
    local address=https://$server:$port/good/$fourth/$machine/gvisor.tar.bz2
    say "==> from an address, and what nobody vouches for"
    make_release "$fourth" bz2
    before=$(state)
    refused "an address of what the manifest does not know" "not in the manifest 7" 2 --from "$address"
    tar -C "$releases/$fourth/$machine" -cf - . | on "$node" tar -C /root -xf -
    refused "nor does a checksum beside it help" "not in the manifest 7" 2 --from /root/gvisor.tar.bz2
    prints "--allow-unverified: by the server's checksum" "verified by a checksum that came with it" \
        install --from "$address" --allow-unverified
    is_release "is the release at the address" "$fourth"
    publish 9 "$fourth"
    prints "a newer manifest vouches for it" "verified by the signed manifest" install --from "$address"
}

pruning() {
    say "==> pruning"
    lacks "three releases are kept, and those of running sandboxes" "0.0~$third" on "$node" ls /usr/local/lib/gvisor
    expect "the sandbox's own is among them" 0 on "$node" test -x "/usr/local/lib/gvisor/0.0~$second/runsc"
    [ "$(keeper on-second)" = "$sandbox" ] || fail "the sandbox was restarted"
    ok "the sandbox from the beginning still runs"
}

node_up "$node" --suite trixie
lab image "$node" >/dev/null
mkdir "$releases"
public_key=$("$manifest" key "$key")
for number in "$first" "$second" "$third"; do make_release "$number"; done
publish 7 "$second"
make_authority "$work/authority" "Test Authority"
make_authority "$work/stranger" "Another Authority"
make_certificate "$work/good" "$work/authority" "IP:$server" -days 30
serve "$port" "$work/good"
on "$node" "mkdir -p /etc/harden && cat >/etc/harden/releases.pem" <"$work/authority.pem"

say "==> install"
prints "without a key there is no manifest to go by" "manifest.keys is empty" install --release latest
site "$node" good
expect "plan of the latest release" 1 on "$node" "$tool" plan --release latest
expect "installs nothing" 1 on "$node" test -e /usr/local/lib/gvisor
prints "apply --release latest: verified by the manifest" "verified by the signed manifest" \
    install --release latest
is_release "the release that the manifest calls the latest" "$second"
[ "$(requests gvisor.tar)" -eq 1 ] || fail "plan and apply fetched it $(requests gvisor.tar) times"
ok "which plan and apply fetched once"
prints "a second apply has nothing to do" "no changes" install --release latest
[ "$(requests gvisor.tar)" -eq 1 ] || fail "it was fetched again"
ok "and fetches nothing but the manifest"
expect "status is as wanted" 0 on "$node" "$tool" status
prints "with the release's age and the manifest" "manifest:   7 of" on "$node" "$tool" status
expect "the sidecar is there" 0 on "$node" test -x /usr/local/lib/gvisor/current/gvisor-bin/gvisor_sentry

say "==> upgrade under a running sandbox, and back"
on "$node" "docker run --detach --name on-second --runtime runsc lab sleep 100000" >/dev/null
sandbox=$(keeper on-second)
prints "upgrade" "verified by the signed manifest" install --release "$third"
is_release "the newer one is in use" "$third"
[ "$(keeper on-second)" = "$sandbox" ] || fail "the sandbox was restarted"
ok "the running sandbox runs on"
prints "status names it and its release" "another release: on-second in 0.0~$second" \
    on "$node" "$tool" status
prints "a command in it still works" "Linux" on "$node" docker exec on-second uname -a || true
prints "downgrade" "verified by the signed manifest" install --release "$first"
is_release "the older one is in use" "$first"
expect "rollback of the downgrade" 0 on "$node" "$tool" rollback
is_release "is the release before it" "$third"
expect "rollback --to a kept release" 0 on "$node" "$tool" rollback --to "$second"
is_release "switches to it" "$second"
prints "to one that is not there: the kept ones are named" "there are: 0.0~$second, 0.0~$third" \
    on "$node" "$tool" rollback --to 20200101.0
lacks "no throw-away runtime is left" trial on "$node" "docker info; cat /etc/docker/daemon.json"

say "==> what a manifest can get wrong"
before=$(state)
cp -r "$releases/manifest" "$work/manifest"
restore_manifest() { cp "$work"/manifest/* "$releases/manifest/"; }
sed -i 's/^issued = .*/issued = "2030-01-01"/' "$releases/manifest/releases.toml"
refused "changed after it was signed" "signed by none of the keys" 2 --release latest
restore_manifest
rm "$releases/manifest/releases.toml.sig"
refused "unsigned" "is not signed" 2 --release latest
"$manifest" key "$work/other-key.pem" >/dev/null
publish 8 "$second" "$work/other-key.pem"
refused "signed by somebody else" "signed by none of the keys" 2 --release latest
publish 6 "$second"
refused "older than the one this node has accepted" "manifest 6 is older than 7" 2 --release latest
publish 7 "$first"
[ -z "$full" ] || refused "another one under the same number" "another manifest under the number 7" 2 --release latest
echo '<html>' >"$releases/manifest/releases.toml" && "$manifest" sign "$key" "$releases/manifest/releases.toml"
[ -z "$full" ] || refused "a web page, even a signed one" "releases.toml:1:" 2 --release latest
restore_manifest
refused "a release that it does not know" "is not in the manifest 7" 2 --release 20260101.0

say "==> what a server can get wrong"
bad_server() {
    local how=$1 what=$2 text=$3
    site "$node" "$how"
    refused "$what" "$text" 2 --release "$first"
}
# the release that is asked for is not on the node yet
expect "no trace of the release is left" 1 on "$node" test -e "/usr/local/lib/gvisor/0.0~$first"
bad_server gone "404 and a page of XML" "404 Not Found"
bad_server page "a web page in place of the archive" "a web page"
bad_server once "a truncated download that cannot be resumed" "the connection ended after"
[ -z "$full" ] || bad_server big "a file that says it is too large" "more than the"
[ -z "$full" ] || bad_server plain "a redirection away from https" "not an https address"
[ -z "$full" ] || bad_server endless "bytes without end" "more than the"
bad_server stop "a server that stops in the middle" "503 Service Unavailable"
expect "what has come of it is kept" 0 on "$node" "ls /var/lib/harden/downloads/*.partial"
touch "$releases/mended"
expect "and taken up again by the next run, once the server is well" 1 on "$node" "$tool" plan --release "$first"
grep -q "^/stop/.*bytes=[1-9].* 206" "$work/requests-$port" || fail "no rest was asked for"
rm "$releases/mended"
cp "$releases/$first/$machine/gvisor.tar.gz" "$work/right.tar.gz"
printf x | dd of="$releases/$first/$machine/gvisor.tar.gz" bs=1 seek=100000 conv=notrunc status=none
bad_server good "a corrupted tarball: other bytes than the manifest lists" "not the one that the manifest has"
cp "$releases/$second/$machine/gvisor.tar.gz" "$releases/$first/$machine/gvisor.tar.gz"
[ -z "$full" ] || bad_server good "another release in its place" "not the one that the manifest has"
cp "$work/right.tar.gz" "$releases/$first/$machine/gvisor.tar.gz"

say "==> what TLS is for"
make_certificate "$work/other-name" "$work/authority" "DNS:elsewhere.example,IP:10.9.8.7" -days 30
make_certificate "$work/unknown" "$work/stranger" "IP:$server" -days 30
make_certificate "$work/expired" "$work/authority" "IP:$server" -days -1
tls() {
    serve "$1" "$work/$2"
    site "$node" good "$1"
    refused "$3" "$4" 2 --release "$first"
}
[ -z "$full" ] || tls 8444 other-name "a certificate for another name" "IP address mismatch"
tls 8445 unknown "one of an unknown authority" "certificate is refused"
[ -z "$full" ] || tls 8446 expired "one that has expired" "certificate has expired"
refused "no TLS at all" "not an https address" 2 --from "http://$server:$port/good/x.tar.bz2"
site "$node" good 8499
[ -z "$full" ] || refused "nobody there" "Connection refused" 2 --release "$first"

say "==> what a disk can get wrong"
site "$node" good
full_disk() {
    local what=$1 directory=$2 size=$3 text=$4 wanted=$5
    on "$node" "mkdir -p $directory && mount -t tmpfs -o size=$size tmpfs $directory"
    run_captured install --release "$first"
    on "$node" "umount $directory && { rmdir /usr/local/lib/gvisor/0.0~$first 2>/dev/null || true; }"
    [ "$status" -eq "$wanted" ] || fail "$what: status $status
$output"
    case $output in *"$text"*) ;; *) fail "$what: no \"$text\" in: $output" ;; esac
    [ "$(state)" = "$before" ] || fail "$what: the node is not as before: $(state)"
    output=${output##*error: }
    ok "$what: ${output%%$'\n'*}"
}
on "$node" mkdir -p /var/lib/harden/staging
full_disk "no room for the download" /var/lib/harden/downloads 4m "no space left" 2
full_disk "no room to unpack" /var/lib/harden/staging 12m "No space left" 2
full_disk "no room to install" "/usr/local/lib/gvisor/0.0~$first" 16m "No space left" 3

say "==> connections that break"
on "$node" rm -rf /var/lib/harden/downloads
site "$node" cut
expect "each connection ends after a third: taken up again" 0 install --release "$first"
is_release "and the release is whole" "$first"
grep -q "bytes=[1-9]" "$work/requests-$port" || fail "no range was asked for"
ok "by asking for the rest"
if [ -n "$full" ]; then
    odd_servers
    from_an_address
    pruning
fi
on "$node" docker rm --force on-second >/dev/null
expect "status is as wanted" 0 on "$node" "$tool" status
