#include "system/netlink.h"

#include "system/netlink_objects.h"

#include <linux/fib_rules.h>
#include <net/if.h>
#include <netlink/route/link/veth.h>

namespace harden {

using namespace netlink;

void Netlink::Close::operator()(nl_sock* socket) const
{
    nl_socket_free(socket);
}

static Result<> answered(int status, std::string_view action)
{
    if (status >= 0)
        return done;
    const auto kind = status == -NLE_PERM                                   ? ErrorKind::Denied
                      : status == -NLE_NODEV || status == -NLE_OBJ_NOTFOUND ? ErrorKind::NotFound
                                                                            : ErrorKind::Failed;
    return Error{kind, cat(action, ": ", nl_geterror(status)), {}};
}

// What is not there need not be removed.
static Result<> removed(int status, std::string_view action)
{
    if (status == -NLE_OBJ_NOTFOUND || status == -NLE_NODEV || status == -NLE_FAILURE)
        return done;
    return answered(status, action);
}

Result<Netlink> Netlink::open()
{
    Netlink netlink{nl_socket_alloc()};
    if (netlink.socket_ == nullptr)
        return Error{ErrorKind::Failed, "netlink: out of memory", {}};
    TRY(answered(nl_connect(netlink.socket_.get(), NETLINK_ROUTE), "netlink"));
    return netlink;
}

static Result<LinkPtr> kernel_link(nl_sock* socket, const std::string& device)
{
    rtnl_link* found = nullptr;
    TRY(answered(rtnl_link_get_kernel(socket, 0, device.c_str(), &found), device));
    return LinkPtr{found};
}

Result<int> Netlink::index_of(const std::string& device) const
{
    const auto link = TRY(kernel_link(socket_.get(), device));
    return rtnl_link_get_ifindex(link.get());
}

static Result<CachePtr> kernel_addresses(nl_sock* socket)
{
    nl_cache* cache = nullptr;
    TRY(answered(rtnl_addr_alloc_cache(socket, &cache), "list addresses"));
    return CachePtr{cache};
}

Result<std::set<std::string>> Netlink::addresses() const
{
    const auto cache = TRY(kernel_addresses(socket_.get()));
    std::set<std::string> all;
    for (auto* object = nl_cache_get_first(cache.get()); object != nullptr;
         object = nl_cache_get_next(object)) {
        const auto text = to_text(rtnl_addr_get_local(as_address(object)));
        all.insert(text.substr(0, text.find('/')));
    }
    return all;
}

Result<LinkFacts> Netlink::link(const std::string& device) const
{
    const auto link = TRY(kernel_link(socket_.get(), device));
    LinkFacts facts{.hardware_address = to_text(rtnl_link_get_addr(link.get()))};
    const auto addresses = TRY(kernel_addresses(socket_.get()));
    for (auto* object = nl_cache_get_first(addresses.get()); object != nullptr;
         object = nl_cache_get_next(object)) {
        auto* address = as_address(object);
        if (rtnl_addr_get_ifindex(address) == rtnl_link_get_ifindex(link.get()) &&
            rtnl_addr_get_family(address) == AF_INET)
            facts.addresses.push_back(to_text(rtnl_addr_get_local(address)));
    }
    return facts;
}

Result<> Netlink::add_veth(const std::string& device, const std::string& peer, int other_namespace)
{
    const LinkPtr pair{rtnl_link_veth_alloc()};
    rtnl_link_set_name(pair.get(), device.c_str());
    const LinkPtr other{rtnl_link_veth_get_peer(pair.get())};
    rtnl_link_set_name(other.get(), peer.c_str());
    rtnl_link_set_ns_fd(other.get(), other_namespace);
    return answered(rtnl_link_add(socket_.get(), pair.get(), NLM_F_CREATE | NLM_F_EXCL),
                    cat("add link ", device));
}

Result<> Netlink::set_up(const std::string& device, const std::string& bridge)
{
    const auto link = TRY(kernel_link(socket_.get(), device));
    const LinkPtr wanted{rtnl_link_alloc()};
    rtnl_link_set_flags(wanted.get(), IFF_UP);
    if (!bridge.empty())
        rtnl_link_set_master(wanted.get(), TRY(index_of(bridge)));
    return answered(rtnl_link_change(socket_.get(), link.get(), wanted.get(), 0),
                    cat("set up ", device));
}

Result<> Netlink::add_address(const std::string& device, const std::string& address)
{
    const auto local = TRY(parsed_address(address));
    const AddressPtr wanted{rtnl_addr_alloc()};
    rtnl_addr_set_ifindex(wanted.get(), TRY(index_of(device)));
    rtnl_addr_set_local(wanted.get(), local.get());
    // an address that is still being probed for duplicates would not answer
    if (nl_addr_get_family(local.get()) == AF_INET6)
        rtnl_addr_set_flags(wanted.get(), IFA_F_NODAD);
    return answered(rtnl_addr_add(socket_.get(), wanted.get(), 0),
                    cat("add address ", address, " to ", device));
}

static Result<RoutePtr> built(const RouteSpec& spec, int device)
{
    const auto destination = TRY(parsed_address(spec.destination));
    RoutePtr route{rtnl_route_alloc()};
    rtnl_route_set_family(route.get(),
                          static_cast<std::uint8_t>(nl_addr_get_family(destination.get())));
    rtnl_route_set_dst(route.get(), destination.get());
    rtnl_route_set_table(route.get(), spec.table);
    rtnl_route_set_type(route.get(), spec.local ? RTN_LOCAL : RTN_UNICAST);
    rtnl_route_set_scope(route.get(), spec.local             ? RT_SCOPE_HOST
                                      : spec.gateway.empty() ? RT_SCOPE_LINK
                                                             : RT_SCOPE_UNIVERSE);
    auto* hop = rtnl_route_nh_alloc();
    rtnl_route_nh_set_ifindex(hop, device);
    rtnl_route_add_nexthop(route.get(), hop); // the route owns it now
    if (!spec.gateway.empty())
        rtnl_route_nh_set_gateway(hop, TRY(parsed_address(spec.gateway)).get());
    return route;
}

Result<> Netlink::add_route(const RouteSpec& route)
{
    const auto wanted = TRY(built(route, TRY(index_of(route.device))));
    return answered(rtnl_route_add(socket_.get(), wanted.get(), NLM_F_CREATE | NLM_F_REPLACE),
                    cat("add route ", route.destination, " dev ", route.device));
}

static Result<NeighbourPtr> built(int device, const std::string& address)
{
    NeighbourPtr neighbour{rtnl_neigh_alloc()};
    rtnl_neigh_set_ifindex(neighbour.get(), device);
    rtnl_neigh_set_dst(neighbour.get(), TRY(parsed_address(address)).get());
    return neighbour;
}

Result<> Netlink::add_neighbour(const std::string& device, const std::string& address,
                                const std::string& hardware_address)
{
    const auto neighbour = TRY(built(TRY(index_of(device)), address));
    rtnl_neigh_set_lladdr(neighbour.get(), TRY(parsed_address(hardware_address)).get());
    rtnl_neigh_set_state(neighbour.get(), NUD_PERMANENT);
    return answered(rtnl_neigh_add(socket_.get(), neighbour.get(), NLM_F_CREATE | NLM_F_REPLACE),
                    cat("add neighbour ", address, " dev ", device));
}

Result<> Netlink::add_rule(const std::string& source, std::uint32_t table, std::uint32_t priority)
{
    const auto address = TRY(parsed_address(source));
    const RulePtr rule{rtnl_rule_alloc()};
    rtnl_rule_set_family(rule.get(), nl_addr_get_family(address.get()));
    rtnl_rule_set_src(rule.get(), address.get());
    rtnl_rule_set_table(rule.get(), table);
    rtnl_rule_set_prio(rule.get(), priority);
    rtnl_rule_set_action(rule.get(), FR_ACT_TO_TBL);
    return answered(rtnl_rule_add(socket_.get(), rule.get(), NLM_F_CREATE | NLM_F_EXCL),
                    cat("add rule from ", source));
}

Result<> Netlink::remove_link(const std::string& device)
{
    const auto link = kernel_link(socket_.get(), device);
    if (link.is_absent())
        return done;
    if (!link)
        return link.error();
    return removed(rtnl_link_delete(socket_.get(), link->get()), cat("remove link ", device));
}

Result<> Netlink::remove_route(const RouteSpec& route)
{
    const auto device = index_of(route.device);
    if (device.is_absent())
        return done;
    const auto unwanted = TRY(built(route, TRY(device)));
    return removed(rtnl_route_delete(socket_.get(), unwanted.get(), 0),
                   cat("remove route ", route.destination));
}

Result<> Netlink::remove_neighbour(const std::string& device, const std::string& address)
{
    const auto index = index_of(device);
    if (index.is_absent())
        return done;
    const auto unwanted = TRY(built(TRY(index), address));
    return removed(rtnl_neigh_delete(socket_.get(), unwanted.get(), 0),
                   cat("remove neighbour ", address));
}

Result<> Netlink::remove_rules(std::uint32_t table)
{
    nl_cache* cache = nullptr;
    TRY(answered(rtnl_rule_alloc_cache(socket_.get(), AF_UNSPEC, &cache), "list rules"));
    const CachePtr rules{cache};
    for (auto* object = nl_cache_get_first(cache); object != nullptr;
         object = nl_cache_get_next(object))
        if (auto* rule = as_rule(object); rtnl_rule_get_table(rule) == table)
            TRY(removed(rtnl_rule_delete(socket_.get(), rule, 0), "remove rule"));
    return done;
}

}
