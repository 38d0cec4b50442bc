#pragma once

#include "base/result.h"

#include <array>
#include <linux/rtnetlink.h>
#include <memory>
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>
#include <string>

// libnl's objects, owned. Included by sources alone, never by a header.
namespace harden::netlink {

template<auto release>
struct Release {
    template<class Object>
    void operator()(Object* object) const
    {
        release(object);
    }
};

using LinkPtr = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;
using AddressPtr = std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>>;
using RoutePtr = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;
using NeighbourPtr = std::unique_ptr<rtnl_neigh, Release<rtnl_neigh_put>>;
using RulePtr = std::unique_ptr<rtnl_rule, Release<rtnl_rule_put>>;
using CachePtr = std::unique_ptr<nl_cache, Release<nl_cache_free>>;
using TextAddressPtr = std::unique_ptr<nl_addr, Release<nl_addr_put>>;

// libnl's caches hand out the base type of what they hold.
inline rtnl_addr* as_address(nl_object* object)
{
    return reinterpret_cast<rtnl_addr*>(object);
}
inline rtnl_rule* as_rule(nl_object* object)
{
    return reinterpret_cast<rtnl_rule*>(object);
}

inline std::string to_text(nl_addr* address)
{
    std::array<char, 128> text{};
    return nl_addr2str(address, text.data(), text.size());
}

inline Result<TextAddressPtr> parsed_address(const std::string& text)
{
    nl_addr* address = nullptr;
    const int status = nl_addr_parse(text.c_str(), AF_UNSPEC, &address);
    if (status < 0)
        return Error{ErrorKind::Malformed, cat("address ", text, ": ", nl_geterror(status)), {}};
    return TextAddressPtr{address};
}

}
