#include "system/kernel_meters.h"

#include "system/connection_table.h"
#include "system/link_meters.h"
#include "system/process_memory.h"
#include "system/refusals.h"

#include <linux/netlink.h>

namespace harden {

namespace {

class KernelMeters final : public Meters {
public:
    Result<std::vector<LinkMeter>> links() const override
    {
        auto route = TRY(KernelSocket::open(NETLINK_ROUTE));
        return read_links(route);
    }
    Result<int> namespace_of(int pid) const override
    {
        const auto found = TRY(namespaces_of(std::span{&pid, 1}));
        if (!found.front())
            return Error{ErrorKind::NotFound,
                         cat("no link leads to the network of process ", std::to_string(pid)),
                         {}};
        return *found.front();
    }
    Result<std::vector<std::optional<int>>> namespaces_of(std::span<const int> pids) const override
    {
        auto route = TRY(KernelSocket::open(NETLINK_ROUTE));
        return read_namespaces(route, pids);
    }
    Result<std::vector<Connection>> connections() const override
    {
        auto netfilter = TRY(KernelSocket::open(NETLINK_NETFILTER));
        return read_connections(netfilter);
    }
    Result<std::vector<SourceHits>> refusals() const override
    {
        auto netfilter = TRY(KernelSocket::open(NETLINK_NETFILTER));
        return read_refusals(netfilter);
    }
    Result<std::vector<GpuProcess>> gpu_processes() const override
    {
        return Error{ErrorKind::NotFound, "no GPU driver is asked here", {}};
    }
    Result<std::string> memory(int pid, std::uint64_t address, std::size_t size) const override
    {
        return read_process_memory(pid, address, size);
    }
};

}

std::unique_ptr<Meters> kernel_meters()
{
    return std::make_unique<KernelMeters>();
}

}
