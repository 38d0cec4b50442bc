#pragma once

#include "system/xt_rule.h"

#include <memory>
#include <string>

struct nftnl_rule;

namespace harden {

struct FreeNftRule {
    void operator()(nftnl_rule* rule) const;
};
using NftRule = std::unique_ptr<nftnl_rule, FreeNftRule>;

std::uint8_t nft_family(XtFamily family); // NFPROTO_IPV4, NFPROTO_IPV6
// Where the addresses stand in the IP header.
constexpr std::uint32_t source_offset(bool is_v6)
{
    return is_v6 ? 8 : 12;
}
constexpr std::uint32_t destination_offset(bool is_v6)
{
    return is_v6 ? 24 : 16;
}

// A rule of the filter table as iptables-nft itself writes it: compat expressions that carry the
// structs of xtables. Native expressions there would mislead iptables and break Docker.
NftRule to_nft(const XtRule& rule, XtFamily family, const std::string& chain);
// Foreign where it holds an expression that no rule of ours has.
XtRule from_nft(const nftnl_rule& rule, XtFamily family);

}
