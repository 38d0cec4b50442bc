#!/bin/bash
# The egress policy on Debian 12 with iptables-legacy.
exec "$(dirname "$0")/egress_packets.sh" bookworm legacy 4
