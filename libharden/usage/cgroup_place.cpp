#include "usage/cgroup_place.h"

#include "usage/cgroup_tree.h"

#include <array>

namespace harden {

// Docker's two cgroup drivers: cgroupfs, systemd.
static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> patterns{
    {{"/docker/", ""}, {"/system.slice/docker-", ".scope"}}};

CgroupFinder::CgroupFinder(const Host& host, CgroupMounts mounts)
    : host_{&host}
    , mounts_{std::move(mounts)}
{
    const auto counting = mounts_.find("cpuacct");
    counting_ = counting == mounts_.end() ? mounts_.at("unified") : counting->second;
}

Result<CgroupFinder> CgroupFinder::on(const Host& host)
{
    const auto text = TRY(host.read("/proc/self/mounts"));
    auto mounts = parse_cgroup_mounts(text);
    if (!mounts.contains("cpuacct") && !mounts.contains("unified"))
        return Error{ErrorKind::Unsupported, "no control groups that count processor time",
                     "mount cgroup2 at /sys/fs/cgroup"};
    return CgroupFinder{host, std::move(mounts)};
}

Path CgroupFinder::below(std::string_view controller, std::string_view path) const
{
    const auto mount = mounts_.find(controller);
    return mount == mounts_.end() || path.empty() ? Path{} : Path{cat(mount->second, path)};
}

// With the inode of the directory that counts; NotFound where there is none.
Result<CgroupPlace> CgroupFinder::checked(CgroupPlace place) const
{
    const auto& counting = mounts_.contains("cpuacct") ? place.cpuacct : place.unified;
    if (counting.empty())
        return Error{ErrorKind::Failed, "its processes are in no control group of its own", {}};
    const auto status = TRY(host_->status(counting));
    place.inode = status.inode;
    return place;
}

Result<CgroupPlace> CgroupFinder::at(std::string_view path) const
{
    return checked({.cpu = below("cpu", path),
                    .cpuacct = below("cpuacct", path),
                    .cpuset = below("cpuset", path),
                    .memory = below("memory", path),
                    .pids = below("pids", path),
                    .unified = below("unified", path)});
}

Result<CgroupPlace> CgroupFinder::standard(std::string_view id)
{
    for (std::size_t tried = 0; tried < patterns.size(); ++tried) {
        const auto which = (pattern_ + tried) % patterns.size();
        auto place = at(cat(patterns[which].first, id, patterns[which].second));
        if (place.is_absent())
            continue;
        pattern_ = which;
        return place;
    }
    return Error{ErrorKind::NotFound, "no control group in the standard places", {}};
}

// The container's own group on the way to one of its processes: named after it, whatever is below
// it. Empty where the process is in somebody else's, as a sandbox is in version 2 on hybrid hosts.
static std::string_view own_group(std::string_view path, std::string_view id)
{
    const auto name = path.find(id);
    return name == std::string_view::npos ? std::string_view{}
                                          : path.substr(0, path.find('/', name));
}

Result<CgroupPlace> CgroupFinder::of_process(int pid, std::string_view id) const
{
    const auto text = TRY(host_->read(cat("/proc/", std::to_string(pid), "/cgroup")));
    const auto places = parse_process_cgroups(text);
    const auto own = [&](std::string_view controller) {
        const auto place = places.find(controller);
        return place == places.end() ? Path{} : below(controller, own_group(place->second, id));
    };
    return checked({.cpu = own("cpu"),
                    .cpuacct = own("cpuacct"),
                    .cpuset = own("cpuset"),
                    .memory = own("memory"),
                    .pids = own("pids"),
                    .unified = own("unified")});
}

// Walks the tree once for all who are in no standard place.
std::string CgroupFinder::path_by_name(std::string_view id)
{
    if (!named_)
        named_ = groups_by_id(*host_, counting_);
    const auto found = named_->find(id);
    return found == named_->end() ? std::string{} : found->second;
}

Result<CgroupPlace> CgroupFinder::find(std::string_view id, const PidOf& pid_of,
                                       std::string_view known)
{
    auto place = known.empty() ? standard(id) : at(known);
    if (place.is_absent() && !known.empty())
        place = standard(id);
    if (!place.is_absent())
        return place;
    if (const auto path = path_by_name(id); !path.empty())
        place = at(path);
    if (!place.is_absent())
        return place;
    const auto pid = TRY(pid_of(id));
    if (pid <= 0)
        return Error{ErrorKind::NotFound, "the container does not run any more", {}};
    return of_process(pid, id);
}

std::string CgroupFinder::path_of(const CgroupPlace& place) const
{
    const auto& whole = place.counting().native();
    return whole.substr(std::min(whole.size(), counting_.native().size()));
}

std::string CgroupFinder::unusual_path(const CgroupPlace& place, std::string_view id) const
{
    auto path = path_of(place);
    for (const auto& [before, after] : patterns)
        if (path == cat(before, id, after))
            return {};
    return path;
}

}
