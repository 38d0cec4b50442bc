#!/bin/bash
# The egress policy on Debian 13.
exec "$(dirname "$0")/egress_packets.sh" trixie nft 26
