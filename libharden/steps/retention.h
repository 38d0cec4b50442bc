#pragma once

#include "node/journal.h"

namespace harden {

// What is kept of transactions that are over. One that waits, runs or needs a human stays; so does
// the only one that holds an operator's own bytes of a file, and the first and the last of those
// that stand on the same file: the last keeps the first from being rolled back beneath it.
inline constexpr std::size_t always_kept = 20; // the youngest
inline constexpr std::size_t most_kept = 200;  // older ones go whatever their age
inline constexpr std::chrono::hours kept_for{90 * 24};

struct Pruned {
    std::size_t count = 0; // since ever
    std::string last;      // id of the youngest one that went
};

// The ids that may go, of all transactions, oldest first.
std::vector<std::string> superfluous(const std::vector<TxRecord>& records, const Clock& now);

// Takes away what is superfluous; under the lock.
Result<> prune(Host& host);
Result<Pruned> pruned_so_far(const Host& host);

}
