#pragma once

#include "usage/cgroup_place.h"

namespace harden {

// What one container's control groups say at one instant. What could not be read is absent.
struct Counters {
    std::optional<std::uint64_t> cpu_ns;       // used since the group was made
    std::optional<std::uint64_t> periods;      // of its quota
    std::optional<std::uint64_t> throttled;    // of those: it wanted more than it got
    std::optional<std::uint64_t> throttled_us; // spent waiting for its own quota
    std::optional<std::uint64_t> stalled_us;   // some task was ready and had no processor
    std::optional<std::uint64_t> memory_bytes;
    std::optional<std::uint64_t> pids;
    std::optional<double>
        quota; // processors it may use: the least of its and its ancestors' limits
};

// Reads counters; limits of the groups above containers are read once.
class CounterReader {
public:
    CounterReader(const Host& host, const CgroupMounts& mounts);

    Counters read(const CgroupPlace& place);

private:
    Result<double> quota(const CgroupPlace& place);
    Result<std::optional<double>> tightest(const Path& group, const Path& mount);
    Result<std::optional<double>> limit(const Path& group) const;
    Result<std::string> text(const Path& group, std::string_view file) const;
    std::optional<std::uint64_t> counter(const Path& group, std::string_view file) const;

    const Host* host_;
    CgroupMounts mounts_;
    bool version_1_; // the controllers are in version 1's hierarchies, maybe beside an empty
                     // version 2
    std::map<Path, std::optional<double>> above_;
    std::optional<int> processors_;
};

}
