# shellcheck shell=bash
# Debian packages for a node that shall not have them from the start.

# debs SUITE PACKAGE…: fetches them with all that the suite's tree lacks for them, prints the directory.
debs() {
    local suite=${1:-} directory
    known_suite "$suite"
    shift
    [ $# -gt 0 ] || fail "usage: lab debs SUITE PACKAGE…"
    directory=$LAB_DIRECTORY/downloads/$suite-$(printf '%s-' "$@" | tr -c 'a-z0-9-' _)debs
    [[ -e $directory ]] || with_lock "debs-$suite" fetch_debs "$suite" "$directory" "$@" >&2
    echo "$directory"
}

fetch_debs() {
    local suite=$1 directory=$2 unfinished
    [[ ! -e $directory ]] || return 0
    shift 2
    say "fetching $* of $suite"
    unfinished=$(mktemp -d "$LAB_DIRECTORY/downloads/debs.XXXXXX")
    sources_for "$suite" >"$unfinished/sources.list"
    in_throwaway_tree "$suite" "$unfinished" "
        rm -f /etc/apt/sources.list.d/*
        cp sources.list /etc/apt/sources.list
        echo 'APT::Sandbox::User \"root\";' >/etc/apt/apt.conf.d/99lab
        apt-get -qq update
        mkdir -p debs/partial
        apt-get -qq install --download-only --no-install-recommends -o Dir::Cache::archives=/mnt/debs $*" ||
        { rm -rf "$unfinished" && fail "fetch $* of $suite"; }
    rm -rf "$unfinished/debs/partial" "$unfinished/debs/lock"
    chmod 755 "$unfinished/debs"
    mv "$unfinished/debs" "$directory"
    rm -rf "$unfinished"
}
