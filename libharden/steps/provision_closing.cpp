#include "steps/provision_closing.h"

#include "steps/provision_text.h"

#include <algorithm>
#include <array>
#include <ranges>

namespace harden {

struct ResultWord {
    StepState state;
    std::string_view words;
};
static constexpr std::array result_words{
    ResultWord{StepState::Ok, "as wanted"},
    ResultWord{StepState::Done, "done"},
    ResultWord{StepState::Pending, "pending"},
    ResultWord{StepState::Findings, "with findings"},
    ResultWord{StepState::Undecided, "undecided"},
    ResultWord{StepState::Failed, "failed"},
    ResultWord{StepState::RolledBack, "rolled back"},
    ResultWord{StepState::NeedsHuman, "open"},
    ResultWord{StepState::NotStarted, "not started"},
};

std::string changes_line(const std::vector<StepReport>& steps)
{
    std::size_t changes = 0;
    std::size_t changed = 0;
    for (const auto& step : steps) {
        if (step.state != StepState::Done && step.state != StepState::Pending)
            continue;
        ++changed;
        changes += std::max<std::size_t>(step.changes.size(), 1);
    }
    return changed == 0 ? std::string{no_changes}
                        : cat(count_of(changes, "change"), " in ", count_of(changed, "step"));
}

std::string result_line(const std::vector<StepReport>& steps)
{
    std::vector<std::string> parts;
    for (const auto& row : result_words) {
        std::vector<std::string> names;
        for (const auto& step : steps)
            if (step.state == row.state)
                names.push_back(step.name);
        if (!names.empty())
            parts.push_back(
                cat(std::to_string(names.size()), " ", row.words, " (", join(names, ", "), ")"));
    }
    return join(parts, ", ");
}

// The newest first: a later change may stand on an earlier one.
static std::string undo_lines(const std::vector<StepReport>& steps, std::string_view node)
{
    std::string text;
    for (const auto& step : steps | std::views::reverse)
        if (!step.transaction.empty() && step.state == StepState::Done)
            text += cat(text.empty() ? cat("undo     on ", node, ", the newest first:\n") : "",
                        "         harden tx rollback ", step.transaction, "   (", step.name, ")\n");
    return text;
}

std::string closing_lines(const ProvisionOutcome& outcome, std::string_view node,
                          std::string_view files, bool dry_run)
{
    const auto& steps = outcome.steps;
    std::string text = dry_run ? cat("plan     ", changes_line(steps), "\n")
                               : cat("result   ", result_line(steps), "\n");
    if (!outcome.left_out.empty())
        text += cat("left out ", join(outcome.left_out, ", "), "\n");
    if (!files.empty())
        text += cat("report   ", files, "\n");
    text += cat(undo_lines(steps, node), closing_sentence(outcome, node, dry_run), "done in ",
                seconds_of(outcome.took), ", exit ", std::to_string(outcome.exit), "\n");
    return text;
}

}
