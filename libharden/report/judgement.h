#pragma once

#include "report/comparison.h"

#include <optional>

namespace harden {

// What may count against a node.
struct Gate {
    Severity least = Severity::Info; // failed or undecided checks below it do not count
    bool allow_unknown = false;
};

enum class Judgement { Good, Findings, Undecided };

// Findings beat what is undecided. With a comparison only regressions count. A node that could not
// be asked, or of which nothing was decided, is undecided whatever the gate says.
Judgement judged(const std::vector<Report>& reports, const Gate& gate,
                 const std::optional<Comparison>& since);

}
