#!/usr/bin/env bash
# What works under gVisor: real programs in real containers of runsc, and of runc as the control, on
# one node. The table in docs/gvisor-compatibility.md is this script's; it fails where a verdict has
# changed. HARDEN_WRITE_TABLE=1 writes the table anew.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
[ -n "$full" ] || skip "./dev test --full runs it: it needs a tree of its own and some minutes"
e2e_nodes 61

node=61
tool=/usr/libexec/harden/gvisor-install
page=$repository/docs/gvisor-compatibility.md

node_up "$node" --suite trixie
lab programs "$node"
tar -C "$repository/tests/e2e" -cf - programs | on "$node" tar -C /root -xf -
tar -C "$(lab runsc)" -cf - . | on "$node" "mkdir -p /root/runsc && tar -C /root/runsc -xf -"
expect "gVisor" 0 on "$node" "$tool" apply --from /root/runsc

run() { # RUNTIME NAME OPTION…
    on "$node" timeout 200 docker run --rm --runtime "$1" --volume /root/programs:/programs:ro \
        "${@:3}" programs /programs/run "$2" 2>&1 || true
}

verdict() {
    local last
    last=$(tail -n 1 <<<"$1" | tr -d '\r' | cut -c1-110)
    case $last in works) echo works ;; "") echo "does not" ;; *) echo "does not: \`${last//|//}\`" ;; esac
}

version() {
    local text
    text=$(on "$node" docker run --rm --volume /root/programs:/programs:ro programs /programs/run version "$1" 2>&1)
    tr -d '\r\n"' <<<"$text" | cut -c1-60
}

# row TITLE NAME OPTION…
row() {
    local title=$1 name=$2 control sandboxed
    control=$(verdict "$(run runc "${@:2}")")
    [ "$control" = works ] || fail "$title does not work under runc, so it proves nothing: $control"
    sandboxed=$(verdict "$(run runsc "${@:2}")")
    printf '| %s | %s | %s | %s |\n' "$title" "$(version "$name")" "$control" "$sandboxed" >>"$work/table"
    ok "$title: runc $control, runsc $sandboxed"
}

row "Node.js: server, client, worker thread, child process" node
row "Python: server, threads, processes, SQLite" python
row "Go: compiled in the sandbox, goroutines, 100 connections" go
row "Java: compiled in the sandbox, server, client, threads" java
row "PostgreSQL: initdb, 10,000 rows, index, transaction" postgres
row "Redis: benchmark, background save" redis
row "WebSocket: server, ten clients" websocket
row "Raw and packet sockets" raw --cap-add NET_RAW
row "io_uring" io_uring --security-opt seccomp=unconfined
row "strace" strace --cap-add SYS_PTRACE
row "Docker's socket mounted" docker_socket --volume /var/run/docker.sock:/var/run/docker.sock
row "The host's processes (\`--pid host\`)" host_processes --pid host
row "The host's network (\`--network host\`)" host_network --network host

{
    cat "$repository/tests/e2e/programs/page.md"
    # shellcheck disable=SC2016 # the page's own quotes
    printf 'gVisor: `%s`, Docker %s, platform systrap.\n\n' \
        "$(on "$node" /usr/local/lib/gvisor/current/runsc --version | head -n 1)" \
        "$(on "$node" docker version --format "'{{.Server.Version}}'")"
    printf '| what | version | runc | runsc |\n|---|---|---|---|\n'
    cat "$work/table"
} >"$work/page.md"
if [ -n "${HARDEN_WRITE_TABLE:-}" ]; then
    cp "$work/page.md" "$page"
    say "written: $page"
fi
verdicts() { awk -F '|' 'NF == 6 { print $2, $4, substr($5, 1, 6) }' "$1"; }
[ "$(verdicts "$work/page.md")" = "$(verdicts "$page")" ] || fail "not what $page says:
$(diff <(verdicts "$page") <(verdicts "$work/page.md"))"
ok "the table in the docs is what was seen"
