#pragma once

#include "base/result.h"
#include "node/packet_probe.h"
#include "system/cleaner_process.h"

#include <cstdint>

namespace harden {

// What a packet probe leaves in the node's own network namespace while it runs.
namespace probe {
inline constexpr auto sender_link = "harden-probe";
inline constexpr auto responder_link = "harden-answer";
inline constexpr auto source6 = // where the network has no IPv6
    "fd68:6172:6465:6e::2";
inline constexpr std::uint32_t table = 0x68617264;
}

// A process of its own that takes a probe's traces away when the probe is finished or its process
// is gone, however that ended. One probe at a time in a network namespace.
class ProbeCleaner {
public:
    // Takes away what an earlier probe may have left, too.
    static Result<ProbeCleaner> start(const PacketSource& source);
    // Waits until all is gone.
    Result<> finish();

private:
    explicit ProbeCleaner(CleanerProcess process)
        : process_{std::move(process)}
    {
    }
    CleanerProcess process_;
};

}
