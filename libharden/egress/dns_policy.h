#pragma once

#include "egress/dns_message.h"

#include <string_view>

namespace harden {

// "example.org": that name alone. "*.example.org": every name below it, at any depth.
struct DomainGlob {
    DnsName name;
    bool is_below = false;
    bool operator==(const DomainGlob&) const = default;
};
Result<DomainGlob> parse_domain_glob(std::string_view text);
std::string to_text(const DomainGlob& glob);
bool matches(const DomainGlob& glob, const DnsName& name);

// Nobody who answers for a name may open the node's own networks: of private, link-local, loopback,
// metadata and other special addresses none is opened by a name.
bool may_be_opened_by_name(const Network& address);

// Seconds for which an answer keeps its address open.
std::uint32_t seconds_open(std::uint32_t seconds_to_live);

// The name servers that resolv.conf lists, in its order.
std::vector<Network> parse_resolvers(std::string_view resolv_conf);

}
