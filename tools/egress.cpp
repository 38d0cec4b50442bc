#include "steps/egress.h"

#include "checks/verify_rules.h"
#include "cli/tool.h"
#include "egress/self_test.h"
#include "egress/status.h"
#include "egress/wanted.h"
#include "egress_container.h"
#include "steps/egress_container.h"
#include "steps/egress_keeper.h"
#include "steps/firewall.h"
#include "system/container_kernel.h"
#include "system/egress_events.h"
#include "system/local_node.h"
#include "system/packet_probe.h"
#include "system/readiness.h"

#include <algorithm>

using namespace harden;

namespace {

struct Arguments {
    std::string config;
    std::string docker_host;
    std::string format = "text";
    bool show_config = false;

    Path site_file() const { return config.empty() ? egress_site_file : config; }
    SiteFile presence() const
    {
        return config.empty() ? SiteFile::MayBeAbsent : SiteFile::MustExist;
    }
    Format chosen_format() const { return format == "json" ? Format::Json : Format::Text; }
};

EgressOptions options(const Arguments& arguments, const Host& host)
{
    return {arguments.site_file(), arguments.presence(), installed_program(host, egress_program)};
}

Result<Exit> run_plan(const Arguments& arguments)
{
    TRY(require_root());
    LocalNode machine{kernel_firewall(), arguments.docker_host};
    const auto step = egress_step(options(arguments, machine.node().host()));
    return show_plan(step, machine.node(), "egress", arguments.chosen_format());
}

Result<Exit> run_apply(const Arguments& arguments)
{
    TRY(require_root());
    LocalNode machine{kernel_firewall(), arguments.docker_host};
    const auto step = egress_step(options(arguments, machine.node().host()));
    return apply_and_show(step, machine.node(), "egress", arguments.chosen_format());
}

Result<Exit> run_remove(const Arguments& arguments)
{
    TRY(require_root());
    LocalNode machine{kernel_firewall(), arguments.docker_host};
    const auto step = egress_removal_step(options(arguments, machine.node().host()));
    return apply_and_show(step, machine.node(), "egress", arguments.chosen_format());
}

Result<Exit> run_restore(const Arguments& arguments)
{
    TRY(require_root());
    LocalNode machine{kernel_firewall(), arguments.docker_host};
    TRY(restore_egress(machine.node()));
    // without Docker no container has an address to go by: its start runs this again
    const auto control = container_kernel();
    const auto containers = restore_containers(machine.node(), *control);
    if (!containers && !containers.is_absent())
        return containers.error();
    return Exit::Clean;
}

Moment since_boot()
{
    return std::chrono::duration_cast<Moment>(std::chrono::steady_clock::now().time_since_epoch());
}

std::optional<Moment> until(std::optional<Moment> due, Moment now)
{
    return due ? std::optional{std::max(*due - now, Moment{0})} : std::nullopt;
}

// A Docker that hangs may not keep us from the packet filter for long.
constexpr std::chrono::milliseconds patience_of_the_watch{300};

// Its unit loads what "harden firewall apply" recorded.
void tend_host_firewall(LocalHost& host, const Heard& heard)
{
    if (!heard.inbound || !host.status(recorded_table_file))
        return;
    const Command restart{"systemctl", "restart", "--no-block", "harden-firewall.service"};
    if (const auto asked = succeeded(host.run(restart, {}, {}), restart); !asked)
        say(cat("error: host firewall: ", asked.error().message, "\n"));
}

Result<Exit> run_watch(const Arguments& arguments)
{
    TRY(require_root());
    LocalHost host;
    const auto docker = docker_socket(arguments.docker_host, patience_of_the_watch);
    const auto firewall = kernel_firewall();
    Node node{host, *docker, *firewall};
    auto events = TRY(EgressEvents::open());
    const auto socket = docker_socket_file(arguments.docker_host);
    const DockerLine line{[&] { return events.hears_docker(); },
                          [&] {
                              // one that does not answer is tried again with the next question
                              if (socket) [[maybe_unused]]
                                  const auto tried = events.listen_to_docker(*socket);
                          }};
    EgressKeeper keeper{node, [](std::string_view text) { say(cat(text, "\n")); }, line};
    keeper.begin(since_boot());
    tell_ready();
    for (;;) {
        const auto heard = TRY(events.wait(until(keeper.due(), since_boot())));
        keeper.tend(heard, since_boot());
        tend_containers(host, heard);
        tend_host_firewall(host, heard);
    }
}

Result<Exit> run_status(const Arguments& arguments)
{
    TRY(require_root());
    LocalNode machine{kernel_firewall(), arguments.docker_host};
    const Node& node = machine.node();
    const auto wanted = TRY(wanted_ruleset(node, arguments.site_file(), arguments.presence()));
    const auto status = TRY(egress_status(node, wanted));
    print(arguments.chosen_format() == Format::Json ? render_json(status) : render_text(status));
    if (!status.drift.empty())
        return Exit::Findings;
    return status.unknown.empty() ? Exit::Clean : Exit::Trouble;
}

// A flow that is not as wanted beats one that could not be tried.
Exit exit_for(const std::vector<TestLine>& lines)
{
    const auto has = [&](Verdict verdict) {
        return std::ranges::any_of(
            lines, [&](const TestLine& line) { return line.outcome.verdict == verdict; });
    };
    if (has(Verdict::Fail))
        return Exit::Findings;
    return has(Verdict::Unknown) ? Exit::Trouble : Exit::Clean;
}

Result<Exit> run_test(const Arguments& arguments)
{
    TRY(require_root());
    LocalNode machine{kernel_firewall(), arguments.docker_host};
    const Node& node = machine.node();
    const auto wanted = TRY(wanted_ruleset(node, arguments.site_file(), arguments.presence()));
    const auto rules = TRY(verify_rules_from(TRY(verify_settings(node.host()))));
    const auto lines = TRY(self_test(node, wanted, rules.network, probe_packets));
    print(arguments.chosen_format() == Format::Json ? render_json(lines) : render_text(lines));
    return exit_for(lines);
}

Result<Exit> run_policy(const Arguments& arguments)
{
    LocalHost host;
    const auto settings = TRY(egress_settings(host, arguments.site_file(), arguments.presence()));
    TRY(parse_egress_policy(settings));
    print(show_settings(settings));
    return Exit::Clean;
}

Result<Exit> run_wordless(const Arguments& arguments)
{
    if (arguments.show_config)
        return run_policy(arguments);
    return Error{ErrorKind::Malformed,
                 "say what to do: plan, apply, status, test, remove or policy",
                 "harden egress --help"};
}

}

