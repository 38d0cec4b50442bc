#!/bin/bash
# The egress policy on Debian sid: Docker 28, control groups of version 2.
[ -n "${HARDEN_FULL:-}" ] || { echo "skipped: runs in ./dev test --full" >&2; exit 77; }
exec "$(dirname "$0")/egress_packets.sh" sid nft 36
