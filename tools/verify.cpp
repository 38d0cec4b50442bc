#include "base/time.h"
#include "checks/catalogue.h"
#include "checks/host_rules.h"
#include "checks/verify_rules.h"
#include "checks/waivers.h"
#include "cli/tool.h"
#include "gvisor/prove.h"
#include "node/tiers.h"
#include "report/formats.h"
#include "report/judgement.h"
#include "report/read_json.h"
#include "system/canaries.h"
#include "system/inbound_filter.h"
#include "system/packet_probe.h"
#include "system/tcp_talk.h"
#include "verify_hosts.h"
#include "verify_machine.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace harden;
using Moment = std::chrono::steady_clock::time_point;

static constexpr auto profile_file = "/etc/harden/profile";

struct Asked {
    std::string profile = "auto";
    std::string format = "text";
    std::string output;
    std::vector<std::string> reports; // "FORMAT=FILE"
    std::string since;
    std::string fail_on = "info";
    std::string artifact;
    std::string waivers;
    std::vector<std::string> only;
    std::vector<std::string> hosts;
    SshTarget login;
    std::string id;
    bool allow_unknown = false;
    bool probe = false;
    bool show_config = false;
};

// What setup wrote down; a node that was never set up is judged by the weaker profile.
static Result<Profile> profile_of(const Host& host, const std::string& asked)
{
    if (asked != "auto")
        return profile_named(asked);
    const auto recorded = host.read(profile_file);
    if (recorded.is_absent())
        return Profile::Baseline;
    const auto profile = profile_named(trim(TRY(recorded)));
    if (!profile)
        return Error{ErrorKind::Malformed, cat(profile_file, ": ", profile.error().message),
                     "verify --profile baseline"};
    return profile;
}

static Result<std::vector<Waiver>> waivers_of(const Host& host, const std::string& asked)
{
    const auto file = asked.empty() ? std::string{site_waivers} : asked;
    const auto text = host.read(file);
    if (text.is_absent() && asked.empty())
        return std::vector<Waiver>{};
    return parse_waivers(TRY(text), file, all_checks());
}

static void apply_waivers(Report& report, const std::vector<Waiver>& waivers, TimePoint now)
{
    waive(report.findings, waivers, report.node, now);
    for (const auto& waiver : unused(waivers, report.findings))
        say(cat("warning: ", to_text(waiver.origin), ": the waiver of ", waiver.id,
                " is not needed\n"));
}

// What takes one thread at a time.
template<class Ask>
static auto in_turn(std::mutex& turn, Ask ask)
{
    return [&turn, ask](const auto&... words) {
        const std::lock_guard held{turn};
        return ask(words...);
    };
}

static Result<Probes> probes_of(Machine& machine, const Asked& asked)
{
    Probes probes{.packets = in_turn(machine.packets, probe_packets),
                  .inbound = in_turn(machine.filter, inbound_chains),
                  .talk = talk_to_servers,
                  .forward = in_turn(machine.filter, forward_chains)};
    if (asked.probe)
        probes.canaries = canaries_of(tar_of("canary", TRY(canary_program(machine.host))));
    return probes;
}

static Result<Report> report_on(const std::shared_ptr<Machine>& machine, const Asked& asked,
                                Moment end)
{
    const auto& host = machine->host;
    const auto checks = TRY(pick_checks(asked.only));
    const auto waivers = TRY(waivers_of(host, asked.waivers));
    const auto profile = TRY(profile_of(host, asked.profile));
    const auto now = TRY(host.now()).wall;
    const auto name = host.read("/proc/sys/kernel/hostname");
    const auto looked = std::make_shared<LookedAt>(machine, TRY(probes_of(*machine, asked)));
    Report report{.node = name ? std::string{trim(*name)} : "this machine",
                  .time = to_rfc3339(now),
                  .profile = std::string{name_of(profile)},
                  .findings = run_checks_beside(checks, {looked, &looked->facts}, profile, end),
                  .is_partial = !asked.only.empty()};
    apply_waivers(report, waivers, now);
    return report;
}

static Command arguments_there(const Asked& asked)
{
    Command arguments{"--format", "json", "--profile", asked.profile};
    for (const auto& id : asked.only)
        arguments.insert(arguments.end(), {"--only", id});
    if (asked.probe)
        arguments.emplace_back("--probe");
    return arguments;
}

// Waivers of the operator's machine are added to those that each node has.
static Result<std::vector<Report>> reports_from_hosts(const Host& here, const Asked& asked)
{
    TRY(pick_checks(asked.only));
    const auto waivers =
        asked.waivers.empty() ? std::vector<Waiver>{} : TRY(waivers_of(here, asked.waivers));
    const auto now = TRY(here.now()).wall;
    auto reports = reports_of(asked.hosts, asked.login, arguments_there(asked));
    if (reports.size() == 1 && !reports.front().problem.empty())
        return Error{
            ErrorKind::Failed, cat(reports.front().node, ": ", reports.front().problem), {}};
    for (auto& report : reports) {
        if (report.time.empty())
            report.time = to_rfc3339(now);
        apply_waivers(report, waivers, now);
    }
    return reports;
}

static Result<> write_report(Host& here, const Verification& found, const std::string& format,
                             const std::string& file)
{
    return here.write(std::filesystem::absolute(file), render(format, found, Colour::Never));
}

