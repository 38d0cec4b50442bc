# shellcheck shell=bash
# Debian trees: built once a recipe, beside their place, and renamed into it when complete.

known_suite() {
    case $1 in
    bookworm | trixie | sid) ;;
    *) fail "no suite '$1': bookworm, trixie or sid" ;;
    esac
}

tree_path() {
    echo "$LAB_DIRECTORY/trees/$1-$(tree_recipe_hash "$1")"
}

tree() {
    local name=$1 path
    known_suite "${name%-*}"
    path=$(tree_path "$name")
    [[ -e $path ]] || with_lock "trees/.$name" build_tree "$name" "$path" >&2
    echo "$path"
}

build_tree() {
    local name=$1 path=$2
    [[ ! -e $path ]] || return 0
    require_commands mmdebstrap
    say "building the $name tree (about a minute)"
    remove_unused_trees "$name"
    local unfinished=$LAB_DIRECTORY/trees/.unfinished-$name
    rm -rf "$unfinished"
    if ! run_mmdebstrap "$name" "$unfinished" >"$unfinished.log" 2>&1; then
        tail -20 "$unfinished.log" >&2
        rm -rf "$unfinished"
        fail "build the $name tree: see $unfinished.log"
    fi
    mv "$unfinished" "$path"
    rm -f "$unfinished.log"
}

run_mmdebstrap() {
    local name=$1 target=$2 includes=() package
    while read -r package; do includes+=("--include=$package"); done < <(tree_packages "$name")
    local sources
    sources=$(sources_for "${name%-*}")
    [[ -n $sources ]] || fail "no Debian source of this machine's release in /etc/apt"
    tree_settings "$name" >"$target.settings"
    # sid's index may be past its date on a mirror that is not of today.
    mmdebstrap --mode=root --variant="$(tree_variant "$name")" --skip=cleanup/apt/lists \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
        "${includes[@]}" --customize-hook="sh $target.settings \"\$1\"" \
        "${name%-*}" "$target" - <<<"$sources" || return 1
    rm -f "$target.settings"
}

# Trees of older recipes go, save those that a running node holds by a shared lock.
remove_unused_trees() {
    local old
    for old in "$LAB_DIRECTORY/trees/$1"-????????????; do
        [[ -d $old ]] || continue
        (flock -n 9 && rm -rf "$old") 9<"$old" || true
    done
}
