#!/usr/bin/env bash
# setup's way to a node: host keys, logins that are not root's, nodes that cannot be reached, a
# second operator, lines that drop. All with --dry-run where no step is needed.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
node=22
strict_node=29 # its sshd turns away who fails to log in
e2e_nodes "$node" "$strict_node"
lab up "$node" --suite "$suite" >/dev/null || skip "the lab cannot run here"
# All the logins below that fail would count.
on "$node" "! sshd -T | grep -q ^persourcepenalties ||
    { echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/10-test.conf && systemctl reload ssh; }"

scratch=${binaries%/bin}/e2e-setup-connection
rm -rf "$scratch"
mkdir -p "$scratch"
setting() { lab client ssh -G -F "$(lab ssh-config)" "node$1" | sed -n "s/^$2 //p"; }
address=$(setting "$node" hostname)
key=$(setting "$node" identityfile)
on "$node" "[ -e /etc/ssh/ssh_host_ecdsa_key ] || { ssh-keygen -q -t ecdsa -N '' -f /etc/ssh/ssh_host_ecdsa_key; systemctl reload ssh; }"
fingerprint=$(on "$node" ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 2)
ecdsa_fingerprint=$(on "$node" ssh-keygen -lf /etc/ssh/ssh_host_ecdsa_key.pub | cut -d ' ' -f 2)
mkdir "$scratch/gvisor"
head -c 4096 /dev/urandom >"$scratch/gvisor/runsc"

# An operator's own ssh_config, with known_hosts as the test wants them.
cat >"$scratch/config" <<CONFIG
Host bare
    HostName $address
    IdentityFile $key
Host locked
    HostName $address
    IdentityFile $scratch/other
Host strict
    HostName $(setting "$strict_node" hostname)
    IdentityFile $scratch/other
Host gone
    HostName ${address%.*}.250
    ConnectTimeout 1
Host *
    UserKnownHostsFile $scratch/known_hosts
    GlobalKnownHostsFile /dev/null
    IdentitiesOnly yes
    ControlMaster no
CONFIG

setup() { lab client "$binaries/setup" -F "$scratch/config" --gvisor "$scratch/gvisor" "$@"; }
plan() { setup "$@" --dry-run; }
know() { on "$node" cat /etc/ssh/ssh_host_ed25519_key.pub | sed "s/^/$address /" >"$scratch/known_hosts"; }

say "==> host keys"
: >"$scratch/known_hosts"
expect "an unknown host key is refused" 2 plan root@bare
prints "with the fingerprint seen" "$fingerprint" plan root@bare
prints "and the remedy" "--host-key $fingerprint" plan root@bare
[ ! -s "$scratch/known_hosts" ] || fail "a refused key was written to known_hosts"
expect "a pin of another key is refused" 2 plan root@bare --host-key SHA256:AAAA
prints "naming what the host shows" "$fingerprint" plan root@bare --host-key SHA256:AAAA
[ ! -s "$scratch/known_hosts" ] || fail "a key other than the pinned was written to known_hosts"
expect "a pinned key is accepted" 1 plan root@bare --host-key "$fingerprint"
expect "and remembered" 1 plan root@bare
: >"$scratch/known_hosts"
expect "a pin of the host's ECDSA key is accepted" 1 plan root@bare --host-key "$ecdsa_fingerprint"
: >"$scratch/known_hosts"
prints "--accept-new says aloud what it trusted" "trusted on first sight" plan root@bare --accept-new
expect "and remembers it" 1 plan root@bare
ssh-keygen -q -t ed25519 -N '' -f "$scratch/other"
sed "s/^/$address /" "$scratch/other.pub" >"$scratch/known_hosts"
expect "a changed host key is refused" 2 plan root@bare
prints "and called changed" "has changed: it now shows $fingerprint" plan root@bare
expect "also with --accept-new" 2 plan root@bare --accept-new
know

say "==> logins"
expect "a key that the node does not know" 2 plan root@locked
prints "is told with the remedy" "--identity" plan root@locked
expect "a user unknown to the node is refused" 2 plan nobody-here@bare
on "$node" "useradd -m -s /bin/bash ann && cp -r /root/.ssh /home/ann/ && chown -R ann: /home/ann/.ssh"
expect "a user without sudo is refused" 2 plan ann@bare
prints "with the remedy" "sudo without a password" plan ann@bare
on "$node" "echo 'ann ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ann"
expect "a user with sudo is as good as root" 1 plan ann@bare
on "$node" "echo 'echo noise from a profile' >>/home/ann/.bashrc; sed -i '1i echo more noise' /home/ann/.bashrc"
expect "noise from the login shell is passed over" 1 plan ann@bare

