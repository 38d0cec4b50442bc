#!/bin/bash
# The egress policy on Debian 12, iptables-nft.
exec "$(dirname "$0")/egress_packets.sh" "" nft 3
