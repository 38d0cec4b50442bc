#include "system/container_links.h"

#include "system/netlink_objects.h"
#include "system/network_namespace.h"
#include "system/process.h"

#include <cerrno>
#include <sys/stat.h>

namespace harden {

using namespace netlink;

namespace {

using SocketPtr = std::unique_ptr<nl_sock, Release<nl_socket_free>>;

struct InnerEnd {
    std::string device;
    int index = 0;
    int peer = 0; // index of the other end, in the node's namespace
};

Result<SocketPtr> route_socket()
{
    SocketPtr socket{nl_socket_alloc()};
    if (!socket || nl_connect(socket.get(), NETLINK_ROUTE) < 0)
        return Error{ErrorKind::Failed, "netlink: no socket", {}};
    return socket;
}

rtnl_link* as_link(nl_object* object)
{
    return reinterpret_cast<rtnl_link*>(object);
}

bool is_veth(rtnl_link* link)
{
    const auto* type = rtnl_link_get_type(link);
    return type != nullptr && std::string_view{type} == "veth";
}

Result<std::vector<InnerEnd>> inner_ends()
{
    const auto socket = TRY(route_socket());
    nl_cache* all = nullptr;
    if (const int status = rtnl_link_alloc_cache(socket.get(), AF_UNSPEC, &all); status < 0)
        return Error{ErrorKind::Failed, cat("list links: ", nl_geterror(status)), {}};
    const CachePtr links{all};
    std::vector<InnerEnd> ends;
    for (auto* object = nl_cache_get_first(all); object != nullptr;
         object = nl_cache_get_next(object))
        if (auto* link = as_link(object); is_veth(link))
            ends.push_back(
                {rtnl_link_get_name(link), rtnl_link_get_ifindex(link), rtnl_link_get_link(link)});
    return ends;
}

LinkPtr link_at(nl_sock* socket, int index)
{
    rtnl_link* found = nullptr;
    if (index <= 0 || rtnl_link_get_kernel(socket, index, nullptr, &found) < 0)
        return nullptr;
    return LinkPtr{found};
}

Result<> other_namespace_than_ours(int process)
{
    struct stat own {};
    struct stat theirs {};
    const auto file = cat("/proc/", std::to_string(process), "/ns/net");
    if (stat("/proc/self/ns/net", &own) != 0 || stat(file.c_str(), &theirs) != 0)
        return errno_error(file, errno);
    if (own.st_ino == theirs.st_ino && own.st_dev == theirs.st_dev)
        return Error{ErrorKind::Unsupported, "it uses the network of the node itself",
                     "run it on a network of its own"};
    return done;
}

}

Result<std::vector<ContainerLink>> container_links(int process)
{
    TRY(other_namespace_than_ours(process));
    const auto inside = TRY(NetworkNamespace::of_process(process));
    std::vector<InnerEnd> ends;
    TRY(inside.inside([&]() -> Result<> {
        ends = TRY(inner_ends());
        return done;
    }));
    const auto socket = TRY(route_socket());
    std::vector<ContainerLink> found;
    for (const auto& end : ends) {
        const auto outer = link_at(socket.get(), end.peer);
        // the number means another link where the cable leads into a third namespace
        if (!outer || !is_veth(outer.get()) || rtnl_link_get_link(outer.get()) != end.index)
            continue;
        const auto bridge = link_at(socket.get(), rtnl_link_get_master(outer.get()));
        if (bridge)
            found.push_back({.device = rtnl_link_get_name(outer.get()),
                             .inner_device = end.device,
                             .bridge = rtnl_link_get_name(bridge.get()),
                             .bridge_address = to_text(rtnl_link_get_addr(bridge.get()))});
    }
    return found;
}

}
