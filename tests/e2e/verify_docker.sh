#!/usr/bin/env bash
# Docker's own settings on real daemons: each setting that is undone fails exactly its own checks,
# and what is not told by the daemon is found where it is.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 69 70

verify() { on "$node" /usr/libexec/harden/verify --profile strict "$@"; }

only=()
# shellcheck disable=SC2016 # they are the document's
for id in $(grep -o '`docker\.[a-z0-9-]*`' "$repository/docs/check-ids.md" | tr -d '`' | sort -u); do
    only+=(--only "$id")
done

failing() {
    verify "${only[@]}" --format json >"$work/report.json" || true
    python3 - "$work/report.json" <<'PY'
import json, sys
for each in json.load(open(sys.argv[1]))["checks"]:
    if each["status"] == "fail":
        print(each["id"].removeprefix("docker."))
    if each["status"] == "unknown":
        print("unknown", each["id"], each["evidence"])
PY
}

# WHAT ID… : what newly fails since the node was as it shall be.
newly_fail() {
    local what=$1 expected found
    shift
    expected=$(printf '%s\n' "$@" | sort)
    found=$(comm -13 <(sort <<<"$before") <(failing | sort))
    [ "$expected" = "$found" ] || fail "$what: $(diff <(echo "$expected") <(echo "$found"))"
    ok "$what fails exactly: $*"
}

restart() { on "$node" "$restart_docker"; }

good='{"live-restore": true, "no-new-privileges": true, "userland-proxy": false,
    "log-driver": "json-file", "log-opts": {"max-size": "10m"}, "metrics-addr": "127.0.0.1:9323"}'

# The good file with these keys on top.
with_file() {
    python3 -c 'import json, sys; print(json.dumps({**json.loads(sys.argv[1]), **json.loads(sys.argv[2])}))' \
        "$good" "$1" >"$work/daemon.json"
    on "$node" mkdir -p /etc/docker
    lab put "$node" "$work/daemon.json" /etc/docker/daemon.json
    restart
}

back() { with_file '{}'; }

settings_are_judged() {
    with_file '{"metrics-addr": "0.0.0.0:9323", "debug": true}'
    newly_fail "metrics for everybody" metrics-address
    back
    with_file '{"insecure-registries": ["registry.example:5000"], "userland-proxy": true}'
    newly_fail "registries" insecure-registries userland-proxy
    back
    with_file '{"live-restore": false, "no-new-privileges": false, "log-driver": "json-file",
        "log-opts": {"max-size": "-1"}, "iptables": false}'
    newly_fail "settings undone" daemon-json-valid live-restore no-new-privileges log-size packet-filter \
        network-isolation
    back
    with_file '{"icc": false, "default-ulimits": {
        "nofile": {"Name": "nofile", "Soft": 1024, "Hard": 1024},
        "nproc": {"Name": "nproc", "Soft": 512, "Hard": 512},
        "core": {"Name": "core", "Soft": 0, "Hard": 0}},
        "builder": {"entitlements": {"network-host": false}}}'
    for id in inter-container default-ulimits build-entitlements; do
        expect "docker.$id passes where it is set" 0 verify --only "docker.$id"
    done
    back
}

files_are_judged() {
    on "$node" 'chmod o+rw /run/docker.sock'
    newly_fail "a socket for everybody" socket-mode
    on "$node" 'chmod o-rw /run/docker.sock; useradd --groups docker ann; useradd --gid docker bob'
    newly_fail "users in Docker's group" group-members
    prints "also by their first group" "ann, bob are" verify --only docker.group-members
    on "$node" 'mkdir -p /etc/harden; printf "version = 1\n[docker]\ngroup_members = [\"ann\", \"bob\"]\n" \
                    >/etc/harden/verify.toml'
    newly_fail "users that the operator lists"
    on "$node" 'userdel ann; userdel bob; rm /etc/harden/verify.toml
                chmod 0666 /run/containerd/containerd.sock'
    newly_fail "containerd for everybody" containerd-socket
    on "$node" 'chmod 0660 /run/containerd/containerd.sock
                mkdir -p /etc/systemd/system/docker.service.d
                printf "[Service]\nEnvironment=X=1\n" >/etc/systemd/system/docker.service.d/x.conf
                chmod 0666 /etc/systemd/system/docker.service.d/x.conf; systemctl daemon-reload'
    newly_fail "a drop-in for everybody" unit-overrides
    on "$node" 'chmod 0644 /etc/systemd/system/docker.service.d/x.conf'
    newly_fail "a drop-in of root's"
    on "$node" 'printf "[Service]\nEnvironment=HTTP_PROXY=http://ann:secret@proxy.example:3128\n" \
                    >/etc/systemd/system/docker.service.d/x.conf; systemctl daemon-reload'
    restart
    newly_fail "a proxy's password" credentials-in-urls
    lacks "the secret is not told" secret verify --only docker.credentials-in-urls
    on "$node" 'rm /etc/systemd/system/docker.service.d/x.conf; systemctl daemon-reload'
    restart
}

