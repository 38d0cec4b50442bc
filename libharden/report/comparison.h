#pragma once

#include "report/report.h"

#include <optional>

namespace harden {

// One check that says something else than it said in an earlier report.
struct Shift {
    enum class Kind { Worse, Better, New, Gone };
    Kind kind = Kind::Worse;
    std::string node;
    std::string id;
    std::string title;
    Severity severity = Severity::Medium;
    std::optional<Verdict> before; // none: the earlier report does not have it
    std::optional<Verdict> now;    // none: it is gone
};
std::string_view name_of(Shift::Kind kind); // "worse", "better", "new", "gone"

struct Comparison {
    std::string time;          // of the earlier report
    std::vector<Shift> shifts; // Worse, Better, New, Gone
};

// Nodes are known by their names; one report is compared with one whatever its node is called.
// Unknown is worse than a pass and better than a failure. In a partial report nothing is gone.
Comparison compare(const std::vector<Report>& earlier, const std::vector<Report>& now);

// It fails or is undecided, and did not do so before.
bool is_regression(const Shift& shift);

}
