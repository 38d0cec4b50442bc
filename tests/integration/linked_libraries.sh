#!/usr/bin/env bash
# A binary that links a GPL-2 packet-filter library links no OpenSSL, and each loads only what
# docs/dependencies.md says.
set -euo pipefail
bin=${HARDEN_BUILD:?}/bin
bad=0
loaded() { objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }'; }
for tool in setup adopt egress gvisor-install detect-miners webhook-send verify ssh-harden daemonjson firewall tx harden; do
    [ -x "$bin/$tool" ] || { echo "$tool is not built"; bad=1; continue; }
    libraries=$(loaded "$bin/$tool")
    if grep -qE 'libip[46]tc|libnftables' <<<"$libraries" && grep -qE 'libcrypto|libssl' <<<"$libraries"; then
        echo "$tool links both a GPL-2 library and OpenSSL: ${libraries//$'\n'/ }"
        bad=1
    fi
    if [ "$tool" = detect-miners ] && grep -qE 'libcrypto|libssl' <<<"$libraries"; then
        echo "a look loads TLS: ${libraries//$'\n'/ }"
        bad=1
    fi
    case $tool in
    adopt | egress | firewall | verify) ;;
    *) if grep -qE 'libip[46]tc|libnft' <<<"$libraries"; then
        echo "$tool needs no packet filter but links: ${libraries//$'\n'/ }"
        bad=1
    fi ;;
    esac
done
exit $bad
