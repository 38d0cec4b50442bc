#pragma once

#include "egress/dns_message.h"
#include "system/nft_socket.h"

#include <optional>
#include <string>
#include <vector>

namespace harden {

// Opens the addresses of one answer for the container, each for its time from now on: all of them
// or none.
Result<> open_addresses(NftSocket& socket, const std::string& container,
                        const std::vector<DnsAddress>& addresses);

// The bytes that the quota's element in this set has counted; nothing where there is none.
Result<std::optional<std::uint64_t>> counted_bytes(NftSocket& socket, const std::string& set);

}
