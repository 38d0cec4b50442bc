#!/bin/bash
# The policy stays on Debian 12 with iptables-legacy, whose tables tell nobody of a change.
[ -n "${HARDEN_FULL:-}" ] || { echo "skipped: runs in ./dev test --full" >&2; exit 77; }
exec "$(dirname "$0")/egress_events.sh" legacy 31
