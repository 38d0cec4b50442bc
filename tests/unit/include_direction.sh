#!/bin/sh
# Who may include whom (docs/architecture.md): a line below for each folder of libharden. An
# include that is not allowed fails with a sentence.
set -eu
allowed() {
    case $1 in
    base) echo "" ;;
    node) echo "base" ;;
    report) echo "base node" ;;
    egress | daemonjson | dockerfile | usage | ssh | gvisor | firewall) echo "base node report" ;;
    checks | steps) echo "base node report egress daemonjson dockerfile usage ssh gvisor firewall" ;;
    cli) echo "base node report steps checks" ;;
    system) echo "base node egress" ;; # the wire form of a Ruleset
    *) echo "unknown" ;;
    esac
}
bad=0
for folder in libharden/*/; do
    own=$(basename "$folder")
    may=" $own $(allowed "$own") "
    found=$(grep -n '^#include "' "$folder"*.h "$folder"*.cpp 2>/dev/null || true)
    echo "$found" | while IFS= read -r line; do
        [ -n "$line" ] || continue
        target=$(echo "$line" | sed 's/.*#include "\([^/]*\)\/.*/\1/')
        case $may in
        *" $target "*) ;;
        *) echo "$line: $own may not include $target (it may:$may)" ;;
        esac
    done
done >"${TMPDIR:-/tmp}/include_direction.$$"
[ ! -s "${TMPDIR:-/tmp}/include_direction.$$" ] || { cat "${TMPDIR:-/tmp}/include_direction.$$"; bad=1; }
rm -f "${TMPDIR:-/tmp}/include_direction.$$"
# Third-party headers that stay inside one folder or file.
for rule in "CLI/:libharden/cli/" "toml++/:libharden/base/toml.cpp" "boost/:libharden/system/" \
    "libiptc/:libharden/system/" "libnftnl/:libharden/system/" "nftables/:libharden/system/"; do
    header=${rule%%:*} place=${rule#*:}
    if grep -rn "#include <$header" libharden tools | grep -v "^$place"; then
        echo "<$header…> may be included below $place only"
        bad=1
    fi
done
exit $bad
