#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace harden {

// One whole message between a miner and a pool.
struct StratumMessage {
    enum class Kind { Greeting, Job, Share };
    Kind kind = Kind::Greeting;
    std::string job;       // the pool's name for the work; empty: it has none
    bool is_fresh = false; // it carries the time of a block, and that is about now
};

inline constexpr std::size_t longest_stratum_message = 16'384; // bytes

// One JSON object that is a message of stratum version 1 (Bitcoin and its kin, Equihash,
// EthereumStratum), of CryptoNote's dialect or of eth-proxy's, with values of the right shapes:
// hexadecimal where hexadecimal belongs. Nothing else is one, however many of its words it has.
std::optional<StratumMessage> parse_stratum(std::string_view object,
                                            std::chrono::system_clock::time_point now);

// What a container's memory holds of such talk.
class StratumTalk {
public:
    void add(const StratumMessage& message);
    // Words about a block of today, or shares of more than one job: a page that explains the
    // protocol, or tests of a program that speaks it, have neither.
    bool is_mining() const { return is_fresh_ || (has_share_ && jobs_.size() > 1); }
    bool has_share() const { return has_share_; }

private:
    bool is_fresh_ = false;
    bool has_share_ = false;
    std::set<std::string> jobs_; // a few
};

}
