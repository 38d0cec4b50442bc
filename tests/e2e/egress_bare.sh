#!/bin/bash
# The egress policy where Docker makes no chains of iptables.
[ -n "${HARDEN_FULL:-}" ] || { echo "skipped: runs in ./dev test --full" >&2; exit 77; }
exec "$(dirname "$0")/egress_packets.sh" trixie bare 37
