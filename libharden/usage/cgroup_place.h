#pragma once

#include "node/host.h"
#include "usage/cgroup_files.h"

#include <functional>

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
};

// Finds containers' control groups on one host. Remembers the last pattern that fitted, so that a
// fleet of alike containers costs one question each.
class CgroupFinder {
public:
    // `pid_of` tells a container's process where the standard places do not have it.
    using PidOf = std::function<Result<int>(std::string_view id)>;

    static Result<CgroupFinder> on(const Host& host);

    // NotFound: the container is gone.
    Result<CgroupPlace> find(std::string_view id, const PidOf& pid_of);

    const CgroupMounts& mounts() const { return mounts_; }

private:
    CgroupFinder(const Host& host, CgroupMounts mounts);
    Result<CgroupPlace> standard(std::string_view id);
    Result<CgroupPlace> of_process(int pid, std::string_view id) const;
    Path below(std::string_view controller, std::string_view path) const;
    Result<CgroupPlace> checked(CgroupPlace place) const;

    const Host* host_;
    CgroupMounts mounts_;
    std::size_t pattern_ = 0;
};

}
