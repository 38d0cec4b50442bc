#pragma once

#include "steps/fleet_run.h"
#include "steps/provision.h"

namespace harden {

// One host of many, from what was wanted of it to how it ended.
struct HostOutcome {
    std::string node;
    std::optional<Error> trouble;        // before any change
    std::optional<ProvisionOutcome> run; // else how the steps went
    Fate fate = Fate::Interrupted;       // why it was not begun, where it was not
    bool is_canary = false;
    std::chrono::milliseconds took{};
};

// A step did not come out, or trouble came before. What the verification finds is no failure: the
// host is as it was meant to be made.
bool has_failed(const HostOutcome& host);

// docs/exit-status.md; a host that was not begun is trouble.
int exit_for(const HostOutcome& host);
// The worst: 4, 3, 2, 1, 0.
int exit_for(const std::vector<HostOutcome>& hosts);

// Why a host that was not begun was not; empty for the others.
std::string_view why_not_started(Fate fate);

// "as-wanted", "provisioned", "pending", "findings", "undecided", "failed", "rolled-back",
// "needs-human", "not-started"
std::string_view state_of(const HostOutcome& host);

// What stands for a host that has no report, so that a summary leaves out none.
Report report_of(const HostOutcome& host, std::string_view time);

}
