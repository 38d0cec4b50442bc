#!/bin/bash
# The egress policy on Debian 12 with iptables-legacy.
[ -n "${HARDEN_FULL:-}" ] || { echo "skipped: runs in ./dev test --full" >&2; exit 77; }
exec "$(dirname "$0")/egress_packets.sh" "" legacy 4
