#pragma once

#include "steps/provision.h"

namespace harden {

// What every step may use.
struct Provisioning {
    Remote& remote;
    Host& here;
    const NodeFacts& facts;
    const Sources& sources;
    std::string profile;
    bool close_ports = false;
};

// `pending` empty: as wanted; else what would change, in a few words.
struct StepPlan {
    std::string pending;
    std::string settled; // what is so, in a few words
    Changes changes;
    StepState trouble = StepState::Ok; // Failed and worse: it could not be planned
    std::string hint;
};

// One step of provisioning. `announcement` is its plan while the node lacks the package that
// would tell the real one.
struct ProvisionStep {
    std::string_view name;
    std::string_view announcement;
    bool needs_package = true;
    std::function<Result<StepPlan>(const Provisioning&)> plan;
    std::function<Result<StepReport>(const Provisioning&)> apply;
};

// In the order in which they are done: what protects comes early, what can lock out comes last.
std::vector<ProvisionStep> provision_steps(std::string_view profile, const NodeFacts& facts,
                                           const ProvisionRequest& request);

ProvisionStep docker_step();
ProvisionStep package_step();
ProvisionStep gvisor_step();
ProvisionStep firewall_step_there();
ProvisionStep sshd_step();

// "none" where the node has none; else foreign text for a line.
std::string or_none(std::string_view text);

// Reads only: the node's own report, and how it ended.
Result<Report> verify_node(const Provisioning& with, StepReport& step);

}
