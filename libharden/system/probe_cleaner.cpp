#include "system/probe_cleaner.h"

#include "system/netlink.h"

namespace harden {

// The address alone, without its prefix.
static std::string address4_of(const PacketSource& source)
{
    return source.address4.substr(0, source.address4.find('/'));
}

static Result<> clean(const PacketSource& source)
{
    auto netlink = TRY(Netlink::open());
    TRY(netlink.remove_link(probe::sender_link));
    TRY(netlink.remove_link(probe::responder_link));
    TRY(netlink.remove_rules(probe::table));
    TRY(netlink.remove_route(
        {.destination = cat(source.address6, "/128"), .device = source.bridge}));
    TRY(netlink.remove_neighbour(source.bridge, address4_of(source)));
    return netlink.remove_neighbour(source.bridge, source.address6);
}

Result<ProbeCleaner> ProbeCleaner::start(const PacketSource& source)
{
    auto lock = TRY(
        CleanerProcess::lock("harden-packet-probe", "another verification keeps sending packets"));
    TRY(clean(source));
    auto process = TRY(CleanerProcess::start(
        std::move(lock), [source](bool) { return static_cast<bool>(clean(source)); }));
    return ProbeCleaner{std::move(process)};
}

Result<> ProbeCleaner::finish()
{
    const auto clean = TRY(process_.finish().during("take the packet probe's traces away"));
    if (!clean)
        return Error{ErrorKind::Failed, "the packet probe's traces could not be removed", {}};
    return done;
}

}
