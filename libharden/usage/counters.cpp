#include "usage/counters.h"

#include <algorithm>

namespace harden {

template<class T>
static std::optional<T> known(Result<T> answer)
{
    if (!answer)
        return std::nullopt;
    return *std::move(answer);
}

CounterReader::CounterReader(const Host& host, const CgroupMounts& mounts)
    : host_{&host}
    , mounts_{mounts}
    , version_1_{mounts.contains("cpuacct")}
{
    const auto online = host.read("/sys/devices/system/cpu/online");
    if (online)
        processors_ = known(processors_in(*online));
}

Result<std::string> CounterReader::text(const Path& group, std::string_view file) const
{
    if (group.empty())
        return Error{ErrorKind::NotFound, "this host has no such control groups", {}};
    return host_->read(group / file);
}

std::optional<std::uint64_t> CounterReader::counter(const Path& group, std::string_view file) const
{
    const auto contents = text(group, file);
    return contents ? known(parse_counter(*contents)) : std::nullopt;
}

// A group without the file cannot have the limit: version 2 without the cpu controller, and roots.
// No group is no answer, rather than no limit.
Result<std::optional<double>> CounterReader::limit(const Path& group) const
{
    const auto quota = text(group, version_1_ ? "cpu.cfs_quota_us" : "cpu.max");
    if (quota.is_absent()) {
        TRY(host_->status(group));
        return std::optional<double>{};
    }
    if (!quota)
        return quota.error();
    if (!version_1_)
        return parse_cpu_max(*quota);
    if (is_unlimited(*quota))
        return std::optional<double>{};
    const auto period = TRY(text(group, "cpu.cfs_period_us"));
    return parse_cfs_quota(*quota, period);
}

static std::optional<double> lesser(std::optional<double> one, std::optional<double> other)
{
    if (!one || !other)
        return one ? one : other;
    return std::min(*one, *other);
}

// The least limit of `group` and of what is above it, up to the mount.
Result<std::optional<double>> CounterReader::tightest(const Path& group, const Path& mount)
{
    const auto own = TRY(limit(group));
    if (group == mount || !group.has_relative_path())
        return own;
    const auto parent = group.parent_path();
    auto above = above_.find(parent);
    if (above == above_.end()) {
        const auto least = TRY(tightest(parent, mount));
        above = above_.emplace(parent, least).first;
    }
    return lesser(own, above->second);
}

Result<double> CounterReader::quota(const CgroupPlace& place)
{
    if (!processors_)
        return Error{ErrorKind::Failed, "the number of processors is unknown", {}};
    std::optional<double> least = *processors_;
    const auto mount = mounts_.find(version_1_ ? "cpu" : "unified");
    const auto& group = version_1_ ? place.cpu : place.unified;
    if (mount != mounts_.end()) {
        const auto limited = TRY(tightest(group, mount->second));
        least = lesser(least, limited);
    }
    const auto set = version_1_ ? text(place.cpuset, "cpuset.effective_cpus")
                                : text(place.unified, "cpuset.cpus.effective");
    if (set && !trim(*set).empty()) {
        const auto allowed = TRY(processors_in(*set));
        least = lesser(least, allowed);
    }
    return *least;
}

Counters CounterReader::read(const CgroupPlace& place)
{
    Counters now;
    if (const auto stat = text(version_1_ ? place.cpu : place.unified, "cpu.stat"); stat) {
        now.periods = known(stat_value(*stat, "nr_periods"));
        now.throttled = known(stat_value(*stat, "nr_throttled"));
        now.throttled_us =
            known(stat_value(*stat, version_1_ ? "throttled_time" : "throttled_usec"));
        if (now.throttled_us && version_1_)
            *now.throttled_us /= 1000; // version 1 counts nanoseconds
        if (const auto used = known(stat_value(*stat, "usage_usec")))
            now.cpu_ns = *used * 1000;
    }
    if (version_1_)
        now.cpu_ns = counter(place.cpuacct, "cpuacct.usage");
    if (const auto pressure = text(place.unified, "cpu.pressure"); pressure)
        now.stalled_us = known(parse_pressure_total(*pressure));
    now.memory_bytes = version_1_ ? counter(place.memory, "memory.usage_in_bytes")
                                  : counter(place.unified, "memory.current");
    now.pids = counter(version_1_ ? place.pids : place.unified, "pids.current");
    now.quota = known(quota(place));
    return now;
}

}
