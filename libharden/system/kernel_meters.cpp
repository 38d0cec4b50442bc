#include "system/kernel_meters.h"

#include "system/connection_table.h"
#include "system/link_meters.h"
#include "system/local_host.h"
#include "system/nvml.h"
#include "system/process_memory.h"
#include "system/refusals.h"

#include <linux/netlink.h>

namespace harden {

namespace {

class KernelMeters final : public Meters {
public:
    explicit KernelMeters(Path places)
        : places_file_{std::move(places)}
    {
    }

    Result<std::vector<LinkMeter>> links() const override
    {
        LocalHost host;
        auto route = TRY(KernelSocket::open(NETLINK_ROUTE));
        const auto kept = kept_places(host);
        auto places = kept;
        auto links = TRY(read_links(route, places));
        if (places != kept)
            keep(host, places);
        return links;
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
    Result<std::vector<GpuProcess>> gpu_processes() const override { return nvidia_processes(); }
    Result<std::string> memory(int pid, std::uint64_t address, std::size_t size) const override
    {
        return read_process_memory(pid, address, size);
    }

private:
    LinkPlaces kept_places(const Host& host) const
    {
        return places_file_.empty() ? LinkPlaces{} : read_link_places(host, places_file_);
    }
    // A look does without.
    void keep(Host& host, const LinkPlaces& places) const
    {
        if (!places_file_.empty())
            (void)keep_link_places(host, places_file_, places);
    }

    Path places_file_;
};

}

std::unique_ptr<Meters> kernel_meters(std::string places)
{
    return std::make_unique<KernelMeters>(std::move(places));
}

}
