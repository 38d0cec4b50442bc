#pragma once

#include "base/result.h"
#include "node/change.h"
#include "node/node.h"
#include "steps/arming.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace harden {

// One thing that makes a node what it shall be. `apply` is written once: on a planned node it is
// the plan, on an undoable node the change with its undo, on a fake node the unit test. Applied
// where everything is as wanted it changes nothing.
struct Step {
    std::string id;                   // "egress"
    std::string title;                // "Egress policy"
    std::vector<std::string> settles; // ids of the checks that tell whether it worked
    std::function<Result<>(Node&)> apply;
    // Puts the packet filter back to what the files say, after these have been restored. Only a
    // step that uses the firewall needs it.
    Command restore_firewall;
};

// What apply would change; the node stays as it is.
Result<Changes> plan(const Step& step, const Node& node);

// Armed: applied, and taken back by the node itself at the deadline unless confirmed.
enum class Ended { Unchanged, Applied, Armed, RolledBack, Broken };

struct StepOutcome {
    Ended ended = Ended::Unchanged;
    Changes changes;
    std::string transaction; // id under /var/lib/harden/tx; empty where nothing was journalled
    std::string deadline;    // RFC 3339; empty unless armed
    std::vector<std::string> recovered; // unfinished transactions that were put back first
    Error problem; // why it was rolled back, or why that failed (Broken: a human is needed)
};

// Makes the changes as one transaction: originals on disk first, then the changes; a failure
// rolls back all of them. Interrupted transactions of earlier runs are rolled back first. With
// `arming` the node takes the change back unless it is confirmed in time. One at a time on a node.
Result<StepOutcome> apply(const Step& step, Node& node,
                          const std::optional<Arming>& arming = std::nullopt);

}
