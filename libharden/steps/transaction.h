#pragma once

#include "node/journal.h"
#include "report/render.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace harden {

// Nobody else changes this node through us until the lock is let go: waits for them up to
// `patience`.
Result<HostLock> exclusive(Host& host, std::string_view what,
                           std::chrono::milliseconds patience = std::chrono::seconds{30});

// The state as people read it: "committed", "armed until T", "interrupted", "needs a human", …
std::string state_of(const TxRecord& record, const Host& host);

// NotFound, with the ids there are, where there is no such transaction. "last": the youngest.
Result<TxRecord> transaction(const Host& host, const std::string& id);
// The youngest one of a verb ("ssh-harden apply") that is not rolled back; NotFound: none.
Result<TxRecord> last_of(const Host& host, std::string_view verb);

enum class RollBack { Wanted, IfUnconfirmed };
struct RolledBackResult {
    TxRecord record;
    bool is_changed = false; // false: there was nothing to put back
    std::string problem;     // not empty: it failed and needs a human
};
// Puts back what the transaction replaced. Refused where a later one changed the same file and
// still stands, except for what nobody confirmed.
Result<RolledBackResult> roll_back(Host& host, const std::string& id, RollBack why);

// Puts back every transaction that was interrupted, and every unconfirmed one whose time or boot is
// over; under the lock.
struct Recovery {
    std::vector<std::string> undone;
    std::optional<Error> blocked; // a human is needed before anything else may be changed
};
Result<Recovery> roll_back_unfinished(Host& host);
// The same under a lock of its own, for the guard and for the start of the machine.
Result<Recovery> recover(Host& host);

// When a login began is known in steps (proc(5), starttime). Whoever tells of an armed change waits
// that long first: a login that follows is then younger than the change for everybody to see.
inline constexpr std::chrono::milliseconds login_age_step{10};

enum class Proof { NewLogin, Console };
// Keeps an armed change for good. The proof is a login over SSH that began after the change, or
// that the operator sits at the machine's own console.
Result<TxRecord> confirm(Host& host, const std::string& id, Proof proof);

// The list ends with what was pruned, if anything was.
std::string render_text(const std::vector<TxRecord>& records, const Host& host);
std::string render_text(const TxRecord& record, const Host& host);
// schema "harden.tx/1"
std::string render_json(const std::vector<TxRecord>& records, const Host& host);
std::string render_json(const TxRecord& record, const Host& host);

}
