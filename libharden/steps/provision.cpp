#include "steps/provision.h"

#include "base/shipped.h"
#include "steps/provision_adopt.h"
#include "steps/provision_remote.h"
#include "steps/provision_steps.h"
#include "steps/step_choice.h"

#include <algorithm>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto lock_file = "/run/harden-setup.lock";

std::string_view name_of(StepState state)
{
    switch (state) {
    case StepState::Ok:
        return "ok";
    case StepState::Done:
        return "done";
    case StepState::Pending:
        return "pending";
    case StepState::Findings:
        return "findings";
    case StepState::Undecided:
        return "undecided";
    case StepState::Failed:
        return "failed";
    case StepState::RolledBack:
        return "rolled-back";
    case StepState::NeedsHuman:
        return "needs-human";
    case StepState::NotStarted:
        return "not-started";
    }
    return {};
}

// A step that failed cleanly after others had changed the node is no longer "trouble before any
// change": the node is not as it was found.
int exit_for(const std::vector<StepReport>& steps)
{
    const auto any = [&](StepState state) {
        return std::ranges::find(steps, state, &StepReport::state) != steps.end();
    };
    if (any(StepState::NeedsHuman))
        return 4;
    if (any(StepState::RolledBack) || (any(StepState::Failed) && any(StepState::Done)))
        return 3;
    if (any(StepState::Failed) || any(StepState::Undecided))
        return 2;
    return any(StepState::Pending) || any(StepState::Findings) ? 1 : 0;
}

static Result<NodeFacts> gather_facts(Remote& remote)
{
    const auto answer = TRY(
        remote.execute({"/bin/sh"}, {.input = std::string{shipped("libharden/steps/facts.sh")}}));
    if (answer.err.find("sudo: ") != std::string::npos && answer.out.empty())
        return Error{ErrorKind::Denied,
                     cat("the login on the node is not root's: ", escaped(trim(answer.err))),
                     "log in as root@HOST, or allow the user sudo without a password"};
    return parse_facts(answer.out);
}

static Result<std::string> profile_for(const ProvisionRequest& request, const NodeFacts& facts)
{
    if (request.profile != "auto")
        return request.profile;
    if (facts.profile.empty() || facts.profile == "baseline" || facts.profile == "full")
        return facts.profile.empty() ? "baseline" : facts.profile;
    return Error{ErrorKind::Malformed,
                 cat("the node's /etc/harden/profile says ", escaped(facts.profile)),
                 "say which it shall be: --profile baseline or --profile full"};
}

static Result<> check_gvisor(const NodeFacts& facts, const Sources& sources)
{
    if (!facts.gvisor_release.empty() || !sources.gvisor.path.empty())
        return done;
    return Error{ErrorKind::NotFound, "the node has no gVisor and no release to install was given",
                 cat("fetch gvisor.tar.bz2 and gvisor.tar.bz2.sha512 of a release for ",
                     facts.machine,
                     " from https://storage.googleapis.com/gvisor/releases/release/ "
                     "and name it with --gvisor FILE (or the directory of its files)")};
}

static std::chrono::milliseconds since(const Result<Clock>& begun, const Host& here)
{
    const auto now = here.now();
    if (!begun || !now)
        return {};
    return std::chrono::duration_cast<std::chrono::milliseconds>(now->since_boot -
                                                                 begun->since_boot);
}

namespace {

// One run over the steps: what has happened so far, and who watches.
class Run {
public:
    Run(Provisioning& with, const ProvisionRequest& request, const ProvisionObserver& observer,
        const ChosenSteps& chosen)
        : with_{with}
        , request_{request}
        , observer_{observer}
        , steps_{chosen.steps}
        , verifies_{chosen.verifies && !request.dry_run}
        , total_{steps_.size() + (verifies_ ? 1 : 0)}
    {
    }

    std::vector<StepReport> reports;
    std::optional<Report> report;

