#!/usr/bin/env bash
# gVisor on real nodes: installed, registered, proven by containers, upgraded, rolled back, and
# refused where the release is not what it says.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 17 18

tool=/usr/libexec/harden/gvisor-install
current=/usr/local/lib/gvisor/current
older=$(date -u -d "-20 days" +%Y%m%d).0
newer=$(date -u -d "-10 days" +%Y%m%d).0

kernel() { on "$1" docker run --rm "${@:2}" lab cat /proc/version; }
keeper() { on "$1" docker inspect --format "'{{.State.Pid}} {{.State.StartedAt}}'" keeper; }
release() { on "$1" readlink "$current"; }

same() {
    local what=$1 before=$2 after=$3
    [ "$before" = "$after" ] || fail "$what: '$before' became '$after'"
    ok "$what"
}

# put_release NODE SUITE NUMBER: that suite's runsc, of a day that is not outdated.
put_release() {
    local node=$1 suite=$2 number=$3
    rm -rf "$work/release"
    mkdir "$work/release"
    sed -E "s/0\.0~20(24072|22121)9\.0/0.0~$number/g" "$(lab runsc "$suite")/runsc" >"$work/release/runsc"
    (cd "$work/release" && chmod 755 runsc && sha512sum runsc >SHA512SUMS)
    tar -C "$work/release" -cf - . | on "$node" "mkdir -p /root/$suite && tar -C /root/$suite -xf -"
}

refusals() {
    local node=$1
    on "$node" 'cp -r /root/trixie /root/bad && rm /root/bad/SHA512SUMS'
    prints "no checksum is refused" "no checksum" on "$node" "$tool" apply --from /root/bad
    on "$node" 'cp /root/trixie/SHA512SUMS /root/bad && printf x >>/root/bad/runsc'
    prints "another checksum is refused" "does not match" on "$node" "$tool" apply --from /root/bad
    on "$node" 'echo "<?xml version=1.0?><Error><Code>NoSuchKey</Code></Error>" >/root/bad/runsc &&
        cd /root/bad && sha512sum runsc >SHA512SUMS'
    prints "a server's error page is refused" "a web page" on "$node" "$tool" apply --from /root/bad
    on "$node" 'cp /root/trixie/runsc /root/bad/runsc && cd /root/bad &&
        printf "\267" | dd of=runsc bs=1 seek=18 conv=notrunc status=none && sha512sum runsc >SHA512SUMS'
    prints "another machine's binary is refused" "built for aarch64" on "$node" "$tool" apply --from /root/bad
    expect "nothing was installed" 1 on "$node" test -e /usr/local/lib/gvisor
    # shellcheck disable=SC2016 # the node expands it
    expect "and nothing is left unpacked" 0 on "$node" 'test -z "$(ls /var/lib/harden/staging)"'
}

install() {
    local node=$1
    expect "plan says what is pending" 1 on "$node" "$tool" plan --from /root/trixie
    expect "and installs nothing" 1 on "$node" test -e /usr/local/lib/gvisor
    expect "apply" 0 on "$node" "$tool" apply --from /root/trixie
    expect "status is as wanted" 0 on "$node" "$tool" status
    prints "a container with --runtime runsc sees gVisor's kernel" "Sun Jan 10 15:06:54 PST 2016" \
        kernel "$node" --runtime runsc
    lacks "one without does not" "Sun Jan 10 15:06:54 PST 2016" kernel "$node"
    prints "a second apply has nothing to do" "no changes" on "$node" "$tool" apply --from /root/trixie
    prints "nor has one without a source" "no changes" on "$node" "$tool" apply
    expect "apply --default" 0 on "$node" "$tool" apply --default
    prints "now one without --runtime sees it too" "Sun Jan 10 15:06:54 PST 2016" kernel "$node"
    expect "rollback of the default" 0 on "$node" "$tool" rollback
    lacks "and it is the default no more" "Sun Jan 10 15:06:54 PST 2016" kernel "$node"
}

