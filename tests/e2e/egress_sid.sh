#!/bin/bash
# The egress policy on Debian sid: Docker 28, control groups of version 2.
exec "$(dirname "$0")/egress_packets.sh" sid nft 36
