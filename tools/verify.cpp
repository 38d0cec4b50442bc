#include "base/time.h"
#include "checks/check.h"
#include "checks/verify_rules.h"
#include "checks/waivers.h"
#include "cli/tool.h"
#include "gvisor/prove.h"
#include "node/giving_up_docker.h"
#include "system/canaries.h"
#include "system/inbound_filter.h"
#include "system/local_node.h"
#include "system/packet_probe.h"
#include "system/signature.h"
#include "system/tcp_talk.h"

using namespace harden;

static constexpr auto profile_file = "/etc/harden/profile";

struct Asked {
    std::string profile = "auto";
    std::string format = "text";
    std::string waivers;
    std::vector<std::string> only;
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

static Result<Probes> probes_of(Node& node, const Asked& asked)
{
    Probes probes{.packets = probe_packets,
                  .inbound = inbound_chains,
                  .signature = check_signature,
                  .talk = talk_to_servers,
                  .forward = forward_chains};
    if (asked.probe)
        probes.canaries = canaries_of(tar_of("canary", TRY(canary_program(node.host()))));
    return probes;
}

static Result<Report> report_on(Node& node, const Asked& asked)
{
    const auto checks = TRY(pick_checks(asked.only));
    const auto waivers = TRY(waivers_of(node.host(), asked.waivers));
    const auto profile = TRY(profile_of(node.host(), asked.profile));
    const auto now = TRY(node.host().now()).wall;
    const auto name = node.host().read("/proc/sys/kernel/hostname");
    const Facts facts{node, TRY(probes_of(node, asked))};
    Report report{.node = name ? std::string{trim(*name)} : "this machine",
                  .time = to_rfc3339(now),
                  .profile = std::string{name_of(profile)},
                  .findings = run_checks(checks, facts, profile),
                  .is_partial = !asked.only.empty()};
    waive(report.findings, waivers, report.node, now);
    for (const auto& waiver : unused(waivers, report.findings))
        say(cat("warning: ", to_text(waiver.origin), ": the waiver of ", waiver.id,
                " is not needed\n"));
    return report;
}

int main(int argc, char** argv)
{
    Asked asked;
    const Tool tool{
        .name = "harden verify",
        .summary = "Check the whole node and say what was seen; changes nothing",
        .options = {{"--profile",
                     "What the node is judged by",
                     &asked.profile,
                     "",
                     {"auto", "baseline", "full", "strict"}},
                    format_option(&asked.format),
                    {"--only", "Ask only these checks, by id", &asked.only, "ID"},
                    {"--waivers", "Failures that are answered for", &asked.waivers, "FILE"},
                    {"--probe", "Start containers for a moment and ask from inside, too",
                     &asked.probe},
                    {"--show-config", "Print the rules and where each came from",
                     &asked.show_config}},
        .words = {{"",
                   "",
                   {},
                   [&]() -> Result<Exit> {
                       LocalNode machine{kernel_firewall()};
                       GivingUpDocker docker{machine.node().docker()};
                       Node node{machine.node().host(), docker, machine.node().firewall()};
                       if (asked.show_config) {
                           print(show_settings(TRY(verify_settings(node.host()))));
                           return Exit::Clean;
                       }
                       const auto report = TRY(report_on(node, asked));
                       print(asked.format == "json" ? render_json(report)
                                                    : render_text(report, terminal_colour()));
                       return exit_for(report);
                   }}},
        .footer = "Exit status: 0 as wanted, 1 findings, 2 something could not be decided.\n"
                  "Files: /etc/harden/waivers.toml, /etc/harden/verify.toml, /etc/harden/profile"};
    return run_tool(tool, argc, argv);
}
