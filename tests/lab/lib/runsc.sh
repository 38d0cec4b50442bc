# shellcheck shell=bash
# Debian's own gVisor, unpacked as a release directory for gvisor-install.

# Run in the bookworm tree, which every user of the lab has, whatever suite it fetches from.
FETCH_RUNSC='
    rm -f /etc/apt/sources.list.d/*
    cp sources.list /etc/apt/sources.list
    echo "Acquire::Check-Valid-Until \"false\"; APT::Sandbox::User \"root\";" >/etc/apt/apt.conf.d/99lab
    apt-get -qq update
    apt-get -qq download runsc
    dpkg-deb -x runsc_*.deb unpacked'
readonly FETCH_RUNSC

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
    sources_for "$suite" >"$unfinished/sources.list"
    in_throwaway_tree bookworm "$unfinished" "$FETCH_RUNSC" ||
        { rm -rf "$unfinished" && fail "fetch runsc of $suite"; }
    mkdir "$unfinished/release"
    find "$unfinished/unpacked/usr/bin" -type f -exec mv -t "$unfinished/release" {} +
    (cd "$unfinished/release" && sha512sum -- * >SHA512SUMS)
    chmod 755 "$unfinished/release"
    mv "$unfinished/release" "$directory"
    rm -rf "$unfinished"
}