    void go()
    {
        for (const auto& step : steps_)
            record(step.name, [&] { return settle(step); });
        if (verifies_)
            record("verify", [&] { return verify(); });
    }

private:
    template<class Body>
    void record(std::string_view name, Body body)
    {
        const auto number = reports.size() + 1;
        const auto begun = with_.here.now();
        observer_.begins(number, total_, name);
        StepReport step = stopped_ ? StepReport{.detail = "a step before it failed"} : body();
        step.name = name;
        step.took = since(begun, with_.here);
        stopped_ |= !request_.dry_run &&
                    (step.state == StepState::Failed || step.state == StepState::RolledBack ||
                     step.state == StepState::NeedsHuman);
        package_pending_ |= name == "package" && step.state == StepState::Pending;
        reports.push_back(step);
        observer_.ends(number, total_, step);
    }

    // A connection that is lost for good in the middle of a change leaves a question open.
    static StepReport failed(const Error& error, bool changing)
    {
        const bool open = changing && error.kind == ErrorKind::TimedOut;
        return {.state = open ? StepState::NeedsHuman : StepState::Failed,
                .detail = error.message,
                .hint = open ? "when the node answers again, run setup again: it finishes or "
                               "undoes this step"
                             : error.hint};
    }

    StepReport settle(const ProvisionStep& step)
    {
        if (request_.dry_run && package_pending_ && step.needs_package)
            return {.state = StepState::Pending,
                    .detail = cat("after the package: ", step.announcement)};
        auto planned = step.plan(with_);
        if (!planned)
            return failed(planned.error(), false);
        if (planned->trouble != StepState::Ok)
            return {.state = planned->trouble, .detail = planned->pending, .hint = planned->hint};
        if (planned->pending.empty())
            return {.state = StepState::Ok, .detail = planned->settled};
        if (request_.dry_run)
            return {.state = StepState::Pending,
                    .detail = planned->pending,
                    .changes = planned->changes};
        auto applied = step.apply(with_);
        return applied ? *applied : failed(applied.error(), true);
    }

    StepReport verify()
    {
        StepReport step;
        auto verified = verify_node(with_, step);
        if (!verified)
            return {.state = StepState::Undecided,
                    .detail = verified.error().message,
                    .hint = verified.error().hint};
        report = *std::move(verified);
        return step;
    }

    Provisioning& with_;
    const ProvisionRequest& request_;
    const ProvisionObserver& observer_;
    const std::vector<ProvisionStep>& steps_;
    bool verifies_;
    std::size_t total_;
    bool stopped_ = false;
    bool package_pending_ = false;
};

}

Result<ProvisionOutcome> provision(Remote& remote, Host& here, const SourcesFor& sources_for,
                                   const ProvisionRequest& request,
                                   const ProvisionObserver& observer)
{
    ProvisionOutcome outcome;
    outcome.facts = TRY(gather_facts(remote));
    TRY(check_supported(outcome.facts, request.install_docker ? WithoutDocker::Installed
                                                              : WithoutDocker::Refused));
    outcome.profile = TRY(profile_for(request, outcome.facts));
    observer.facts(outcome.facts, outcome.profile);
    auto chosen = TRY(choose(provision_steps(outcome.profile, outcome.facts, request),
                             request.choice, outcome.profile, outcome.facts));
    TRY(check_adoption(outcome.facts, chosen.steps));
    outcome.left_out = std::move(chosen.left_out);
    const auto sources = TRY(sources_for(outcome.facts));
    if (std::ranges::find(outcome.left_out, "gvisor") == outcome.left_out.end())
        TRY(check_gvisor(outcome.facts, sources));
    TRY(check_room(outcome.facts, sources));
    if (!request.dry_run)
        TRY(remote.lock(lock_file, request.owner));
    Provisioning with{remote, here, outcome.facts, sources, outcome.profile, request.close_ports};
    Run run{with, request, observer, chosen};
    run.go();
    outcome.steps = std::move(run.reports);
    outcome.report = std::move(run.report);
    outcome.exit = exit_for(outcome.steps);
    return outcome;
}

}
