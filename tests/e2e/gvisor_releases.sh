# shellcheck shell=bash
# Sourced after lib.sh: releases of gVisor, a manifest of them, and a server on the operator's side
# of the lab's network that serves them over HTTPS, with an authority of its own. All of them are
# Debian's runsc, which says another number in each; keys and certificates are made here.
# shellcheck disable=SC2154 # $work and $repository are lib.sh's, $public_key is the script's

server=10.77.0.1
port=8443
machine=$(uname -m)
releases=$work/releases
key=$work/release-key.pem
manifest=$repository/deploy/gvisor-manifest

# make_release NUMBER [bz2]: an archive with the sidecars that releases since 2026 have.
make_release() {
    local number=$1 packing=${2:-gz} to=$releases/$1/$machine unpacked=$work/unpacked
    rm -rf "$unpacked"
    mkdir -p "$to" "$unpacked/gvisor-bin"
    sed "s/0\.0~20240729\.0/0.0~$number/g" "$(lab runsc)/runsc" >"$unpacked/runsc"
    head -c 4096 "$unpacked/runsc" >"$unpacked/gvisor-bin/gvisor_sentry"
    chmod 755 "$unpacked/runsc" "$unpacked/gvisor-bin/gvisor_sentry"
    case $packing in
    gz) tar -C "$unpacked" -cf - . | gzip -1 ;;
    bz2) tar -C "$unpacked" -cf - . | bzip2 -1 ;;
    esac >"$to/gvisor.tar.$packing"
    (cd "$to" && sha512sum "gvisor.tar.$packing" >"gvisor.tar.$packing.sha512")
}

# publish SEQUENCE LATEST [KEY]: what the server has under manifest/. Written anew where there are
# more releases than before.
publish() {
    local text published=$releases/manifest/releases.toml
    text=$work/listed.$(find "$releases" -name '*.tar.*' | wc -l)
    mkdir -p "${published%/*}"
    [ -e "$text" ] || "$manifest" write 1 "$releases" "$2" >"$text"
    sed "s/^sequence = .*/sequence = $1/; s/^latest = .*/latest = \"$2\"/" "$text" >"$published"
    "$manifest" sign "${3:-$key}" "$published"
}

make_authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$2" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

# make_certificate NAME AUTHORITY SUBJECT DAYS…
make_certificate() {
    local name=$1 authority=$2 subject=$3
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=releases \
        -keyout "$name.key" -out "$name.csr" 2>/dev/null
    openssl x509 -req -in "$name.csr" -CA "$authority.pem" -CAkey "$authority.key" -CAcreateserial \
        -extfile <(echo "subjectAltName=$subject") -out "$name.pem" "${@:4}" 2>/dev/null
}

# serve PORT CERTIFICATE: requests are noted in requests-PORT; it ends with the script.
serve() {
    lab client python3 "$repository/tests/lab/release_server.py" "$server" "$1" "$releases" \
        "$2.pem" "$2.key" <"$work/alive" 9>&- >"$work/requests-$1" 2>"$work/server-$1.log" &
    eventually 10 lab client bash -c ": </dev/tcp/$server/$1" || fail "the release server does not start"
}
mkfifo "$work/alive"
exec 9<>"$work/alive"

requests() { grep -c "$1" "$work/requests-$port" || true; }

# site NODE HOW [PORT]: the node's settings: where releases come from, and whose word is taken.
site() {
    local node=$1 how=$2 at=$server:${3:-$port}
    on "$node" "mkdir -p /etc/harden && cat >/etc/harden/gvisor.toml" <<TOML
version = 1
[releases]
url = "https://$at/$how"
archive = "${archive:-gvisor.tar.gz}"
authorities = "/etc/harden/releases.pem"
[manifest]
url = "https://$at/good/manifest/releases.toml"
keys = ["$public_key"]
TOML
}
