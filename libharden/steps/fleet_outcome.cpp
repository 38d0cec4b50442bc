#include "steps/fleet_outcome.h"

#include <algorithm>

namespace harden {

static const StepReport* step_in(const HostOutcome& host, StepState state)
{
    const auto& steps = host.run->steps;
    const auto found = std::ranges::find(steps, state, &StepReport::state);
    return found == steps.end() ? nullptr : &*found;
}

// In the order in which one state of a step outweighs another for its host.
static constexpr StepState gravest_first[] = {
    StepState::NeedsHuman, StepState::RolledBack, StepState::Failed,
    StepState::Findings,   StepState::Undecided,  StepState::Pending,
};

static StepState gravest(const HostOutcome& host)
{
    for (const auto state : gravest_first)
        if (step_in(host, state) != nullptr)
            return state;
    return step_in(host, StepState::Done) != nullptr ? StepState::Done : StepState::Ok;
}

bool has_failed(const HostOutcome& host)
{
    if (!host.run)
        return host.trouble.has_value();
    const auto state = gravest(host);
    return state == StepState::NeedsHuman || state == StepState::RolledBack ||
           state == StepState::Failed;
}

int exit_for(const HostOutcome& host)
{
    return host.run ? host.run->exit : 2;
}

int exit_for(const std::vector<HostOutcome>& hosts)
{
    int worst = hosts.empty() ? 2 : 0;
    for (const auto& host : hosts)
        worst = std::max(worst, exit_for(host));
    return worst;
}

std::string_view why_not_started(Fate fate)
{
    switch (fate) {
    case Fate::CanaryFailed:
        return "the canary failed";
    case Fate::TooManyFailed:
        return "too many hosts before it failed";
    case Fate::Interrupted:
        return "the run was interrupted";
    default:
        return {};
    }
}

std::string_view state_of(const HostOutcome& host)
{
    if (host.trouble)
        return name_of(StepState::Failed);
    if (!host.run)
        return name_of(StepState::NotStarted);
    const auto state = gravest(host);
    if (state == StepState::Done)
        return "provisioned";
    return state == StepState::Ok ? "as-wanted" : name_of(state);
}

static std::string problem_of(const HostOutcome& host)
{
    if (host.trouble)
        return host.trouble->message;
    if (!host.run)
        return cat("not started: ", why_not_started(host.fate));
    for (const auto state : gravest_first)
        if (const auto* step = step_in(host, state); step != nullptr)
            return cat(step->name, ": ", step->detail);
    return "it was not verified";
}

Report report_of(const HostOutcome& host, std::string_view time)
{
    if (host.run && host.run->report) {
        auto report = *host.run->report;
        report.node = host.node;
        return report;
    }
    return {.node = host.node, .time = std::string{time}, .problem = problem_of(host)};
}

}
