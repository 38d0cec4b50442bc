#pragma once

#include "node/meters.h"

#include <map>

namespace harden::test {

// Counts that the test put in. What is not set is not there: no policy, no GPU, nothing tracked.
class FakeMeters final : public Meters {
public:
    std::vector<LinkMeter> known_links;
    std::map<int, int> namespaces; // by process
    std::vector<Connection> tracked;
    std::optional<std::vector<SourceHits>> refused;
    std::optional<std::vector<GpuProcess>> gpu_use;
    std::map<int, std::map<std::uint64_t, std::string>> memories; // by process and address
    std::optional<Error> failure;                                 // of every question
    mutable int questions = 0;

    // A pair whose other end is `index` + 1 in that process's namespace, of its own number.
    LinkMeter& connect(int index, int pid)
    {
        namespaces.try_emplace(pid, pid);
        return known_links.emplace_back(LinkMeter{
            .index = index, .peer_namespace = namespaces.at(pid), .peer_index = index + 1});
    }

    Result<std::vector<LinkMeter>> links() const override { return asked(known_links); }
    Result<int> namespace_of(int pid) const override
    {
        ++questions;
        if (const auto found = namespaces.find(pid); found != namespaces.end())
            return found->second;
        return Error{ErrorKind::NotFound, "no link leads there", {}};
    }
    Result<std::vector<std::optional<int>>> namespaces_of(std::span<const int> pids) const override
    {
        std::vector<std::optional<int>> numbers;
        for (const int pid : pids) {
            const auto found = namespaces.find(pid);
            numbers.push_back(found == namespaces.end() ? std::nullopt
                                                        : std::optional{found->second});
        }
        return asked(numbers);
    }
    Result<std::vector<Connection>> connections() const override
    {
        if (tracked.empty())
            return Error{ErrorKind::NotFound, "the kernel tracks no connection", {}};
        return asked(tracked);
    }
    Result<std::vector<SourceHits>> refusals() const override
    {
        return refused ? asked(*refused) : absent<std::vector<SourceHits>>();
    }
    Result<std::vector<GpuProcess>> gpu_processes() const override
    {
        return gpu_use ? asked(*gpu_use) : absent<std::vector<GpuProcess>>();
    }
    // What was put at an address is a mapping of its own, with nothing behind it.
    Result<std::string> memory(int pid, std::uint64_t address, std::size_t size) const override
    {
        const auto process = memories.find(pid);
        if (process == memories.end())
            return absent<std::string>();
        auto mapping = process->second.upper_bound(address);
        if (mapping == process->second.begin())
            return absent<std::string>();
        --mapping;
        const auto offset = address - mapping->first;
        if (offset >= mapping->second.size())
            return absent<std::string>();
        return asked(mapping->second.substr(offset, size));
    }

private:
    template<class Answer>
    Result<Answer> asked(const Answer& answer) const
    {
        ++questions;
        if (failure)
            return *failure;
        return answer;
    }
    template<class Answer>
    Result<Answer> absent() const
    {
        return Error{ErrorKind::NotFound, "not here", {}};
    }
};

}
