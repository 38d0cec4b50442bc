#include "steps/provision_remote.h"
#include "steps/provision_steps.h"
#include "steps/provision_verbs.h"

namespace harden {

// What something listens on, or publishes, and nobody outside would reach any more.
static std::vector<std::string> closing_in(const Changes& changes)
{
    std::vector<std::string> ports;
    for (const auto& change : changes)
        if (change.what.starts_with("port ") && change.to == "closed")
            ports.push_back(escaped(change.what.substr(std::string_view{"port "}.size()), 120));
    return ports;
}

static std::string number_of_ports(std::size_t number)
{
    return number == 1 ? "1 port" : cat(std::to_string(number), " ports");
}

// A run that was killed between apply and confirm leaves a change that the node takes back.
static Result<StepPlan> plan_firewall(const Provisioning& with)
{
    auto plan = TRY(plan_by_verb(with, {"firewall", "plan"}));
    if (const auto closing = closing_in(plan.changes); !closing.empty())
        plan.pending = cat("closes ", join(closing, ", "),
                           with.close_ports ? ""
                                            : " (needs --close-ports, or entries that allow "
                                              "them)");
    return plan;
}

static Result<StepReport> close_up(const Provisioning& with)
{
    const auto plan = TRY(plan_by_verb(with, {"firewall", "plan"}));
    const auto closing = closing_in(plan.changes);
    if (!closing.empty() && !with.close_ports)
        return StepReport{
            .state = StepState::Failed,
            .detail = cat("would close ", number_of_ports(closing.size()),
                          " in use: ", join(closing, ", ")),
            .hint = "setup --close-ports closes them; /etc/harden/firewall.toml on the node allows "
                    "them: [allow.NAME]"};
    auto report = TRY(apply_by_verb(with, {"firewall", "apply"}));
    return confirmed_anew(with, "firewall", std::move(report), "the node opens up again");
}

ProvisionStep firewall_step_there()
{
    return {"firewall", "the host firewall, confirmed over a new login", true, plan_firewall,
            close_up};
}

}
