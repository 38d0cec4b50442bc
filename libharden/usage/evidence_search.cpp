#include "usage/evidence_search.h"

#include "usage/pool_ports.h"
#include "usage/program_start.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t mebibyte = 1U << 20U;
static constexpr std::size_t most_of_a_look = 128 * mebibyte;
static constexpr std::size_t most_of_a_container = 16 * mebibyte;
static constexpr std::size_t most_of_a_range = 8 * mebibyte;
static constexpr std::size_t most_asked_of_a_range = 64 * mebibyte; // most of it may not be there
static constexpr std::size_t piece = mebibyte / 2;
static constexpr std::size_t most_processes = 256; // whose words are read
static constexpr std::size_t most_searched = 16;   // whose memory is, those that worked most

struct EvidenceSearch::Process {
    int pid = 0;
    std::uint64_t ticks = 0; // of processor time
};

EvidenceSearch::EvidenceSearch(const Host& host, const Meters& meters, const MinerRules& rules)
    : host_{&host}
    , meters_{&meters}
    , rules_{&rules}
    , left_{most_of_a_look}
{
    if (const auto clock = host.now())
        now_ = clock->wall;
}

static Path file_of(int pid, std::string_view name)
{
    return cat("/proc/", std::to_string(pid), "/", name);
}

// Fields 14 and 15 of /proc/PID/stat. The second is a name in parentheses that may hold anything.
static std::uint64_t ticks_in(std::string_view stat)
{
    const auto name_end = stat.rfind(')');
    const auto words = split(name_end == std::string_view::npos ? "" : stat.substr(name_end), ' ');
    if (words.size() < 14)
        return 0;
    return static_cast<std::uint64_t>(to_number(words[12]).value_or(0) +
                                      to_number(words[13]).value_or(0));
}

// Those that used most processor time first.
std::vector<EvidenceSearch::Process> EvidenceSearch::processes_of(const Path& group) const
{
    const auto text = host_->read(group / "cgroup.procs");
    std::vector<Process> all;
    for (const auto line : text ? lines(*text) : std::vector<std::string_view>{})
        if (const auto pid = to_number(line); pid && all.size() < most_processes)
            all.push_back({static_cast<int>(*pid)});
    for (auto& process : all)
        if (const auto stat = host_->read(file_of(process.pid, "stat")))
            process.ticks = ticks_in(*stat);
    std::stable_sort(all.begin(), all.end(), [](const Process& one, const Process& other) {
        return one.ticks > other.ticks;
    });
    return all;
}

// Of the network namespace that the process is in.
std::set<std::uint16_t> EvidenceSearch::ports_in(int pid) const
{
    std::set<std::uint16_t> ports;
    for (const auto* file : {"net/tcp", "net/tcp6"})
        if (const auto sockets = host_->read(file_of(pid, file)))
            ports.merge(connected_ports(*sockets));
    return ports;
}

void EvidenceSearch::read_words(const Process& process, Evidence& evidence) const
{
    const auto command = host_->read(file_of(process.pid, "cmdline"));
    if (!command)
        return; // it ended meanwhile
    evidence.has_argv = true;
    evidence.add(evidence_in_command(*command, rules_->evidence));
    if (const auto name = host_->read(file_of(process.pid, "comm")))
        evidence.add(evidence_in_name(trim(*name), rules_->evidence));
    if (const auto program = host_->status(file_of(process.pid, "exe")))
        evidence.add(evidence_in_name(program->target.native(), rules_->evidence));
    if (const auto environment = host_->read(file_of(process.pid, "environ")))
        evidence.add(evidence_in_environment(*environment, rules_->evidence));
}

// What a program inside a sandbox was started with stands at the end of its stack.
static void read_start(std::string_view memory, std::uint64_t address,
                       const MinerRules::Evidence& rules, Evidence& evidence)
{
    const auto start = program_start_in(memory, address);
    if (!start)
        return;
    evidence.has_argv = true;
    evidence.add(evidence_in_command(start->command, rules));
    evidence.add(evidence_in_environment(start->environment, rules));
}

// Pieces overlap, so that no message is cut. False where the container has had its share.
bool EvidenceSearch::read_range(int pid, const MemoryRange& range, std::size_t& left,
                                MemorySearch& search, Evidence& evidence)
{
    const auto end = range.begin + std::min<std::uint64_t>(range.size(), most_asked_of_a_range);
    const auto enough = left - std::min(left, most_of_a_range);
    for (auto at = range.begin; at < end && left > enough;) {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece, end - at));
        const auto memory = meters_->memory(pid, at, size);
        const auto got = memory ? memory->size() : 0;
        is_spent_ = is_spent_ || got > left_;
        if (is_spent_ || got > left)
            return false;
        left -= got;
        left_ -= got;
        if (memory) {
            evidence.has_memory = true;
            search.look_at(*memory);
            if (range.is_guest)
                read_start(*memory, at, rules_->evidence, evidence);
        }
        at += size == piece && end - at > piece ? piece - longest_stratum_message : size;
    }
    return true;
}

// Threads of a sandbox's program are processes with the same memory: it is read once.
void EvidenceSearch::read_memory(const std::vector<Process>& all, MemorySearch& search,
                                 Evidence& evidence)
{
    auto left = most_of_a_container;
    std::vector<std::vector<MemoryRange>> known;
    for (std::size_t i = 0; i < std::min(all.size(), most_searched); ++i) {
        const auto maps = host_->read(file_of(all[i].pid, "maps"));
        auto ranges = maps ? searchable_memory(*maps) : std::vector<MemoryRange>{};
        if (ranges.empty() || std::find(known.begin(), known.end(), ranges) != known.end())
            continue;
        for (const auto& range : ranges)
            if (!read_range(all[i].pid, range, left, search, evidence))
                break;
        known.push_back(std::move(ranges));
    }
    evidence.has_memory = evidence.has_memory && !search.gave_up() && !is_spent_;
}

// A container in the host's network has the host's connections, which say nothing of it.
static bool has_own_network(const Container& container)
{
    const auto& networks = container.networks;
    return !networks.empty() &&
           std::find(networks.begin(), networks.end(), "host") == networks.end();
}

Evidence EvidenceSearch::of(const Observation& seen, std::string_view runtime)
{
    Evidence evidence;
    evidence.add(evidence_in_image(seen.container.image, rules_->evidence));
    const auto processes = processes_of(seen.group);
    const bool are_shown = shows_processes(runtime);
    for (const auto& process : processes)
        if (are_shown)
            read_words(process, evidence);
    std::set<std::uint16_t> ports;
    if (seen.flows)
        ports = connected_ports(*seen.flows);
    else if (are_shown && !processes.empty() && has_own_network(seen.container))
        ports = ports_in(processes.front().pid);
    evidence.add(evidence_in_ports(ports, rules_->terms.pool_port.ports));
    if (rules_->evidence.reads_memory) {
        MemorySearch search{rules_->evidence, ports, now_};
        read_memory(processes, search, evidence);
        evidence.add(search.signs());
    }
    return evidence;
}

}
