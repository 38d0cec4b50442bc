#!/bin/bash
# What the pages name is there: the files that they link to with their headings, the files of this
# repository, and the tests, which the build knows too.
set -euo pipefail
cd "$(dirname "$0")/../.."
problems=0
problem() { echo "$*"; problems=$((problems + 1)); }

# The anchors of a page, as the common renderers make them of its headings.
anchors() {
    sed -n 's/^#\{1,6\} //p' "$1" | tr '[:upper:]' '[:lower:]' |
        sed 's/\[\([^]]*\)\]([^)]*)/\1/g; s/[^a-z0-9 _-]//g; s/ /-/g'
}

check_link() { # PAGE TARGET
    local page=$1 target=${2%%#*} anchor=
    case $2 in
    *://* | mailto:*) return ;;
    *'#'*) anchor=${2#*#} ;;
    esac
    target=${target:+$(dirname "$page")/$target}
    target=${target:-$page}
    if [ ! -e "$target" ]; then
        problem "$page links to $2, which is not there"
    elif [ -n "$anchor" ] && ! anchors "$target" | grep -qxF -- "$anchor"; then
        problem "$page links to $2, and no heading is called so"
    fi
}

check_test() { # PAGE LAYER NAME
    if ! grep -qx " *$3" tests/CMakeLists.txt || [ ! -x "tests/$2/$3.sh" ]; then
        problem "$1 names the test $2.$3, which the build does not know"
    fi
}

check_file() { # PAGE PATH
    case $2 in
    *[A-Z*…\{]*) ;; # a pattern, as in DIR/NAME
    *) [ -e "$2" ] || problem "$1 names $2, which is not there" ;;
    esac
}

# shellcheck disable=SC2016 # backticks are the pages'
in_backticks() { # PAGE PATTERN
    grep -oE "\`($2)\`" "$1" | tr -d '`' || true
}

# shellcheck disable=SC2016
links_of() { # PAGE, without its examples
    sed '/^```/,/^```/d' "$1" | grep -o '](\([^) ]*\))' | sed 's/^](//; s/)$//' || true
}

looked=0
for page in ./*.md docs/*.md; do
    while IFS= read -r target; do
        check_link "$page" "$target"
        looked=$((looked + 1))
    done < <(links_of "$page")
    while IFS=. read -r layer name; do
        check_test "$page" "$layer" "$name"
        looked=$((looked + 1))
    done < <(in_backticks "$page" '(e2e|integration)\.[a-z0-9_]+')
    while IFS= read -r path; do
        check_file "$page" "$path"
        looked=$((looked + 1))
    done < <(in_backticks "$page" '(tests|libharden|tools|rules|daemonjson|cron|docs|deploy|cmake)/[^` ]+' |
        sed 's/:[0-9]*$//')
done
[ "$looked" -gt 100 ] || problem "only $looked names were found: the patterns no longer fit the pages"
echo "$looked names looked up, $problems of them wrong"
[ "$problems" -eq 0 ]