# Rules are asked, not believed: a network whose rule is gone is not separated.
networks_are_judged() {
    on "$node" 'docker network create --ipv6 --subnet fd00:77::/64 acme >/dev/null'
    [ "$node" = 70 ] || newly_fail "a network with IPv6 that Docker does not filter" ip6tables
    on "$node" 'docker network rm acme >/dev/null; docker network create acme >/dev/null'
    newly_fail "a network"
    # shellcheck disable=SC2016 # the node expands it
    on "$node" 'bridge=br-$(docker network inspect --format "{{slice .Id 0 12}}" acme)
                iptables -D DOCKER-ISOLATION-STAGE-2 -o "$bridge" -j DROP'
    newly_fail "a network whose rule is gone" network-isolation
    on "$node" 'docker network rm acme >/dev/null'
}

# A socket of systemd's that is handed to dockerd, which neither file nor flags tell.
sockets_are_judged() {
    on "$node" 'mkdir -p /etc/systemd/system/docker.socket.d
                printf "[Socket]\nListenStream=2375\n" >/etc/systemd/system/docker.socket.d/t.conf
                systemctl daemon-reload; systemctl stop docker; systemctl restart docker.socket
                systemctl start docker'
    newly_fail "a TCP socket of the socket unit" tcp-socket tls-verified
    on "$node" 'rm /etc/systemd/system/docker.socket.d/t.conf; systemctl daemon-reload
                systemctl stop docker; systemctl restart docker.socket; systemctl start docker'
}

certificates() {
    on "$node" 'mkdir -p /etc/docker/tls && cd /etc/docker/tls &&
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca-key.pem -out ca.pem -subj /CN=ca -days 2 &&
        openssl req -newkey rsa:2048 -nodes -keyout key.pem -out key.csr -subj /CN=localhost &&
        openssl x509 -req -in key.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out cert.pem \
            -days 2' >/dev/null 2>&1
}

endpoint_is_tried() {
    local tls='"tlscacert": "/etc/docker/tls/ca.pem", "tlscert": "/etc/docker/tls/cert.pem", "tlskey": "/etc/docker/tls/key.pem"'
    certificates || { say "no openssl on the node: the TLS endpoint is not tried"; return; }
    on "$node" 'printf "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://127.0.0.1:2376\n" \
                    >/etc/systemd/system/docker.service.d/x.conf; systemctl daemon-reload'
    with_file "{\"tlsverify\": true, $tls}"
    prints "a client without a certificate is refused" "refuses without a certificate" \
        verify --only docker.tls-verified
    newly_fail "an endpoint that verifies"
    back
    with_file "{\"tls\": true, $tls}"
    newly_fail "an endpoint that encrypts for anybody" tcp-socket tls-verified
    back
    on "$node" 'rm /etc/systemd/system/docker.service.d/x.conf; systemctl daemon-reload'
    restart
}

versions_are_proved() {
    prints "Debian's runc is fixed for what its changelog names" "CVE-2026-41579" \
        verify --only cve.runc
    lacks "and not vulnerable to it" "CVE-2024-21626" verify --only cve.runc
    for id in cve.openssh cve.kernel; do
        prints "$id has its proof" "flaws closed by version" verify --only "$id"
    done
}

# Every round restarts Docker a few times: the older Docker and its sockets have theirs under --full.
nodes=(70)
[ -z "$full" ] || nodes=(69 70)
for node in "${nodes[@]}"; do
    if [ "$node" = 69 ]; then node_up 69; else node_up 70 --suite trixie; fi
    back
    before=$(failing)
    case $before in *unknown*) fail "undecided: $before" ;; esac
    say "  on a node as it shall be, strictly, fail: $(tr '\n' ' ' <<<"$before")"
    files_are_judged
    networks_are_judged
    versions_are_proved
    if [ -n "$full" ]; then
        settings_are_judged
        sockets_are_judged
        endpoint_is_tried
    fi
    lab down "$node" >/dev/null
done
