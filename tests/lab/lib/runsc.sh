# shellcheck shell=bash
# Debian's own gVisor, unpacked as a release directory for gvisor-install.

# runsc [SUITE]: fetches it once, prints the directory.
runsc() {
    local suite=${1:-trixie} directory
    known_suite "$suite"
    directory=$LAB_DIRECTORY/downloads/gvisor-$suite
    [[ -e $directory ]] || with_lock "runsc-$suite" fetch_runsc "$suite" "$directory" >&2
    echo "$directory"
}

fetch_runsc() {
    local suite=$1 directory=$2 unfinished
    [[ ! -e $directory ]] || return 0
    say "fetching runsc of $suite"
    unfinished=$(mktemp -d "$LAB_DIRECTORY/downloads/runsc.XXXXXX")
    in_throwaway_tree "$suite" "$unfinished" \
        'apt-get -qq update && apt-get -qq -o APT::Sandbox::User=root download runsc && dpkg-deb -x runsc_*.deb unpacked' ||
        fail "fetch runsc of $suite"
    mkdir "$unfinished/release"
    find "$unfinished/unpacked/usr/bin" -type f -exec mv -t "$unfinished/release" {} +
    (cd "$unfinished/release" && sha512sum -- * >SHA512SUMS)
    chmod 755 "$unfinished/release"
    mv "$unfinished/release" "$directory"
    rm -rf "$unfinished"
}
