#include "steps/provision_steps.h"

#include "steps/provision_json.h"
#include "steps/provision_remote.h"
#include "steps/provision_verbs.h"

namespace harden {

using namespace std::chrono_literals;

static constexpr auto profile_file = "/etc/harden/profile";
static constexpr auto waivers_file = "/etc/harden/waivers.toml";
static constexpr auto install_timeout = 10min;

static std::string in_setup(std::string_view name)
{
    return cat(setup_directory, "/", name);
}

static std::string or_none(std::string_view text)
{
    return text.empty() ? "none" : escaped(text, 80);
}

static Result<StepPlan> plan_package(const Provisioning& with)
{
    const auto& facts = with.facts;
    if (package_is_current(facts, with.sources.package))
        return StepPlan{.settled = cat("harden ", escaped(facts.package_version, 40))};
    const auto version = package_version(with.sources.package.path);
    const auto to = version.empty() ? with.sources.package.path.filename().string() : version;
    return StepPlan{.pending = cat("harden ", or_none(facts.package_version), " -> ", to),
                    .changes = {{"the package harden", facts.package_version, to}}};
}

// A run that was killed in the middle of dpkg leaves it to be finished first.
static Result<StepReport> install_package(const Provisioning& with)
{
    const auto arrived = in_setup("arrived.deb");
    const CommandOptions patience{.timeout = install_timeout};
    TRY(upload_checked(with.remote, with.sources.package.path, with.sources.package.fingerprint,
                       arrived));
    if (!with.facts.package_interrupted.empty())
        TRY(must(with.remote,
                 {"env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--force-confold", "--configure",
                  "-a"},
                 patience));
    TRY(must(with.remote,
             {"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--quiet",
              "--no-install-recommends", "--reinstall", "--allow-downgrades", "-o",
              "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=120", "-o",
              "APT::Sandbox::User=root", arrived},
             patience)
            .hint("the node needs its package mirror for the libraries: apt-get update there"));
    TRY(put_in_place(with.remote, arrived, in_setup("harden.deb")));
    return StepReport{.state = StepState::Done,
                      .detail = with.sources.package.path.filename().string()};
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

static Result<StepPlan> plan_gvisor(const Provisioning& with)
{
    if (gvisor_is_current(with.facts, with.sources.gvisor))
        return plan_by_verb(with, {"gvisor-install", "plan"});
    const auto from = with.sources.gvisor.path.filename().string();
    return StepPlan{.pending = cat(or_none(with.facts.gvisor_release), " -> ", from),
                    .changes = {{"gVisor", with.facts.gvisor_release, from}}};
}

// A directory travels as one archive and is a directory again on the node.
static Result<std::string> upload_gvisor(const Provisioning& with)
{
    const auto& gvisor = with.sources.gvisor;
    if (!gvisor.is_directory) {
        const auto to = in_setup(gvisor.path.filename().string());
        TRY(upload_checked(with.remote, gvisor.path, gvisor.fingerprint, to));
        return to;
    }
    const auto archive = (with.sources.scratch / "gvisor.tar").string();
    const auto there = in_setup(gvisor.path.filename().string());
    TRY(succeeded(with.here.run({"tar", "-C", gvisor.path.parent_path().string(), "-cf", archive,
                                 "--", gvisor.path.filename().string()},
                                {}, {.timeout = 5min}),
                  {"tar"}));
    const auto sum = TRY(look_at_source(with.here, archive));
    TRY(upload_checked(with.remote, archive, sum.fingerprint, in_setup("gvisor.tar")));
    TRY(must(with.remote, {"rm", "-rf", there}));
    TRY(must(with.remote,
             {"tar", "-C", setup_directory, "--no-same-owner", "-xf", in_setup("gvisor.tar")},
             {.timeout = 5min}));
    TRY(must(with.remote, {"rm", "-f", in_setup("gvisor.tar")}));
    return there;
}

static Result<StepReport> install_gvisor(const Provisioning& with)
{
    if (gvisor_is_current(with.facts, with.sources.gvisor))
        return apply_by_verb(with, {"gvisor-install", "apply"});
    const auto source = TRY(upload_gvisor(with));
    auto report = TRY(apply_by_verb(with, {"gvisor-install", "apply", "--from", source}));
    TRY(must(with.remote, {"rm", "-rf", source}));
    if (report.state == StepState::Done)
        TRY(write_record(with.remote, in_setup("gvisor-source"),
                         cat(with.sources.gvisor.fingerprint, "\n")));
    return report;
}

// The node reverts by itself unless somebody comes in anew and says that one still can.
static Result<StepReport> harden_ssh(const Provisioning& with)
{
    auto report = TRY(apply_by_verb(with, {"ssh-harden", "apply"}));
    if (report.state != StepState::Done)
        return report;
    const auto confirmed =
        succeeded(with.remote.execute_anew({cat(verbs_directory, "/ssh-harden"), "confirm"}),
                  {"ssh-harden", "confirm"});
    if (!confirmed) {
        report.state = StepState::NeedsHuman;
        report.detail = cat("no new login, so the node puts the old settings back by itself: ",
                            confirmed.error().message);
        report.hint = "harden tx list on the node tells when";
        return report;
    }
    report.detail += ", confirmed over a new login";
    return report;
}

struct VerbRow {
    std::string_view name;
    std::string_view announcement;
    Command plan;
    Command apply;
    bool takes_profile = false;
};

static ProvisionStep verb_step(VerbRow row)
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

std::vector<ProvisionStep> provision_steps(std::string_view profile)
{
    std::vector<ProvisionStep> steps{
        {"package", "", false, plan_package, install_package},
        {"profile", "", false, plan_record, record_profile},
        verb_step({"egress",
                   "the egress policy for containers",
                   {"egress", "plan"},
                   {"egress", "apply"}}),
        {"gvisor", "gVisor, registered with Docker", true, plan_gvisor, install_gvisor},
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
    if (profile == "full")
        steps.push_back({"ssh", "sshd's settings, confirmed over a new login", true,
                         [](const Provisioning& with) {
                             return plan_by_verb(with, {"ssh-harden", "plan"});
                         },
                         harden_ssh});
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