archive() {
    local node=$1
    on "$node" 'tar -C /root/trixie -czf /root/gvisor.tar.gz runsc && cd /root &&
        sha512sum gvisor.tar.gz >gvisor.tar.gz.sha512'
    prints "an archive of the same release changes nothing" "no changes" \
        on "$node" "$tool" apply --from /root/gvisor.tar.gz
    on "$node" 'printf x >>/usr/local/lib/gvisor/current/runsc'
    expect "a changed binary is drift" 1 on "$node" "$tool" status
    expect "apply repairs it" 0 on "$node" "$tool" apply --from /root/gvisor.tar.gz
    expect "status is as wanted again" 0 on "$node" "$tool" status
}

# A second release beside the first: flipped to, and flipped back.
upgrade() {
    local node=$1 before
    before=$(release "$node")
    put_release "$node" bookworm "$older"
    expect "another release" 0 on "$node" "$tool" apply --from /root/bookworm
    lacks "is in use" "$before" release "$node"
    prints "and runs containers" "Sun Jan 10 15:06:54 PST 2016" kernel "$node" --runtime runsc
    prints "status says so of its platform" "ptrace, which gVisor no longer supports" on "$node" "$tool" status
    expect "the release before is kept" 0 on "$node" test -x "/usr/local/lib/gvisor/$before/runsc"
    expect "rollback" 0 on "$node" "$tool" rollback
    same "flips back" "$before" "$(release "$node")"
    prints "and it runs containers" "Sun Jan 10 15:06:54 PST 2016" kernel "$node" --runtime runsc
}

# On a kernel that shows net.core.rmem_default in every network namespace.
trapped() {
    local node=$1
    expect "a release that starts no container here is rolled back" 3 \
        on "$node" "$tool" apply --from /root/trixie
    prints "with the reason" "net.core.rmem_default" on "$node" "$tool" apply --from /root/trixie
    prints "before it is put in use" "try 0.0~$newer before it is put in use" on "$node" "$tool" apply --from /root/trixie
    expect "nothing of it is left" 1 on "$node" test -e /usr/local/lib/gvisor -o -e /etc/docker/daemon.json
    lacks "nor registered" runsc on "$node" docker info --format "'{{.Runtimes}}'"
}

killed() {
    local node=$1 delay
    while on "$node" "$tool" rollback >/dev/null 2>&1; do :; done
    expect "rolled back to a node without gVisor" 1 on "$node" test -e /usr/local/lib/gvisor
    for delay in ${full:+0.02 0.1 0.2 0.3 0.8 1.4 2.6} 0.05 0.5 1.1 2; do
        on "$node" timeout --signal=KILL "$delay" "$tool" apply --from /root/trixie >/dev/null 2>&1 || true
        expect "killed after $delay s: whatever is current runs" 0 \
            on "$node" "[ ! -e $current ] || $current/runsc --version"
        expect "and the next apply converges" 0 on "$node" "$tool" apply --from /root/trixie
        prints "to gVisor" "Sun Jan 10 15:06:54 PST 2016" kernel "$node" --runtime runsc
        expect "rollback" 0 on "$node" "$tool" rollback
    done
}

node=17
for suite in ${HARDEN_SUITES:-$suites}; do
    say "==> $suite"
    node_up "$node" --suite "$suite"
    lab image "$node" >/dev/null
    on "$node" docker run --detach --name keeper lab sleep 100000 >/dev/null
    container=$(keeper "$node")
    put_release "$node" trixie "$newer"
    refusals "$node"
    install "$node"
    archive "$node"
    upgrade "$node"
    killed "$node"
    same "the container that ran before all of this still runs" "$container" "$(keeper "$node")"
    node=$((node + 1))
done

say "==> a kernel that old releases do not know"
lab down 17
node_up 17 --rmem-trap
put_release 17 trixie "$newer"
trapped 17
