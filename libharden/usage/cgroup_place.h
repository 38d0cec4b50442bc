#pragma once

#include "node/host.h"
#include "usage/cgroup_files.h"

#include <functional>
#include <map>

namespace harden {

// The directories of one container's control groups. Those that the host does not have are empty.
struct CgroupPlace {
    Path cpu;     // version 1: quota and throttling
    Path cpuacct; // version 1: use
    Path cpuset;
    Path memory;
    Path pids;
    Path unified;            // version 2; beside version 1's on hybrid hosts
    std::uint64_t inode = 0; // of the directory that counts use: another one is another life

    const Path& counting() const { return cpuacct.empty() ? unified : cpuacct; }
};

// Finds containers' control groups on one host. Remembers the last pattern that fitted, so that a
// fleet of alike containers costs one question each.
class CgroupFinder {
public:
    // `pid_of` tells a container's process where no directory has its name.
    using PidOf = std::function<Result<int>(std::string_view id)>;

    static Result<CgroupFinder> on(const Host& host);

    // `known`: where it was before, below the mount; empty: it was in a standard place, or is new.
    // NotFound: the container is gone.
    Result<CgroupPlace> find(std::string_view id, const PidOf& pid_of, std::string_view known = {});
    // The group at one path below the mounts.
    Result<CgroupPlace> at(std::string_view path) const;

    // Where the place is below the mount that counts.
    std::string path_of(const CgroupPlace& place) const;
    // The same; empty for a standard place of `id`.
    std::string unusual_path(const CgroupPlace& place, std::string_view id) const;
    const CgroupMounts& mounts() const { return mounts_; }
    const Path& counting_mount() const { return counting_; }

private:
    CgroupFinder(const Host& host, CgroupMounts mounts);
    Result<CgroupPlace> standard(std::string_view id);
    Result<CgroupPlace> of_process(int pid, std::string_view id) const;
    std::string path_by_name(std::string_view id);
    Path below(std::string_view controller, std::string_view path) const;
    Result<CgroupPlace> checked(CgroupPlace place) const;

    const Host* host_;
    CgroupMounts mounts_;
    Path counting_;
    std::size_t pattern_ = 0;
    std::optional<std::map<std::string, std::string, std::less<>>> named_; // id to path
};

}
