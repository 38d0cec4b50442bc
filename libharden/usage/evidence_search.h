#pragma once

#include "node/meters.h"
#include "usage/evidence.h"
#include "usage/memory_map.h"
#include "usage/memory_search.h"
#include "usage/observation.h"

namespace harden {

// Looks for evidence in the containers that deserve a closer look, during one look. What it reads
// of their memory is bounded, over one container and over all.
class EvidenceSearch {
public:
    EvidenceSearch(const Host& host, const Meters& meters, const MinerRules& rules);

    Evidence of(const Observation& seen, std::string_view runtime);

private:
    struct Process;
    std::vector<Process> processes_of(const Path& group) const;
    std::set<std::uint16_t> ports_in(int pid) const;
    void read_words(const Process& process, Evidence& evidence) const;
    void read_memory(const std::vector<Process>& all, MemorySearch& search, Evidence& evidence);
    bool read_range(int pid, const MemoryRange& range, std::size_t& left, MemorySearch& search,
                    Evidence& evidence);

    const Host* host_;
    const Meters* meters_;
    const MinerRules* rules_;
    std::chrono::system_clock::time_point now_;
    std::size_t left_;      // bytes of memory that this look may still read
    bool is_spent_ = false; // and more was there
};

}
