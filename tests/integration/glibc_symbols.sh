#!/bin/sh
# No binary may need a newer C library than Ubuntu 22.04 and Debian 12 have: 2.34 is what we build
# against at most. Linking libstdc++ statically, of all things, would break this.
set -eu
newest=2.34
binaries=${HARDEN_BUILD:-build}/bin
command -v objdump >/dev/null || { echo "skipped: objdump (binutils) is missing"; exit 77; }
own=$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)
if [ "$(printf '%s\n2.37\n' "$own" | sort -V | tail -n 1)" = "$own" ] && [ "$own" != 2.37 ]; then
    echo "skipped: a program built with C library $own needs that one; what is shipped is built on Debian 12"
    exit 77
fi
bad=0
looked=0
for binary in harden setup adopt verify egress gvisor-install detect-miners webhook-send ssh-harden daemonjson scan firewall tx; do
    [ -x "$binaries/$binary" ] || continue
    looked=$((looked + 1))
    needed=$(objdump -T "$binaries/$binary" | sed -n 's/.*[( ]GLIBC_\([0-9.]*\)[) ].*/\1/p' | sort -Vu | tail -n 1)
    highest=$(printf '%s\n%s\n' "$needed" "$newest" | sort -V | tail -n 1)
    if [ -z "$needed" ] || [ "$highest" != "$newest" ]; then
        echo "$binary needs GLIBC_$needed, newer than $newest"
        objdump -T "$binaries/$binary" | grep -F "GLIBC_$needed" || true
        bad=1
    fi
done
[ "$looked" -gt 0 ] || { echo "no binary in $binaries"; exit 1; }
echo "$looked binaries looked at"
exit $bad
