#include "steps/provision_text.h"

#include "report/render.h"
#include "steps/provision_steps.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t widest_name = 10;
static constexpr std::size_t widest_state = 11;

static std::string padded(std::string_view text, std::size_t width)
{
    return cat(text, std::string(width - std::min(width, text.size()), ' '));
}

std::string facts_line(const NodeFacts& facts, std::string_view profile)
{
    auto line =
        cat(escaped(facts.os_name), ", ", facts.architecture, ", kernel ", escaped(facts.kernel),
            ", Docker ", or_none(facts.docker_version), "; profile ", profile, "\n");
    if (!facts.managers.empty())
        line += cat("also at work on this node: ", escaped(join(facts.managers, ", ")), "\n");
    return line;
}

std::string step_heading(std::size_t number, std::size_t total, std::string_view name)
{
    const auto all = std::to_string(total);
    const auto this_one = std::to_string(number);
    return cat("[", std::string(all.size() + 1 - std::min(all.size() + 1, this_one.size()), ' '),
               this_one, "/", all, "] ", padded(name, widest_name), " ");
}

std::string seconds_of(std::chrono::milliseconds time)
{
    const auto tenths = (time.count() + 50) / 100;
    return cat(std::to_string(tenths / 10), ".", std::to_string(tenths % 10), " s");
}

std::string count_of(std::size_t number, std::string_view thing)
{
    return cat(std::to_string(number), " ", thing, number == 1 ? "" : "s");
}

std::string step_ending(const StepReport& step)
{
    const auto state =
        padded(name_of(step.state),
               step.state == StepState::Ok || step.state == StepState::Done ? 4 : widest_state);
    auto line = cat(state, "  ", step.detail);
    if (step.state != StepState::NotStarted && step.state != StepState::Pending)
        line += cat("   ", seconds_of(step.took));
    line += "\n";
    if (!step.hint.empty())
        line += cat("        hint: ", step.hint, "\n");
    return line;
}

std::string step_changes(const StepReport& step)
{
    return step.changes.empty() ? "" : render_text(step.changes);
}

std::string file_name_for(std::string_view node)
{
    std::string name{node};
    std::ranges::replace_if(
        name, [](char c) { return c == '/' || c == '\0' || c == ':'; }, '_');
    return name;
}

static bool any(const ProvisionOutcome& outcome, StepState state)
{
    return std::ranges::find(outcome.steps, state, &StepReport::state) != outcome.steps.end();
}

// Not verified because it was not asked for.
static std::string unverified_sentence(const ProvisionOutcome& outcome, std::string_view node)
{
    return any(outcome, StepState::Done)
               ? cat("the chosen steps are done on ", node, "; it was not verified\n")
               : cat(node, " is as wanted in the chosen steps, nothing was changed; it was not "
                           "verified\n");
}

std::string closing_sentence(const ProvisionOutcome& outcome, std::string_view node, bool dry_run)
{
    if (dry_run)
        return outcome.exit == 0 ? cat(node, " is as wanted: nothing would change\n")
               : outcome.exit == 1
                   ? cat(node, " was not changed; without --dry-run the above would be done\n")
                   : cat(node, " was not changed; not all of it could be planned\n");
    const auto& left_out = outcome.left_out;
    if (outcome.exit == 0 && std::ranges::find(left_out, "verify") != left_out.end())
        return unverified_sentence(outcome, node);
    switch (outcome.exit) {
    case 0:
        return any(outcome, StepState::Done) ? cat(node, " is provisioned and verified\n")
                                             : cat(node, " is as wanted, nothing was changed\n");
    case 1:
        return cat(node, " is provisioned; the verification found what is listed above\n");
    case 2:
        return any(outcome, StepState::Failed)
                   ? cat("nothing was changed on ", node, "\n")
                   : cat(node, " is provisioned; not all of it could be verified\n");
    case 3:
        return cat("the step that failed left nothing behind; what was done before it stays. Run "
                   "setup again on ",
                   node, "\n");
    default:
        return cat(node, " needs a human: harden tx list there tells what happened\n");
    }
}

}