say "==> a node that turns this address away for a while"
lab up "$strict_node" --suite trixie >/dev/null
is_turned_away() { [[ $(plan root@strict --accept-new 2>&1) == *PerSourcePenalties* ]]; }
eventually 20 is_turned_away || fail "no login is turned away: $(plan root@strict 2>&1)"
expect "ends with status 2" 2 plan root@strict
prints "and says that waiting helps" "wait a minute and try again" plan root@strict
lab down "$strict_node" >/dev/null

say "==> nodes that cannot be provisioned"
expect "an address where nobody answers" 2 plan root@gone
expect "a name that does not exist" 2 plan root@no-such-host.invalid
expect "a port where nothing listens" 2 plan root@bare --port 2
expect "a host that is an option" 2 plan -- -oProxyCommand=true
on "$node" "printf 'ID=alpine\nPRETTY_NAME=\"Alpine 3\"\n' >/run/os && mount --bind /run/os /usr/lib/os-release"
prints "an unsupported system is refused with a sentence" "runs Alpine 3" plan root@bare
expect "with status 2" 2 setup root@bare
on "$node" umount /usr/lib/os-release
on "$node" systemctl stop docker.socket docker.service
on "$node" rm -f /run/docker.sock
prints "a node whose Docker is down" "Docker does not run" plan root@bare
expect "ends with status 2" 2 setup root@bare
on "$node" systemctl start docker.socket docker.service
expect "a package that is not there" 2 setup root@bare --package "$scratch/none.deb"
expect "a gVisor release that is not there" 2 setup root@bare --gvisor "$scratch/none"
lacks "none of this left anything on the node" harden on "$node" "ls /etc /var/lib /run /usr/libexec"

say "==> two operators"
mkfifo "$scratch/hold"
lab client ssh -F "$scratch/config" root@bare "flock /run/harden-setup.lock tee /run/harden-setup.lock.owner" \
    <"$scratch/hold" >/dev/null &
exec 8>"$scratch/hold"
echo "bob@desk, process 7" >&8
eventually 10 on "$node" test -s /run/harden-setup.lock.owner || fail "the lock was not taken"
prints "the second is told who the first is" "bob@desk, process 7" setup root@bare
expect "a plan needs no lock" 1 plan root@bare
exec 8>&-
wait

say "==> lines that drop at random moments"
lab image "$node" >/dev/null
make() {
    lab client "$binaries/setup" -F "$scratch/config" root@bare --gvisor "$(lab runsc)" \
        --waivers "$repository/tests/lab/waivers.toml"
}
# As it was before setup: its transactions taken back, the newest first, and the package away.
unmake() {
    on "$node" "for id in \$(harden tx list --format json | sed -n 's/.*\"id\": \"\([^\"]*\)\".*/\1/p' | tac); do
                    harden tx rollback \$id || exit; done
                apt-get purge --yes --quiet harden && rm -rf /var/lib/harden /etc/harden" >"$scratch/unmade" 2>&1 ||
        fail "the node cannot be unmade: $(cat "$scratch/unmade")"
}
drop_line() { lab enter "$node" pkill -f 'sshd[a-z-]*: root@notty' || true; }
no_leftovers() {
    on "$node" "! grep -l '\"state\": *\"open\"' /var/lib/harden/tx/*/record.json &&
                ! ls /var/lib/harden/setup | grep -v -x -e harden.deb -e gvisor-source"
}
rounds=1
[ -z "$full" ] || rounds=50
again=0
for ((round = 1; round <= rounds; ++round)); do
    make >"$scratch/log" 2>&1 &
    job=$!
    for ((drops = RANDOM % 3; drops >= 0; --drops)); do
        sleep "$((RANDOM % 4)).$((RANDOM % 10))"
        drop_line
    done
    status=0
    wait "$job" || status=$?
    [ "$status" -eq 0 ] || fail "round $round ends with $status: $(cat "$scratch/log")"
    again=$((again + $(grep -c 'trying again' "$scratch/log" || true)))
    run_captured no_leftovers
    [ "$status" -eq 0 ] || fail "round $round left something half done: $output"
    run_captured make
    case $status-$output in
    0-*"nothing was changed"*) ;;
    *) fail "after round $round the node was not as wanted ($status): $output" ;;
    esac
    [ "$round" -eq "$rounds" ] || unmake
done
ok "$rounds of $rounds converge over lines that were lost, and made again $again times"

# In a /tmp of its own, which a repository that lies in /tmp would be hidden by.
[[ $scratch != /tmp/* ]] || exit 0
say "==> nothing of ours stays on the operator's machine"
mkdir "$scratch/tmp"
# shellcheck disable=SC2016 # the inner shell expands them
in_own_tmp() { lab client unshare --mount -- sh -c 'mount --bind "$0" /tmp && "$@"' "$scratch/tmp" "$@"; }
expect "a plan" 1 in_own_tmp "$binaries/setup" -F "$scratch/config" --gvisor "$scratch/gvisor" root@bare --dry-run
expect "leaves no private directory" 0 rmdir "$scratch/tmp"
