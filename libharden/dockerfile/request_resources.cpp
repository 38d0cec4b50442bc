#include "base/text.h"
#include "dockerfile/limit_judge.h"

#include <algorithm>
#include <charconv>

namespace harden {

static constexpr double longest_period = 100'000; // microseconds, what Docker's default is

// "0.5", "2", ".5", "1/2"; nothing where it is no number above zero.
static std::optional<double> decimal(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash != std::string_view::npos) {
        const auto above = decimal(text.substr(0, slash));
        const auto below = decimal(text.substr(slash + 1));
        return above && below ? std::optional{*above / *below} : std::nullopt;
    }
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value);
    const bool is_number = problem == std::errc{} && stop == end && value > 0 && value < 1e6;
    return is_number ? std::optional{value} : std::nullopt;
}

static std::optional<double> cpus_of(const ContainerRequest& request)
{
    if (request.cpus)
        return decimal(request.cpus->text);
    if (!request.cpu_quota)
        return {};
    const auto quota = decimal(request.cpu_quota->text);
    const auto period =
        request.cpu_period ? decimal(request.cpu_period->text) : std::optional{longest_period};
    return quota && period ? std::optional{*quota / *period} : std::nullopt;
}

static std::optional<std::int64_t> memory_of(const ContainerRequest& request)
{
    const auto bytes = request.memory ? requested_bytes(request.memory->text) : std::nullopt;
    return bytes && *bytes > 0 ? bytes : std::nullopt;
}

static std::optional<std::int64_t> pids_of(const ContainerRequest& request)
{
    const auto number = request.pids ? to_number(request.pids->text) : std::nullopt;
    return number && *number > 0 ? std::optional<std::int64_t>{*number} : std::nullopt;
}

// Of one tmpfs, as the kernel takes its options: a share of the memory is no size.
static std::optional<std::int64_t> size_of(const RequestedTmpfs& tmpfs)
{
    const auto bytes = tmpfs_size(tmpfs.options);
    return bytes > 0 ? std::optional{bytes} : std::nullopt;
}

static std::int64_t scratch_of(const ContainerRequest& request)
{
    constexpr std::int64_t most = std::int64_t{1} << 60;
    std::int64_t total = 0;
    for (const auto& tmpfs : request.tmpfs)
        total = std::min(most, total + size_of(tmpfs).value_or(0));
    return total;
}

ContainerUse asked_use(const ContainerRequest& request)
{
    return {.memory = memory_of(request),
            .cpus = cpus_of(request),
            .disk = scratch_of(request),
            .pids = pids_of(request)};
}

// What is wrong with one limit: it is absent, no number, or more than the tiers allow.
static std::string complaint(const LimitJudge& judge, const std::optional<PlacedText>& given,
                             bool is_number, const ContainerUse& use, const std::string& what)
{
    if (!given)
        return "no limit is set";
    if (!is_number)
        return cat("\"", given->text.substr(0, 40), "\" sets no limit");
    return beyond_tiers(judge.rules().tiers, judge.labels(), use, what);
}

static void judge_memory(LimitJudge& judge)
{
    const auto& request = judge.request();
    const auto& at = request.memory ? *request.memory : request.name;
    const auto value = flag_size(judge.example().memory);
    const auto memory = memory_of(request);
    const auto wrong = complaint(judge, request.memory, memory.has_value(), {.memory = memory},
                                 memory ? size_text(*memory) : "");
    if (!wrong.empty())
        judge.reject("memory", at, cat("memory: ", wrong),
                     judge.write("memory", "mem_limit", value));
    else if (!fit_together(judge.rules().tiers, judge.labels(),
                           {.memory = memory, .cpus = cpus_of(request), .pids = pids_of(request)}))
        judge.reject("memory", at, "memory: its limits together fit no one tier",
                     "take memory, processors and processes of one tier");
}

