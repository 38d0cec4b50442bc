#include "steps/provision_remote.h"
#include "steps/provision_steps.h"
#include "steps/provision_verbs.h"

namespace harden {

// A run that was killed between apply and confirm leaves a change that the node takes back.
static Result<StepPlan> plan_ssh(const Provisioning& with)
{
    auto plan = TRY(plan_by_verb(with, {"ssh-harden", "plan"}));
    if (!plan.pending.empty())
        return plan;
    const auto status = TRY(run_verb(with, {"ssh-harden", "status"}));
    if (status.out.find("armed until ") != std::string::npos)
        plan.pending = "to be confirmed over a new login";
    return plan;
}

// A whole login against the new settings over the connection that is there, before anything is
// touched: sshd runs on its standard streams, and this operator's own ssh client talks to it.
static Result<std::optional<StepReport>> rehearse_login(const Provisioning& with)
{
    const Command server{cat(verbs_directory, "/ssh-harden"), "rehearse"};
    const auto answer = TRY(with.remote.execute_through(server, {"true"}));
    if (answer.status == 0)
        return std::optional<StepReport>{};
    const auto complaint = complaint_in(answer.err);
    return std::optional{StepReport{
        .state = StepState::Failed,
        .detail = cat("a login against the new settings was refused, so nothing was changed: ",
                      complaint.message),
        .hint = complaint.hint}};
}

// The node takes it back by itself unless somebody comes in anew and says that one still can.
static Result<StepReport> harden_ssh(const Provisioning& with)
{
    if (const auto refused = TRY(rehearse_login(with)))
        return *refused;
    auto report = TRY(apply_by_verb(with, {"ssh-harden", "apply"}));
    return confirmed_anew(with, "ssh-harden", std::move(report),
                          "the node puts the old settings back");
}

ProvisionStep sshd_step()
{
    return {"ssh", "sshd's settings, rehearsed first and confirmed over a new login", true,
            plan_ssh, harden_ssh};
}

}
