#!/bin/bash
# The same flows on a node whose Docker writes through iptables-nft.
exec "$(dirname "$0")/firewall_packets.sh" nft
