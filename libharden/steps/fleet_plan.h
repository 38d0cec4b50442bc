#pragma once

#include "base/result.h"

#include <optional>
#include <vector>

namespace harden {

// A number of hosts, or a share of some: "3", "25%".
struct Amount {
    std::size_t number = 0;
    bool is_percent = false;
};
Result<Amount> parse_amount(std::string_view text, std::string_view option);

struct FleetPolicy {
    std::size_t canary = 1;         // hosts before all others; 0: none
    std::optional<Amount> batch;    // hosts at a time after them; none: all the rest
    std::optional<Amount> max_fail; // failures that a batch may have; none: see waves()
};

// Hosts that are worked on before any of the next wave is touched.
struct Wave {
    std::size_t first = 0;
    std::size_t count = 0;
    bool is_canary = false;
    std::optional<std::size_t> max_fail; // none: as many as there are
    bool operator==(const Wave&) const = default;
};

// The hosts in their order, cut into waves. No canary may fail. Without max_fail no host of a batch
// may, where batches were asked for; else as many as will. A share is of all hosts for a batch, at
// least one host; of the batch for its failures, rounded down.
std::vector<Wave> waves(std::size_t hosts, const FleetPolicy& policy);

}
