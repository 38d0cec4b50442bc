#!/usr/bin/env bash
# Containers on a real Docker: each kind of bad one fails exactly its own checks, a good one none,
# and only the operator's file exempts any.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 68
node=68

verify() { on "$node" /usr/libexec/harden/verify --profile strict "$@"; }

only=()
# shellcheck disable=SC2016 # they are the document's
for id in $(grep -o '`container\.[a-z-]*`' "$repository/docs/check-ids.md" | tr -d '`'); do
    only+=(--only "$id")
done

# As the document of limits has every tenant's container, in tier basic.
limits="--memory 512m --memory-swap 512m --cpus 0.5 --pids-limit 256"
closed="--cap-drop ALL --security-opt no-new-privileges --user 1000"
files="--read-only --tmpfs /tmp:size=512m,mode=1777"
good="$limits $closed $files"
start() { on "$node" "docker run --detach --name tenant $* lab:1 probe spin 600 >/dev/null"; }
stop() { on "$node" "docker rm --force tenant >/dev/null"; }

# NAME OPTIONS ID… : a container with these options fails exactly these checks.
starts=
wanted=
bad() {
    local name=$1 options=$2
    shift 2
    starts+="docker run --detach --name $name $options lab:1 probe spin 600 >/dev/null &
"
    wanted+="$name $*
"
}

# All of them at once: who fails what stands in the report.
judge() {
    on "$node" "$starts wait; [ \$(docker ps --quiet | wc -l) -eq $(grep -c . <<<"$wanted") ]" ||
        fail "not all containers run: $(on "$node" "docker ps --format '{{.Names}}'")"
    verify "${only[@]}" --format json >"$work/report.json" || true
    WANTED=$wanted python3 - "$work/report.json" <<'PY' || fail "not exactly its own checks"
import json, os, re, sys

found = {line.split()[0]: set() for line in os.environ["WANTED"].splitlines()}
for check in json.load(open(sys.argv[1]))["checks"]:
    if check["status"] == "unknown" or "; and " in check["evidence"]:
        sys.exit(f"{check['id']}: {check['evidence']}")
    if check["status"] == "fail":
        for name in re.findall(r"(?:^|; )([a-z0-9-]+): ", check["evidence"]):
            found[name].add(check["id"].removeprefix("container."))
wrong = 0
for line in os.environ["WANTED"].splitlines():
    name, *ids = line.split()
    if found[name] != set(ids):
        wrong = 1
        print(f"  {name}: wanted {sorted(ids)}, saw {sorted(found[name])}", file=sys.stderr)
sys.exit(wrong)
PY
    while read -r name ids; do
        [ -z "$name" ] || ok "$name fails exactly: ${ids:-nothing}"
    done <<<"$wanted"
    on "$node" "docker rm --force \$(docker ps --all --quiet) >/dev/null"
    starts=''
    wanted=''
}

limits_are_judged() {
    bad good "$good"
    bad no-memory "--cpus 0.5 --pids-limit 256 $closed $files" memory-limit
    bad no-cpu "--memory 512m --memory-swap 512m --pids-limit 256 $closed $files" cpu-limit
    bad no-pids "--memory 512m --memory-swap 512m --cpus 0.5 $closed $files" pids-limit
    bad too-much "--memory 3g --memory-swap 3g --cpus 0.5 --pids-limit 300 $closed $files" \
        memory-limit pids-limit
    bad writable "$limits $closed" read-only-root disk-limit
    bad loose-tmpfs "$limits $closed --read-only --tmpfs /tmp:exec" tmpfs-bounded
    bad open-port "$good --publish 8080:80" published-ports
    bad own-port "$good --publish 127.0.0.1:8081:80"
    bad a-device "$good --device /dev/null:/dev/x" devices
    judge
}

privileges_are_judged() {
    bad default-caps "$limits --security-opt no-new-privileges --user 1000 $files" \
        capabilities dangerous-capabilities
    bad chown "$good --cap-add CHOWN" capabilities
    bad sys-admin "$good --cap-add SYS_ADMIN" capabilities dangerous-capabilities
    bad gains "$limits --cap-drop ALL --user 1000 $files" no-new-privileges
    bad root "$limits --cap-drop ALL --security-opt no-new-privileges $files" non-root
    bad no-seccomp "$good --security-opt seccomp=unconfined" confined
    bad unmasked "$good --security-opt systempaths=unconfined" masked-paths
    bad privileged "$limits --user 1000 $files --privileged" privileged capabilities \
        dangerous-capabilities confined no-new-privileges masked-paths
    bad host-pid "$good --pid host" host-namespaces
    bad host-net "$good --network host" host-namespaces
    bad host-uts "$good --uts host" host-namespaces
    bad host-ipc "$good --ipc host" host-namespaces
    judge
}

