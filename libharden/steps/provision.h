#pragma once

#include "node/change.h"
#include "node/remote.h"
#include "report/report.h"
#include "steps/provision_facts.h"
#include "steps/provision_sources.h"

#include <functional>
#include <optional>

namespace harden {

enum class StepState {
    Ok,         // as wanted already
    Done,       // changed, and now as wanted
    Pending,    // a plan: would change
    Findings,   // the verification found something
    Undecided,  // the verification could not look at something
    Failed,     // could not, and changed nothing
    RolledBack, // failed, and put back what it had changed
    NeedsHuman, // failed in the middle, or reverts itself at a stated time
    NotStarted, // a step before it failed
};
std::string_view name_of(StepState state);

struct StepReport {
    std::string name;
    StepState state = StepState::NotStarted;
    std::string detail;
    std::string hint;
    Changes changes;
    std::chrono::milliseconds took{};
    std::string transaction; // what `harden tx rollback` there takes back
};

// Steps by their names; both empty: all of them.
struct StepChoice {
    std::vector<std::string> only;
    std::vector<std::string> skip;
};

// Who watches a run.
struct ProvisionObserver {
    std::function<void(const NodeFacts&, std::string_view profile)> facts;
    std::function<void(std::size_t number, std::size_t total, std::string_view name)> begins;
    std::function<void(std::size_t number, std::size_t total, const StepReport& step)> ends;
};

struct ProvisionRequest {
    std::string node; // as the operator calls it
    std::string
        profile;       // "baseline", "full", or "auto": what the node was set up for, else baseline
    std::string owner; // who runs this, for the other one who tries at the same time
    bool dry_run = false;
    bool close_ports = false;    // also those that something listens on now
    bool adopt = false;          // replace what older shell scripts left
    bool install_docker = false; // where there is none
    StepChoice choice;
};

struct ProvisionOutcome {
    NodeFacts facts;
    std::string profile;
    std::vector<StepReport> steps;
    std::optional<Report> report;
    int exit = 0;                      // docs/exit-status.md
    std::vector<std::string> left_out; // steps that were not chosen
    std::chrono::milliseconds took{};  // with the connection
};

// What there is to install on a node with these facts.
using SourcesFor = std::function<Result<Sources>(const NodeFacts&)>;

// Makes the node what the profile asks for, step by step, and verifies it. An Error: trouble
// before any change. What went wrong later stands in the outcome.
Result<ProvisionOutcome> provision(Remote& remote, Host& here, const SourcesFor& sources_for,
                                   const ProvisionRequest& request,
                                   const ProvisionObserver& observer);

int exit_for(const std::vector<StepReport>& steps);

}
