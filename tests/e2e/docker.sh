#!/usr/bin/env bash
# The Docker door keeps its contract on real daemons: Debian 12's, and Debian 13's.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
e2e_nodes 5 6

contract_holds() {
    local node=$1
    lab image "$node"
    on "$node" 'docker run -d --name acted --cpus 0.25 lab probe spin 300 >/dev/null
                docker run -d --name contract --cpus 0.25 --label owner=acme lab probe spin 300 >/dev/null
                docker export contract >/root/image.tar'
    lab put "$node" "$binaries/integration_tests" /root/
    expect "the contract holds on Docker $(on "$node" docker version -f '{{.Server.Version}}')" 0 \
        on "$node" "HARDEN_TEST_DOCKER=/root/image.tar /root/integration_tests '[.real-docker]'"
    prints "no canary stays behind" "contract" on "$node" "docker ps -a --format '{{.Names}}'"
    lacks "no canary stays behind" "harden-canary" on "$node" "docker ps -a --format '{{.Names}}'"
    on "$node" systemctl stop docker.socket docker
    expect "a stopped daemon is an error" 42 \
        on "$node" "/root/integration_tests '[.real-docker]' >/dev/null 2>&1 || exit 42"
}

node_up 5
contract_holds 5
node_up 6 --suite trixie
contract_holds 6
