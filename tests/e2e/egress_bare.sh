#!/bin/bash
# The egress policy where Docker makes no chains of iptables.
exec "$(dirname "$0")/egress_packets.sh" trixie bare 37
