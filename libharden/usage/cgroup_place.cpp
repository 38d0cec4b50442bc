#include "usage/cgroup_place.h"

#include <array>

namespace harden {

// Docker's two cgroup drivers: cgroupfs, systemd.
static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> patterns{
    {{"/docker/", ""}, {"/system.slice/docker-", ".scope"}}};

CgroupFinder::CgroupFinder(const Host& host, CgroupMounts mounts)
    : host_{&host}
    , mounts_{std::move(mounts)}
{
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
    const auto& counting = place.cpuacct.empty() ? place.unified : place.cpuacct;
    const auto status = TRY(host_->status(counting));
    place.inode = status.inode;
    return place;
}

Result<CgroupPlace> CgroupFinder::standard(std::string_view id)
{
    for (std::size_t tried = 0; tried < patterns.size(); ++tried) {
        const auto which = (pattern_ + tried) % patterns.size();
        const auto path = cat(patterns[which].first, id, patterns[which].second);
        auto place = checked({.cpu = below("cpu", path),
                              .cpuacct = below("cpuacct", path),
                              .cpuset = below("cpuset", path),
                              .memory = below("memory", path),
                              .pids = below("pids", path),
                              .unified = below("unified", path)});
        if (place.is_absent())
            continue;
        pattern_ = which;
        return place;
    }
    return Error{ErrorKind::NotFound, "no control group in the standard places", {}};
}

Result<CgroupPlace> CgroupFinder::of_process(int pid) const
{
    const auto text = TRY(host_->read(cat("/proc/", std::to_string(pid), "/cgroup")));
    auto places = parse_process_cgroups(text);
    // A sandbox that is in version 1 only stands at the root of version 2: that counts the host.
    if (places["unified"] == "/")
        places.erase("unified");
    return checked({.cpu = below("cpu", places["cpu"]),
                    .cpuacct = below("cpuacct", places["cpuacct"]),
                    .cpuset = below("cpuset", places["cpuset"]),
                    .memory = below("memory", places["memory"]),
                    .pids = below("pids", places["pids"]),
                    .unified = below("unified", places["unified"])});
}

Result<CgroupPlace> CgroupFinder::find(std::string_view id, const PidOf& pid_of)
{
    auto place = standard(id);
    if (!place.is_absent())
        return place;
    const auto pid = TRY(pid_of(id));
    if (pid <= 0)
        return Error{ErrorKind::NotFound, "the container does not run any more", {}};
    return of_process(pid);
}

}
