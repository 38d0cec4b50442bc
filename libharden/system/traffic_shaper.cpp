#include "system/traffic_shaper.h"

#include "system/netlink_objects.h"

#include <algorithm>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/tbf.h>
#include <netlink/route/tc.h>

namespace harden {

using namespace netlink;

static constexpr std::uint32_t own_handle = 0x68610000; // "ha": major number of our qdiscs
static constexpr int least_bucket = 32 * 1024;          // bytes; a segment of 64 KiB is split

namespace {

using SocketPtr = std::unique_ptr<nl_sock, Release<nl_socket_free>>;
using QdiscPtr = std::unique_ptr<rtnl_qdisc, Release<rtnl_qdisc_put>>;

Error failed(std::string_view action, int status)
{
    // the kernel says "not found" of a kind of qdisc that it has no code for
    if (status == -NLE_OBJ_NOTFOUND)
        return {ErrorKind::Unsupported, cat(action, ": the kernel has no sch_tbf"),
                "modprobe sch_tbf, or leave --rate out"};
    return {status == -NLE_PERM ? ErrorKind::Denied : ErrorKind::Failed,
            cat(action, ": ", nl_geterror(status)),
            {}};
}

Result<SocketPtr> route_socket()
{
    SocketPtr socket{nl_socket_alloc()};
    if (!socket || nl_connect(socket.get(), NETLINK_ROUTE) < 0)
        return Error{ErrorKind::Failed, "netlink: no socket", {}};
    return socket;
}

rtnl_tc* as_tc(rtnl_qdisc* qdisc)
{
    return reinterpret_cast<rtnl_tc*>(qdisc);
}

Result<CachePtr> qdiscs(nl_sock* socket)
{
    nl_cache* all = nullptr;
    if (const int status = rtnl_qdisc_alloc_cache(socket, &all); status < 0)
        return failed("list qdiscs", status);
    return CachePtr{all};
}

void for_each_root(nl_cache* cache, const auto& take)
{
    for (auto* object = nl_cache_get_first(cache); object != nullptr;
         object = nl_cache_get_next(object)) {
        auto* qdisc = reinterpret_cast<rtnl_qdisc*>(object);
        if (rtnl_tc_get_parent(as_tc(qdisc)) == TC_H_ROOT)
            take(qdisc);
    }
}

Result<LinkPtr> link_of(nl_sock* socket, const std::string& device)
{
    rtnl_link* found = nullptr;
    if (const int status = rtnl_link_get_kernel(socket, 0, device.c_str(), &found); status < 0)
        return Error{ErrorKind::NotFound, cat(device, ": ", nl_geterror(status)), {}};
    return LinkPtr{found};
}

bool is_ours(rtnl_qdisc* qdisc)
{
    return rtnl_tc_get_handle(as_tc(qdisc)) == own_handle;
}

// Of the node's choosing and not of anybody's: it has no handle.
bool is_the_kernels_own(rtnl_qdisc* qdisc)
{
    return rtnl_tc_get_handle(as_tc(qdisc)) == 0;
}

// Ten milliseconds' worth, so that few timers do, but never less than a segment.
int bucket_for(std::uint64_t bytes_per_second)
{
    constexpr std::uint64_t most = 4U << 20U;
    return static_cast<int>(std::clamp<std::uint64_t>(bytes_per_second / 100, least_bucket, most));
}

QdiscPtr qdisc_on(const LinkPtr& link)
{
    QdiscPtr qdisc{rtnl_qdisc_alloc()};
    rtnl_tc_set_link(as_tc(qdisc.get()), link.get());
    rtnl_tc_set_parent(as_tc(qdisc.get()), TC_H_ROOT);
    rtnl_tc_set_handle(as_tc(qdisc.get()), own_handle);
    return qdisc;
}

}

Result<std::vector<std::string>> shaped_devices()
{
    const auto socket = TRY(route_socket());
    const auto all = TRY(qdiscs(socket.get()));
    std::vector<std::string> devices;
    for_each_root(all.get(), [&](rtnl_qdisc* qdisc) {
        rtnl_link* link = nullptr;
        if (!is_ours(qdisc) || rtnl_link_get_kernel(socket.get(), rtnl_tc_get_ifindex(as_tc(qdisc)),
                                                    nullptr, &link) < 0)
            return;
        devices.emplace_back(rtnl_link_get_name(link));
        rtnl_link_put(link);
    });
    return devices;
}

namespace {

struct Present {
    std::uint64_t rate = 0; // of ours; bits per second
    bool is_foreign = false;
};

Result<Present> present_on(nl_sock* socket, const LinkPtr& link)
{
    Present present;
    const auto all = TRY(qdiscs(socket));
    for_each_root(all.get(), [&](rtnl_qdisc* qdisc) {
        if (rtnl_tc_get_ifindex(as_tc(qdisc)) != rtnl_link_get_ifindex(link.get()))
            return;
        if (is_ours(qdisc))
            present.rate = static_cast<std::uint64_t>(rtnl_qdisc_tbf_get_rate(qdisc)) * 8;
        else
            present.is_foreign = !is_the_kernels_own(qdisc);
    });
    return present;
}

}

Result<std::uint64_t> shaped_rate(const std::string& device)
{
    const auto socket = TRY(route_socket());
    const auto link = TRY(link_of(socket.get(), device));
    return TRY(present_on(socket.get(), link)).rate;
}

static Result<> unshape(nl_sock* socket, const LinkPtr& link, const std::string& device)
{
    const auto qdisc = qdisc_on(link);
    const int status = rtnl_qdisc_delete(socket, qdisc.get());
    if (status < 0)
        return failed(cat("remove the shaper of ", device), status);
    return done;
}

Result<> shape(const std::string& device, std::uint64_t bits_per_second)
{
    constexpr int patience = 50; // milliseconds that a packet may wait
    const auto socket = TRY(route_socket());
    const auto link = TRY(link_of(socket.get(), device));
    const auto present = TRY(present_on(socket.get(), link));
    if (bits_per_second == 0)
        return present.rate == 0 ? Result<>{done} : unshape(socket.get(), link, device);
    if (present.is_foreign)
        return Error{ErrorKind::Failed, cat(device, ": somebody else's qdisc shapes it"),
                     cat("tc qdisc show dev ", device)};
    const auto rate = bits_per_second / 8;
    const auto qdisc = qdisc_on(link);
    if (const int status = rtnl_tc_set_kind(as_tc(qdisc.get()), "tbf"); status < 0)
        return failed(cat("shape ", device), status);
    rtnl_qdisc_tbf_set_rate(qdisc.get(), static_cast<int>(rate), bucket_for(rate), 0);
    rtnl_qdisc_tbf_set_limit(qdisc.get(),
                             static_cast<int>(rate * patience / 1000) + bucket_for(rate));
    const int status = rtnl_qdisc_add(socket.get(), qdisc.get(), NLM_F_CREATE | NLM_F_REPLACE);
    if (status < 0)
        return failed(cat("shape ", device), status);
    return done;
}

}
