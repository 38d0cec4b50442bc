#include "steps/provision_steps.h"

#include "steps/provision_adopt.h"
#include "steps/provision_json.h"
#include "steps/provision_remote.h"
#include "steps/provision_verbs.h"

#include <algorithm>

namespace harden {

using namespace std::chrono_literals;

static constexpr auto profile_file = "/etc/harden/profile";
static constexpr auto waivers_file = "/etc/harden/waivers.toml";

std::string or_none(std::string_view text)
{
    return text.empty() ? "none" : escaped(text, 80);
}

static bool record_is_current(const Provisioning& with)
{
    return with.facts.profile == with.profile &&
           (with.sources.waivers.path.empty() ||
            with.facts.waivers_sha256 == with.sources.waivers.fingerprint);
}

static Result<StepPlan> plan_record(const Provisioning& with)
{
    if (record_is_current(with))
        return StepPlan{.settled = with.profile};
    StepPlan plan{.pending = cat(or_none(with.facts.profile), " -> ", with.profile)};
    if (with.facts.profile != with.profile)
        plan.changes.push_back({profile_file, with.facts.profile, with.profile});
    else
        plan.pending = cat(with.profile, ", waivers");
    if (!with.sources.waivers.path.empty() &&
        with.facts.waivers_sha256 != with.sources.waivers.fingerprint)
        plan.changes.push_back(
            {waivers_file, with.facts.waivers_sha256, with.sources.waivers.fingerprint});
    return plan;
}

static Result<StepReport> record_profile(const Provisioning& with)
{
    if (const auto& waivers = with.sources.waivers; !waivers.path.empty())
        TRY(upload_checked(with.remote, waivers.path, waivers.fingerprint, waivers_file));
    if (with.facts.profile != with.profile)
        TRY(write_record(with.remote, profile_file, cat(with.profile, "\n")));
    return StepReport{.state = StepState::Done, .detail = with.profile};
}

// Before anything else is planned: a change that was killed before it was whole looks done, until
// the next change puts it back.
static Result<StepPlan> plan_recovery(const Provisioning& with)
{
    StepPlan plan{.pending = cat(escaped(join(with.facts.unfinished, ", ")), ", left unfinished")};
    for (const auto& id : with.facts.unfinished)
        plan.changes.push_back({cat("put back transaction ", id), "", ""});
    return plan;
}

static Result<StepReport> recover(const Provisioning& with)
{
    // the newest first: a later change may stand on an earlier one
    auto newest_first = with.facts.unfinished;
    std::ranges::reverse(newest_first);
    for (const auto& id : newest_first) {
        const auto answer = TRY(run_verb(with, {"tx", "rollback", id}));
        if (answer.status != 0) {
            const auto complaint = complaint_in(answer.err);
            return StepReport{.state = state_of_exit(answer.status),
                              .detail = complaint.message,
                              .hint = complaint.hint};
        }
    }
    return StepReport{.state = StepState::Done,
                      .detail = cat("put back what was left unfinished: ",
                                    escaped(join(with.facts.unfinished, ", ")))};
}

struct VerbRow {
    std::string_view name;
    std::string_view announcement;
    Command plan;
    Command apply;
    bool takes_profile = false;
};

static ProvisionStep verb_step(const VerbRow& row)
{
    const auto words = [row](const Command& verb, const Provisioning& with) {
        Command command = verb;
        if (row.takes_profile)
            command.insert(command.end(), {"--profile", with.profile});
        return command;
    };
    return {row.name, row.announcement, true,
            [=](const Provisioning& with) { return plan_by_verb(with, words(row.plan, with)); },
            [=](const Provisioning& with) { return apply_by_verb(with, words(row.apply, with)); }};
}

std::vector<ProvisionStep> provision_steps(std::string_view profile, const NodeFacts& facts,
                                           const ProvisionRequest& request)
{
    std::vector<ProvisionStep> steps{
        package_step(),
        {"profile", "", false, plan_record, record_profile},
        verb_step({"egress",
                   "the egress policy for containers",
                   {"egress", "plan"},
                   {"egress", "apply"}}),
        gvisor_step(),
        verb_step({"daemonjson",
                   "Docker's settings",
                   {"daemonjson", "diff"},
                   {"daemonjson", "apply"},
                   true}),
        verb_step({"detector",
                   "the miner detector, every five minutes",
                   {"detect-miners", "plan"},
                   {"detect-miners", "apply"}}),
    };
    if (request.adopt)
        steps.insert(steps.begin() + 2, adopt_step_there());
    if (!facts.unfinished.empty())
        steps.insert(steps.begin() + 1, {"recovery", "", false, plan_recovery, recover});
    if (!facts.has_docker && request.install_docker)
        steps.insert(steps.begin(), docker_step());
    if (profile == "full") {
        steps.push_back(firewall_step_there());
        steps.push_back(sshd_step());
    }
    return steps;
}

static std::string tally(const Report& report)
{
    const auto summary = summarise(report);
    return cat(std::to_string(report.findings.size()), " checks: ", std::to_string(summary.pass),
               " ok, ", std::to_string(summary.fail), " failed, ", std::to_string(summary.unknown),
               " unknown, ", std::to_string(summary.waived), " waived");
}

Result<Report> verify_node(const Provisioning& with, StepReport& step)
{
    const auto answer = TRY(with.remote.execute(
        {cat(verbs_directory, "/verify"), "--format", "json", "--profile", with.profile},
        {.timeout = 2min}));
    auto report = parse_report(answer.out);
    if (!report) {
        const auto complaint = complaint_in(answer.err);
        return Error{ErrorKind::Failed,
                     complaint.message.empty() ? report.error().message : complaint.message,
                     complaint.hint};
    }
    step.detail = tally(*report);
    step.state = answer.status == 0   ? StepState::Ok
                 : answer.status == 1 ? StepState::Findings
                                      : StepState::Undecided;
    return report;
}

}
