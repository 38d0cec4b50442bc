#include "base/time.h"
#include "checks/check.h"
#include "checks/waivers.h"
#include "cli/tool.h"
#include "report/render.h"
#include "steps/provision.h"
#include "steps/provision_bundle.h"
#include "steps/provision_json.h"
#include "steps/provision_remote.h"
#include "steps/provision_text.h"
#include "system/local_host.h"
#include "system/ssh_host.h"
#include "system/this_process.h"

#include <thread>

using namespace harden;

namespace {

struct Options {
    SshTarget target;
    ProvisionRequest request;
    std::string package;
    std::string bundle;
    std::string gvisor;
    std::string waivers;
    std::string format = "text";
    std::string report_directory;
};

// The steps as they go by: lines of the conversation, the answer itself in a plan or as events.
ProvisionObserver observer_for(const Options& options)
{
    const bool is_plan = options.request.dry_run && options.format == "text";
    const bool live = talks_to_a_terminal() && options.format == "text" && !is_plan;
    const auto node = options.request.node;
    return {.facts = [](const NodeFacts& facts,
                        std::string_view profile) { say(facts_line(facts, profile)); },
            .begins =
                [=](std::size_t number, std::size_t total, std::string_view name) {
                    if (live)
                        say(cat(step_heading(number, total, name), "…"));
                },
            .ends =
                [=](std::size_t number, std::size_t total, const StepReport& step) {
                    const auto line =
                        cat(live ? "\r\x1b[K" : "", step_heading(number, total, step.name),
                            step_ending(step));
                    if (is_plan)
                        print(cat(line, step_changes(step)));
                    else
                        say(line);
                    if (options.format == "ndjson")
                        print(render_step_event(step, number, total, node));
                }};
}

Result<Sources> sources_on(Host& here, const Options& options, const NodeFacts& facts,
                           const Path& scratch)
{
    if (!options.waivers.empty())
        TRY(parse_waivers(TRY(here.read(options.waivers)), options.waivers, all_checks()));
    const auto beside = directory_of_this_program();
    Path package = options.package;
    if (!options.bundle.empty())
        package = TRY(package_in_bundle(here, options.bundle, facts, scratch));
    if (package.empty())
        package = TRY(
            find_package(here, {beside / "..", beside, "."}, HARDEN_VERSION, facts.architecture));
    return Sources{.package = TRY(look_at_source(here, package).during("the package")),
                   .bundle = TRY(look_at_source(here, options.bundle).during("the bundle")),
                   .gvisor = TRY(look_at_source(here, options.gvisor).during("the gVisor release")),
                   .waivers = TRY(look_at_source(here, options.waivers).during("the waivers")),
                   .scratch = scratch};
}

Result<> show(Host& here, const ProvisionOutcome& outcome, const Options& options)
{
    const auto& node = options.request.node;
    if (options.format == "json")
        print(render_setup_json(outcome, node));
    else if (outcome.report && options.format == "ndjson")
        print(render_report_event(outcome, node));
    else if (outcome.report)
        print(render_text(*outcome.report, terminal_colour()));
    say(closing_sentence(outcome, node, options.request.dry_run));
    if (options.report_directory.empty() || !outcome.report)
        return done;
    return here.write(Path{options.report_directory} / cat("harden-", file_name_for(node), ".json"),
                      render_json(*outcome.report));
}

Result<Exit> run(Options& options)
{
    LocalHost here;
    auto& destination = options.target.destination;
    options.request.node = destination.substr(destination.rfind('@') + 1);
    options.request.owner =
        cat(owner_of_this_process(), ", since ", to_rfc3339(TRY(here.now()).wall));
    const auto ssh = TRY(SshHost::connect(here, options.target, say));
    PatientRemote node{
        *ssh, [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); }, say};
    const auto sources = [&](const NodeFacts& facts) {
        return sources_on(here, options, facts, ssh->scratch());
    };
    const auto outcome =
        TRY(provision(node, here, sources, options.request, observer_for(options)));
    TRY(show(here, outcome, options));
    return static_cast<Exit>(outcome.exit);
}

}

int main(int argc, char** argv)
{
    Options options;
    auto& request = options.request;
    request.profile = "auto";
    Tool tool{
        .name = "setup",
        .summary = "Turn a server into a verified run node, over one SSH connection",
        .options =
            {{"host",
              "[USER@]HOST, as ssh takes it",
              &options.target.destination,
              "HOST",
              {},
              true},
             {"--profile",
              "What to make of it; auto: what it was set up for, else baseline",
              &request.profile,
              "",
              {"baseline", "full", "auto"}},
             {"--dry-run", "Print the plan of all steps and change nothing", &request.dry_run},
             {"--close-ports", "Let the host firewall close what something listens on (full)",
              &request.close_ports},
             {"--adopt", "Replace what older shell scripts left on the node, in one transaction",
              &request.adopt},
             {"--install-docker", "Install the distribution's docker.io where there is no Docker",
              &request.install_docker},
             {"--bundle", "The package and its libraries, for a node without a mirror",
              &options.bundle, "FILE.tar"},
             {"--package", "The harden package to install there", &options.package, "FILE.deb"},
             {"--gvisor", "A gVisor release: its archive, or the directory of its files",
              &options.gvisor, "DIR|FILE"},
             {"--waivers", "Version and age checks that the node may fail", &options.waivers,
              "FILE"},
             {"-F,--ssh-config", "Another ssh_config", &options.target.config, "FILE"},
             {"--port", "Port of sshd there", &options.target.port, "PORT"},
             {"--identity", "The private key to log in with", &options.target.identity, "FILE"},
             {"--host-key", "Accept this host key and no other, and remember it",
              &options.target.host_key, "SHA256:…"},
             {"--accept-new", "Trust an unknown host key unseen, and say which",
              &options.target.accept_new},
             {"--report-dir", "Write harden-HOST.json there", &options.report_directory, "DIR"},
             {"--format",
              "How to print the answer",
              &options.format,
              "",
              {"text", "json", "ndjson"}}},
        .words = {{.name = "", .help = "", .options = {}, .run = [&] { return run(options); }}},
        .footer =
            "Run again, it does what is missing and nothing else.\n"
            "Exit status: 0 provisioned and verified, 1 findings or pending changes, 2 trouble\n"
            "before any change, 3 a step failed and was rolled back, 4 needs a human."};
    return run_tool(tool, argc, argv);
}
