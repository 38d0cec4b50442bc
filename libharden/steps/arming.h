#pragma once

#include "node/journal.h"

#include <chrono>
#include <string>
#include <vector>

namespace harden {

// How the node takes back a change that nobody confirms: a timer now, and a unit that runs before
// sshd where the machine restarts in between. Both run `PROGRAM rollback ID --if-unconfirmed`.
struct Arming {
    std::chrono::seconds within{120};
};

// Before the first change of transaction `id`. The program is this one: from where it is
// installed, or a copy of it in the transaction's directory, for a binary that was run from
// somewhere may be gone at the next boot.
Result<> arm(Host& host, const std::string& id, const Arming& arming);

// Takes timer and unit away again; those of a transaction that has none: done.
Result<> disarm(Host& host, const std::string& id);

// The units that a run could not take away, of every transaction that waits for nothing.
Result<> disarm_settled(Host& host, const std::vector<TxRecord>& records);

}
