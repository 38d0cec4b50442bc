#include "checks/canary_outside.h"

#include "node/cgroups.h"
#include "node/no_meters.h"
#include "usage/counters.h"
#include "usage/evidence_search.h"
#include "usage/miner_rules.h"

#include <algorithm>

namespace harden {

static std::string field(std::string_view status, std::string_view name)
{
    for (const auto line : lines(status))
        if (line.starts_with(name))
            return std::string{trim(line.substr(name.size()))};
    return {};
}

static std::string text_of(const Host& host, const std::string& file)
{
    const auto text = host.read(file);
    return text ? *text : std::string{};
}

static std::optional<long long> limit_in(const Host& host, const Path& file)
{
    const auto text = host.read(file);
    return text ? to_number(trim(*text)) : std::nullopt;
}

// The group that a process is in, of the hierarchy that has this controller.
static Path group_of(const Host& host, const std::string& process, std::string_view controller)
{
    const auto mounts = parse_cgroup_mounts(text_of(host, "/proc/self/mounts"));
    const auto places = parse_process_cgroups(text_of(host, cat(process, "/cgroup")));
    for (const auto name : {controller, std::string_view{"unified"}}) {
        const auto mount = mounts.find(name);
        const auto place = places.find(name);
        if (mount != mounts.end() && place != places.end())
            return Path{cat(mount->second, place->second)};
    }
    return {};
}

static std::optional<long long> limit_of(const Host& host, const std::string& process,
                                         std::string_view controller, std::string_view newer,
                                         std::string_view older)
{
    const auto group = group_of(host, process, controller);
    if (group.empty())
        return std::nullopt;
    const auto limit = limit_in(host, group / newer);
    return limit ? limit : limit_in(host, group / older);
}

CanaryFromOutside seen_from_outside(const Host& host, const ContainerDetails& details)
{
    const auto process = cat("/proc/", std::to_string(details.pid));
    const auto status = text_of(host, cat(process, "/status"));
    const auto program = host.status(cat(process, "/exe"));
    auto command = text_of(host, cat(process, "/cmdline"));
    std::ranges::replace(command, '\0', ' ');
    return {.program = program ? program->target.string() : std::string{},
            .command = std::string{trim(command)},
            .seccomp = field(status, "Seccomp:"),
            .no_new_privileges = field(status, "NoNewPrivs:"),
            .confinement = std::string{trim(text_of(host, cat(process, "/attr/current")))},
            .memory_limit =
                limit_of(host, process, "memory", "memory.max", "memory.limit_in_bytes"),
            .pids_limit = limit_of(host, process, "pids", "pids.max", "pids.max")};
}

static Result<> sample_burner(const Facts& facts, const ContainerDetails& details,
                              SeenBurner& burner)
{
    auto finder = TRY(CgroupFinder::on(facts.host()));
    const auto place = TRY(finder.find(
        details.container.id, [&details](std::string_view) -> Result<int> { return details.pid; }));
    CounterReader reader{facts.host(), finder.mounts()};
    const auto clock = TRY(facts.host().now());
    burner.samples.push_back({place.inode, clock.since_boot, reader.read(place)});
    if (burner.evidence)
        return done;
    const auto settings = TRY(miner_settings(facts.host()));
    const auto rules = TRY(parse_miner_rules(settings));
    const Observation seen{.container = details.container,
                           .group = place.cpuacct.empty() ? place.unified : place.cpuacct};
    burner.evidence = EvidenceSearch{facts.host(), NoMeters{}, rules}.of(seen, details.runtime);
    return done;
}

void look_at_burner(const Facts& facts, const ContainerDetails& details, SeenBurner& burner)
{
    if (const auto sampled = sample_burner(facts, details, burner); !sampled)
        burner.problem = sampled.error().message;
}

}