// Docker gives as much swap again as there is memory unless the two are the same.
static void judge_swap(LimitJudge& judge)
{
    const auto& request = judge.request();
    const auto memory = memory_of(request);
    const auto both =
        request.memory_swap ? requested_bytes(request.memory_swap->text) : std::nullopt;
    if (both && *both > 0 && (!memory || *both == *memory))
        return;
    const auto value =
        request.memory && memory ? request.memory->text : flag_size(judge.example().memory);
    judge.reject("memory-swap", request.memory_swap ? *request.memory_swap : request.name,
                 request.memory_swap ? "memory and swap together are not what its memory is"
                                     : "swap: no limit is set",
                 judge.write("memory-swap", "memswap_limit", value));
}

static void judge_cpus(LimitJudge& judge)
{
    const auto& request = judge.request();
    const auto& given = request.cpus ? request.cpus : request.cpu_quota;
    const auto cpus = cpus_of(request);
    const auto wrong = complaint(judge, given, cpus.has_value(), {.cpus = cpus},
                                 cpus ? cat(cpus_text(*cpus), " processors") : "");
    if (!wrong.empty())
        judge.reject("cpus", given ? *given : request.name, cat("processors: ", wrong),
                     judge.write("cpus", "cpus", cpus_text(judge.example().cpus)));
}

static void judge_pids(LimitJudge& judge)
{
    const auto& request = judge.request();
    const auto pids = pids_of(request);
    const auto wrong = complaint(judge, request.pids, pids.has_value(), {.pids = pids},
                                 pids ? cat(std::to_string(*pids), " processes") : "");
    if (!wrong.empty())
        judge.reject("pids", request.pids ? *request.pids : request.name, cat("processes: ", wrong),
                     judge.write("pids-limit", "pids_limit", std::to_string(judge.example().pids)));
}

static bool has_option(const RequestedTmpfs& tmpfs, std::string_view wanted)
{
    return std::ranges::any_of(split(tmpfs.options, ','),
                               [&](std::string_view option) { return option == wanted; });
}

static void judge_tmpfs(LimitJudge& judge, const RequestedTmpfs& tmpfs)
{
    const auto sized = cat(tmpfs.place.text, ":size=", flag_size(judge.example().disk));
    if (!size_of(tmpfs))
        judge.reject("tmpfs", tmpfs.place, "a tmpfs has no size in bytes",
                     judge.write("tmpfs", "tmpfs", cat(sized, ",mode=1777")));
    for (const auto* loose : {"exec", "suid"})
        if (has_option(tmpfs, loose))
            judge.reject("tmpfs", tmpfs.place,
                         cat("a tmpfs takes ", loose == std::string_view{"exec"}
                                                   ? "programs"
                                                   : "set-user-id programs"),
                         cat("leave out its option ", loose));
}

static void judge_disk(LimitJudge& judge)
{
    const auto& request = judge.request();
    const auto disk = flag_size(judge.example().disk);
    if (!is_true(request.read_only))
        judge.reject("read-only", request.read_only ? *request.read_only : request.name,
                     "its root is writable and not bounded",
                     cat(judge.write("read-only", "read_only",
                                     request.form == RequestForm::Service ? "true" : ""),
                         ", and ",
                         judge.give("tmpfs", "tmpfs", cat("/tmp:size=", disk, ",mode=1777"))));
    for (const auto& tmpfs : request.tmpfs)
        judge_tmpfs(judge, tmpfs);
    const auto scratch = scratch_of(request);
    const auto wrong = beyond_tiers(judge.rules().tiers, judge.labels(), {.disk = scratch},
                                    cat(size_text(scratch), " of tmpfs"));
    if (!wrong.empty() && !request.tmpfs.empty())
        judge.reject("tmpfs", request.tmpfs.front().place, wrong,
                     cat("give all of them together no more than ", disk));
}

void judge_resources(LimitJudge& judge)
{
    judge_memory(judge);
    judge_swap(judge);
    judge_cpus(judge);
    judge_pids(judge);
    judge_disk(judge);
}

}