static Result<> write_reports(Host& here, const Verification& found, const Asked& asked)
{
    for (const auto& wanted : asked.reports) {
        const auto equals = wanted.find('=');
        TRY(write_report(here, found, wanted.substr(0, equals), wanted.substr(equals + 1)));
    }
    if (!asked.output.empty())
        return write_report(here, found, asked.format, asked.output);
    print(render(asked.format, found, terminal_colour()));
    return done;
}

// Before anything is looked at: a report that nobody can be given is not worth the wait.
static Result<> can_be_written(const std::vector<std::string>& reports)
{
    for (const auto& wanted : reports) {
        const auto format = wanted.substr(0, wanted.find('='));
        const auto& known = report_formats();
        if (std::ranges::find(known, format) == known.end() || format.size() + 1 >= wanted.size())
            return Error{ErrorKind::Malformed,
                         cat("--report ", escaped(wanted), ": must be FORMAT=FILE"),
                         cat("formats: ", join(known, ", "))};
    }
    return done;
}

static Exit exit_for(Judgement judgement)
{
    if (judgement == Judgement::Good)
        return Exit::Clean;
    return judgement == Judgement::Findings ? Exit::Findings : Exit::Trouble;
}

static Result<Exit> verify(const Asked& asked)
{
    const auto end = std::chrono::steady_clock::now() +
                     (asked.probe ? longest_report_with_probe : longest_report);
    const auto machine = std::make_shared<Machine>(end);
    auto& here = machine->real_host;
    if (asked.show_config) {
        for (const auto& settings :
             {verify_settings(here), host_settings(here), tier_settings(here)})
            print(show_settings(TRY(settings)));
        return Exit::Clean;
    }
    TRY(can_be_written(asked.reports));
    const Gate gate{TRY(severity_named(asked.fail_on)), asked.allow_unknown};
    std::vector<Report> earlier;
    if (!asked.since.empty())
        earlier = TRY(parse_reports(TRY(here.read(asked.since))).during(asked.since));
    Verification found{.artifact = asked.artifact};
    if (asked.hosts.empty())
        found.reports = {TRY(report_on(machine, asked, end))};
    else
        found.reports = TRY(reports_from_hosts(here, asked));
    if (!asked.since.empty())
        found.since = compare(earlier, found.reports);
    TRY(write_reports(here, found, asked));
    return exit_for(judged(found.reports, gate, found.since));
}

static Result<Exit> list(const Asked& asked)
{
    const auto checks = all_checks();
    print(asked.format == "json" ? render_list_json(checks) : render_list_text(checks));
    return Exit::Clean;
}

static Result<Exit> explain(const Asked& asked)
{
    print(explained(TRY(pick_checks({asked.id})).front()));
    return Exit::Clean;
}

int main(int argc, char** argv)
{
    Asked asked;
    auto& login = asked.login;
    const Tool tool{
        .name = "harden verify",
        .summary = "Check the whole node and say what was seen; changes nothing",
        .options =
            {{"--profile",
              "What the node is judged by",
              &asked.profile,
              "",
              {"auto", "baseline", "full", "strict"}},
             {"--format", "How to print the answer", &asked.format, "", report_formats()},
             {"--output", "Write the answer there instead of printing it", &asked.output, "FILE"},
             {"--report", "Write it there in that format as well; may be repeated", &asked.reports,
              "FORMAT=FILE"},
             {"--only", "Ask only these checks, by id", &asked.only, "ID"},
             {"--since", "An earlier JSON report: only what is worse than there counts",
              &asked.since, "FILE"},
             {"--fail-on",
              "Failed or undecided checks below it do not count",
              &asked.fail_on,
              "",
              {"info", "low", "medium", "high", "critical"}},
             {"--allow-unknown", "What could not be decided does not count", &asked.allow_unknown},
             {"--waivers", "Failures that are answered for", &asked.waivers, "FILE"},
             {"--probe", "Start containers for a moment and ask from inside, too", &asked.probe},
             {"--host", "Another node, by ssh, where harden is installed; may be repeated",
              &asked.hosts, "[USER@]HOST"},
             {"-F,--ssh-config", "Another ssh_config", &login.config, "FILE"},
             {"--port", "Port of sshd there", &login.port, "PORT"},
             {"--identity", "The private key to log in with", &login.identity, "FILE"},
             {"--artifact", "The file of your repository that SARIF's findings point at",
              &asked.artifact, "FILE"},
             {"--show-config", "Print the rules and where each came from", &asked.show_config}},
        .words = {{"", "", {}, [&] { return verify(asked); }},
                  {"explain",
                   "Why a check is asked, how, and what mends it",
                   {{"id", "The check", &asked.id, "ID", {}, true}},
                   [&] { return explain(asked); }},
                  {"list",
                   "Print all checks: id, severity, level, profile, title",
                   {},
                   [&] { return list(asked); }}},
        .footer = "Exit status: 0 as wanted, 1 findings, 2 something could not be decided.\n"
                  "Files: /etc/harden/waivers.toml, /etc/harden/verify.toml, /etc/harden/profile"};
    const int status = run_tool(tool, argc, argv);
    std::fflush(stdout);
    std::quick_exit(status); // a question that hangs in the kernel cannot be waited for
}