mounts_are_seen_through() {
    on "$node" 'mkdir -p /srv/a /srv/s && touch /srv/a/x && mount --bind /run/docker.sock /srv/a/x
                ln /run/docker.sock /run/other.sock; ln -s /etc /srv/link
                mount --bind /srv/s /srv/s && mount --make-shared /srv/s
                docker volume create --opt type=none --opt o=bind --opt device=/etc trick >/dev/null'
    bad sock "$good --volume /var/run/docker.sock:/d.sock:ro" engine-socket
    bad run "$good --volume /run:/host:ro" engine-socket host-paths
    bad slash "$good --volume /:/host:ro" engine-socket host-paths
    bad bound "$good --volume /srv/a:/a:ro" engine-socket
    bad hard-link "$good --volume /run/other.sock:/x:ro" engine-socket
    bad link "$good --volume /srv/link:/x:ro" host-paths
    bad volume "$good --volume trick:/x:ro" host-paths
    bad zone "$good --volume /etc/timezone:/etc/timezone:ro"
    bad shared "$good --volume /srv/s:/s:ro,rshared" mount-propagation
    judge
    on "$node" 'umount /srv/a/x /srv/s; rm /run/other.sock'
}

# The name is the tenant's choice; image and label are the operator's to enable.
exempts_by_file_only() {
    local bad="--privileged --user 1000 --label harden.trust=system" image
    on "$node" "docker run --detach --name coolify-proxy $bad lab:1 probe spin 600 >/dev/null"
    prints "a tenant that calls itself coolify-proxy" "[FAIL]" verify --only container.privileged
    image=$(on "$node" "docker inspect --format '{{.Image}}' coolify-proxy")
    on "$node" "mkdir -p /etc/harden; printf '%s\n' 'version = 1' '[containers.system.proxy]' \
        'images = [\"$image\"]' 'names = [\"coolify-*\"]' >/etc/harden/verify.toml"
    prints "exempt by its image" "exempt by the operator's file: coolify-proxy" \
        verify --only container.privileged
    start "--privileged --user 1000"
    prints "another container of that image is not" "[FAIL] No container is privileged (tenant: " \
        verify --only container.privileged
    stop
    on "$node" "printf '%s\n' 'version = 1' '[containers.system.agents]' \
        'label = \"harden.trust=system\"' >/etc/harden/verify.toml"
    prints "exempt by a label" "exempt by the operator's file: coolify-proxy" \
        verify --only container.privileged
    on "$node" 'docker rm --force coolify-proxy >/dev/null; rm /etc/harden/verify.toml'
}

puts_into_tiers() {
    start "--memory 512m --memory-swap 512m --cpus 0.5 --pids-limit 256 --label tier=free"
    expect "a label nobody enabled does not count" 0 verify --only container.memory-limit
    on "$node" "printf '%s\n' 'version = 1' 'label = \"tier\"' >/etc/harden/tiers.toml"
    prints "one that is enabled does" "more than tier free has" verify --only container.memory-limit
    on "$node" rm /etc/harden/tiers.toml
    stop
}

tells_hostile_text() {
    # shellcheck disable=SC2016 # the node expands it
    on "$node" 'docker run --detach --name tenant --privileged --user 1000 --label "x=$(printf "\033[2J<b>")" \
        --volume "/etc:/$(printf "<b>\033[2J")" lab:1 probe spin 600 >/dev/null'
    lacks "no escape sequence in the report" $'\033[2J' verify --only container.host-paths
    stop
}

is_cheap() {
    local count=$1 began spent
    on "$node" "for i in \$(seq $count); do
        docker run --detach --name f\$i $good lab:1 probe spin 600 >/dev/null; done"
    began=$(date +%s%N)
    verify "${only[@]}" >/dev/null || fail "a fleet of good containers does not pass"
    spent=$((($(date +%s%N) - began) / 1000000))
    ok "$count containers are judged in $spent ms, with the login"
    on "$node" "docker rm --force \$(docker ps --quiet) >/dev/null"
}

stays_on_runc_after_the_default_changed() {
    tar -C "$(lab runsc)" -cf - . | on "$node" 'mkdir -p /root/runsc && tar -C /root/runsc -xf -'
    start "$good"
    on "$node" 'cd /usr/libexec/harden && ./gvisor-install apply --from /root/runsc --default' \
        >/dev/null 2>&1 || fail "gvisor-install"
    prints "a container from before is told" "tenant: runs on runc" \
        verify --only gvisor.running-containers
    stop
    start "$good"
    expect "a new one is in gVisor" 0 verify --only gvisor.running-containers
    expect "and as good by every other check" 0 verify "${only[@]}"
    stop
}

node_up "$node"
lab image "$node" >/dev/null
on "$node" docker tag lab lab:1
limits_are_judged
privileges_are_judged
mounts_are_seen_through
exempts_by_file_only
puts_into_tiers
tells_hostile_text
[ -z "$full" ] || is_cheap 50
stays_on_runc_after_the_default_changed
