#pragma once

#include "usage/evidence.h"
#include "usage/stratum.h"

#include <cstdint>
#include <set>

namespace harden {

// Reads through a container's memory, piece by piece, for what only a miner has there. The bytes
// are the tenant's: whatever they are, the work is in proportion to their number.
class MemorySearch {
public:
    // `ports`: to which the container has connections now. A pool's name alone stands in many
    // places, lists of what to block among them; beside a connection to its port it is an address
    // in use. A single share may be an example; beside a connection, whatever its port, it is not.
    MemorySearch(const MinerRules::Evidence& rules, std::set<std::uint16_t> ports,
                 std::chrono::system_clock::time_point now);

    void look_at(std::string_view memory);
    std::vector<Sign> signs() const;
    // Some of the memory was made to be hard to read, and not all was.
    bool gave_up() const { return gave_up_; }

private:
    void find_messages(std::string_view memory);
    void read_message(std::string_view object);
    void find_pools(std::string_view memory);

    const MinerRules::Evidence* rules_;
    std::set<std::uint16_t> ports_;
    std::chrono::system_clock::time_point now_;
    StratumTalk talk_;
    std::set<std::string> named_;  // pools, with any port
    std::set<std::string> called_; // pools, with a port to which there is a connection
    int messages_ = 0;             // that were read, or might have been ones
    bool gave_up_ = false;
};

}
