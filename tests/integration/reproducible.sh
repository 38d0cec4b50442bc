#!/bin/sh
# A second build of the same source, in a directory of another name and length, later, with another
# umask, time zone and language, without ccache: its package has the same bytes as the first. A whole
# build, so only under ./dev test --full, or by hand: HARDEN_FULL=1 tests/integration/reproducible.sh
set -eu
[ -n "${HARDEN_FULL:-}" ] || { echo "skipped: builds everything again, in ./dev test --full"; exit 77; }
cd "$(dirname "$0")/../.."
build=$(readlink -f "${HARDEN_BUILD:-build}")
first=$(find "$build" -maxdepth 1 -name 'harden_*.deb')
[ -n "$first" ] || { echo "skipped: there is no package: ./dev package"; exit 77; }
grep -q 'HARDEN_SANITIZE:STRING=$' "$build/CMakeCache.txt" || { echo "skipped: the first build has sanitizers in it"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
again=$work/a/directory/of/quite/another/length/harden
mkdir -p "$again"
git ls-files -z | xargs -0 tar -cf - | tar -C "$again" -xf -
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
(
    umask 077
    export CCACHE_DISABLE=1 TZ=Pacific/Chatham LC_ALL=C.UTF-8 HOME=/nonexistent
    cmake -S "$again" -B "$again/out/of/tree" -G Ninja -DBUILD_TESTING=OFF >"$work/log"
    cmake --build "$again/out/of/tree" --target binaries >>"$work/log"
    umask 022 # as ./dev package does: cpack gives the members of the archive its own modes
    cmake --build "$again/out/of/tree" --target package >>"$work/log"
) || { tail -n 30 "$work/log"; exit 1; }
second=$(find "$again/out/of/tree" -maxdepth 1 -name 'harden_*.deb')
if cmp "$first" "$second"; then
    echo "two builds, one package: $(sha256sum "$first" | cut -d' ' -f1)"
    exit 0
fi
for package in "$first" "$second"; do
    mkdir -p "$work/unpacked-$(basename "$(dirname "$package")")"
    dpkg-deb -R "$package" "$work/unpacked-$(basename "$(dirname "$package")")"
done
diff -rq "$work"/unpacked-* || true
for package in "$first" "$second"; do dpkg-deb -c "$package" | sort -k6 >"$work/list-$(basename "$(dirname "$package")")"; done
diff "$work"/list-* || true
exit 1
