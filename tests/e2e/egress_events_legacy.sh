#!/bin/bash
# The policy stays on Debian 12 with iptables-legacy, whose tables tell nobody of a change.
exec "$(dirname "$0")/egress_events.sh" legacy 31
