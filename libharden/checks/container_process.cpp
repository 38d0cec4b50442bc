#include "checks/container_facts.h"
#include "usage/cgroup_place.h"

#include <charconv>

namespace harden {

// Version 1 writes "no limit" as the largest number of whole pages.
static constexpr std::int64_t beyond_any_memory = std::int64_t{1} << 60;

// "NoNewPrivs:\t1" of /proc/PID/status.
static std::string_view field(std::string_view status, std::string_view name)
{
    for (const auto line : lines(status))
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
            return trim(line.substr(name.size() + 1));
    return {};
}

static std::uint64_t mask(std::string_view digits)
{
    std::uint64_t bits = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
    return bits;
}

static void read_status(std::string_view status, ContainerProcess& process)
{
    const auto users = split(field(status, "Uid"), '\t');
    process.user = static_cast<unsigned>(users.size() > 1 ? to_number(users[1]).value_or(0) : 0);
    process.effective = mask(field(status, "CapEff"));
    process.bounding = mask(field(status, "CapBnd"));
    process.no_new_privileges = field(status, "NoNewPrivs") == "1";
    process.seccomp = static_cast<int>(to_number(field(status, "Seccomp")).value_or(0));
}

static Result<Namespaces> namespaces_of(const Host& host, const Path& process)
{
    Namespaces found;
    for (const auto* name : {"cgroup", "ipc", "net", "pid", "user", "uts"})
        found[name] = TRY(host.status(process / "ns" / name)).target.native();
    return found;
}

// What a kernel without a security module answers is an error of its own; the field stays empty.
static std::string confinement_of(const Host& host, const Path& process)
{
    const auto text = host.read(process / "attr/current");
    if (!text)
        return {};
    return std::string{trim(std::string_view{text->c_str()})};
}

Result<ContainerProcess> parse_container_process(const Host& host, int pid)
{
    if (pid <= 0)
        return Error{ErrorKind::NotFound, "it does not run just now", {}};
    const Path directory = cat("/proc/", std::to_string(pid));
    ContainerProcess process;
    read_status(TRY(host.read(directory / "status")), process);
    process.program = TRY(host.status(directory / "exe")).target.native();
    const auto command = TRY(host.read(directory / "cmdline"));
    process.title = command.substr(0, command.find('\0'));
    process.namespaces = TRY(namespaces_of(host, directory));
    process.mounts = parse_mount_table(TRY(host.read(directory / "mountinfo")));
    process.confinement = confinement_of(host, directory);
    const auto score = TRY(host.read(directory / "oom_score_adj"));
    process.oom_score = static_cast<int>(to_number(trim(score)).value_or(0));
    return process;
}

// A number, or "max". Absent where the kernel does not limit.
static Result<std::optional<std::int64_t>> limit_in(const Host& host, const Path& file)
{
    const auto text = host.read(file);
    if (text.is_absent())
        return std::optional<std::int64_t>{};
    const auto found = TRY(text);
    if (trim(found) == "max")
        return std::optional<std::int64_t>{};
    const auto number = TRY(parse_counter(found));
    if (number >= static_cast<std::uint64_t>(beyond_any_memory))
        return std::optional<std::int64_t>{};
    return std::optional{static_cast<std::int64_t>(number)};
}

static Result<std::optional<double>> cpus_in(const Host& host, const CgroupPlace& place)
{
    if (place.cpu.empty()) {
        const auto text = host.read(place.unified / "cpu.max");
        if (text.is_absent())
            return std::optional<double>{};
        return parse_cpu_max(TRY(text));
    }
    const auto quota = TRY(host.read(place.cpu / "cpu.cfs_quota_us"));
    const auto period = TRY(host.read(place.cpu / "cpu.cfs_period_us"));
    return parse_cfs_quota(quota, period);
}

// Version 1 limits memory and swap together.
static Result<ContainerLimits> memory_in(const Host& host, const CgroupPlace& place)
{
    ContainerLimits limits;
    if (place.memory.empty()) {
        limits.memory = TRY(limit_in(host, place.unified / "memory.max"));
        limits.swap = TRY(limit_in(host, place.unified / "memory.swap.max"));
        return limits;
    }
    limits.memory = TRY(limit_in(host, place.memory / "memory.limit_in_bytes"));
    const auto both = TRY(limit_in(host, place.memory / "memory.memsw.limit_in_bytes"));
    if (limits.memory && both)
        limits.swap = *both - *limits.memory;
    return limits;
}

Result<ContainerLimits> container_limits(const Host& host, const ContainerDetails& details)
{
    if (details.pid <= 0)
        return Error{ErrorKind::NotFound, "it does not run just now", {}};
    auto finder = TRY(CgroupFinder::on(host));
    const auto place = TRY(finder.find(details.container.id,
                                       [&](std::string_view) { return Result<int>{details.pid}; }));
    auto limits = TRY(memory_in(host, place));
    limits.cpus = TRY(cpus_in(host, place));
    const auto& pids = place.pids.empty() ? place.unified : place.pids;
    limits.pids = TRY(limit_in(host, pids / "pids.max"));
    return limits;
}

}
