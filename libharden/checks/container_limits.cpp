#include "checks/container_judge.h"
#include "checks/container_mounts.h"

namespace harden {

using enum Severity;

// Of all tmpfs mounts that it was made with: what its disk is where its root is read-only.
static std::int64_t scratch_of(const RunningContainer& container)
{
    std::int64_t total = 0;
    for (const auto& [place, options] : container.details.settings.tmpfs)
        total += tmpfs_size(options);
    return total;
}

static Result<std::string> memory(const RunningContainer& container, const ResourceTiers& tiers,
                                  bool swaps)
{
    const auto limits = TRY(container.limits);
    if (!limits.memory)
        return std::string{"no limit"};
    if (swaps && limits.swap != 0)
        return cat(size_text(*limits.memory), " and ",
                   limits.swap ? size_text(*limits.swap) : "no limit", " of swap");
    const auto& labels = container.details.container.labels;
    auto complaint =
        beyond_tiers(tiers, labels, {.memory = limits.memory}, size_text(*limits.memory));
    if (!complaint.empty())
        return complaint;
    const ContainerUse use{.memory = limits.memory, .cpus = limits.cpus, .pids = limits.pids};
    return std::string{fit_together(tiers, labels, use) ? ""
                                                        : "its limits together fit no one tier"};
}

static Result<Outcome> memory_limit(const Facts& facts)
{
    const auto tiers = TRY(facts.once(container_tiers));
    const bool swaps = TRY(facts.once(node_swaps));
    return judge_each(facts, [&](const RunningContainer& container, const auto&) {
        return memory(container, tiers, swaps);
    });
}

static Result<std::string> cpus(const RunningContainer& container, const ResourceTiers& tiers)
{
    const auto limits = TRY(container.limits);
    if (!limits.cpus)
        return std::string{"no limit"};
    return beyond_tiers(tiers, container.details.container.labels, {.cpus = limits.cpus},
                        cat(cpus_text(*limits.cpus), " processors"));
}

static Result<std::string> pids(const RunningContainer& container, const ResourceTiers& tiers)
{
    const auto limits = TRY(container.limits);
    if (!limits.pids)
        return std::string{"no limit"};
    return beyond_tiers(tiers, container.details.container.labels, {.pids = limits.pids},
                        cat(std::to_string(*limits.pids), " processes"));
}

// A volume is bounded where the file system that it is on counts by project.
static bool has_quota(const RunningContainers& all, std::string_view source)
{
    const auto* holder = mount_of(all.host_mounts, source);
    return holder != nullptr && (has_option(*holder, "prjquota") || has_option(*holder, "pquota"));
}

static Result<std::string> disk(const Host& host, const RunningContainer& container,
                                const RunningContainers& all, const ResourceTiers& tiers)
{
    const auto& settings = container.details.settings;
    if (!settings.read_only_root && !settings.storage_options.contains("size"))
        return std::string{"its root is writable and not bounded"};
    for (const auto& mount : settings.mounts)
        if (mount.writable && mount.type != "tmpfs" &&
            !has_quota(all, TRY(places_of(host, all, container, mount)).front()))
            return cat(escaped(mount.destination, 60), " is writable and not bounded");
    const auto scratch = scratch_of(container);
    return beyond_tiers(tiers, container.details.container.labels, {.disk = scratch},
                        cat(size_text(scratch), " of tmpfs"));
}

using Measure = Result<std::string> (*)(const RunningContainer&, const ResourceTiers&);

static auto by_tier(Measure measure)
{
    return [measure](const Facts& facts) -> Result<Outcome> {
        const auto tiers = TRY(facts.once(container_tiers));
        return judge_each(facts, [&](const RunningContainer& container, const auto&) {
            return measure(container, tiers);
        });
    };
}

static Result<Outcome> disk_limit(const Facts& facts)
{
    const auto tiers = TRY(facts.once(container_tiers));
    return judge_each(facts, [&](const RunningContainer& container, const RunningContainers& all) {
        return disk(facts.host(), container, all, tiers);
    });
}

std::vector<Check> container_limit_checks()
{
    auto bounded = container_check(
        "container.disk-limit", "Containers' disk use is bounded", High,
        "docker run --read-only --tmpfs /tmp:size=512m,mode=1777 ...", {},
        "One container that fills the disk stops all of them. Asked of its root, its volumes and "
        "their quota; its tmpfs mounts must fit its tier.",
        disk_limit);
    bounded.profile = Profile::Strict;
    return {
        container_check("container.memory-limit",
                        "Containers have a memory limit and no swap beyond it", High,
                        "docker run --memory=512m --memory-swap=512m ...", {"CIS-Docker-5.11"},
                        "Without a limit one container takes the memory of all. Asked of its "
                        "control group, which must fit a tier of rules/tiers.toml.",
                        memory_limit),
        container_check("container.cpu-limit", "Containers have a CPU limit", High,
                        "docker run --cpus=0.5 ...", {"CIS-Docker-5.12"},
                        "Without a limit one miner takes every processor. Asked of its control "
                        "group, which must fit a tier.",
                        by_tier(cpus)),
        container_check("container.pids-limit", "Containers have a process limit", High,
                        "docker run --pids-limit=256 ...", {"CIS-Docker-5.29"},
                        "Without a limit a fork bomb stops the node. Asked of its control group, "
                        "which must fit a tier.",
                        by_tier(pids)),
        std::move(bounded),
    };
}

}
