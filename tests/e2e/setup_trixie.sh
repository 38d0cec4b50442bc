#!/usr/bin/env bash
# tests/e2e/setup.sh on a Debian 13 node.
set -euo pipefail
[ -n "${HARDEN_FULL:-}" ] || { echo "skipped: runs in ./dev test --full" >&2; exit 77; }
export HARDEN_SETUP_SUITE=trixie HARDEN_SETUP_NODE=23
exec "$(dirname "$0")/setup.sh"