int main(int argc, char** argv)
{
    Arguments arguments;
    ContainerArguments of_containers;
    const ContainerTool containers{&of_containers, &arguments.docker_host, &arguments.format};
    const Tool tool{
        .name = "harden egress",
        .summary = "Keeps containers from reaching what they have no business with",
        .options = {format_option(&arguments.format),
                    {"--config", "The site's policy instead of /etc/harden/egress.toml",
                     &arguments.config, "FILE"},
                    {"--docker-host", "Docker's socket, as in unix:///run/docker.sock",
                     &arguments.docker_host, "URL"},
                    {"--show-config", "Print the effective policy and where each value came from",
                     &arguments.show_config}},
        .words =
            {{"plan", "Print what apply would change", {}, [&] { return run_plan(arguments); }},
             {"apply",
              "Put the policy into the kernel, now and after every boot",
              {},
              [&] { return run_apply(arguments); }},
             {"status",
              "Print hits, drift, and what is not covered",
              {},
              [&] { return run_status(arguments); }},
             {"test",
              "Send real packets from every container network and tell how they fare",
              {},
              [&] { return run_test(arguments); }},
             {"remove", "Take the policy away", {}, [&] { return run_remove(arguments); }},
             {"policy", "Print the effective policy", {}, [&] { return run_policy(arguments); }},
             {"restore",
              "Put back what was last applied (for the unit and for undo)",
              {},
              [&] { return run_restore(arguments); }},
             {"watch",
              "Put the policy back whenever it is taken away (for the unit)",
              {},
              [&] { return run_watch(arguments); }},
             container_word(containers),
             dns_word(containers),
             {"", "", {}, [&] { return run_wordless(arguments); }}},
        .footer = "Exit status: 0 as wanted, 1 pending changes, drift or a wrong flow, 2 trouble, "
                  "3 rolled back, "
                  "4 needs a human",
    };
    return run_tool(tool, argc, argv);
}
