#include "setup_host.h"

#include "cli/tool.h"
#include "steps/provision_closing.h"
#include "steps/provision_json.h"
#include "steps/provision_remote.h"
#include "steps/provision_text.h"
#include "steps/setup_reports.h"
#include "system/local_host.h"
#include "system/ssh_host.h"
#include "system/this_process.h"

#include <thread>

namespace harden {

Result<ProvisionOutcome> set_up_host(const FleetHost& host, const SetupOptions& options,
                                     SetupSources& sources, const HostConversation& with)
{
    const auto begun = std::chrono::steady_clock::now();
    LocalHost here;
    auto request = options.request;
    request.node = host.node;
    auto login = options.login;
    login.destination = host.destination;
    if (host.port != 0)
        login.port = host.port;
    const auto ssh = TRY(SshHost::connect(here, login, with.tell));
    PatientRemote node{*ssh,
                       [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); },
                       with.tell};
    const auto sources_for = [&](const NodeFacts& facts) {
        return sources.for_node(here, facts, ssh->scratch());
    };
    auto outcome = TRY(provision(node, here, sources_for, request, with.observer));
    outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    return outcome;
}

// The steps as they go by: lines of the conversation, the answer itself in a plan or as events.
static ProvisionObserver observer_of_one(const SetupOptions& options, const std::string& node)
{
    const bool is_plan = options.request.dry_run && options.format == "text";
    const bool live = talks_to_a_terminal() && options.format == "text" && !is_plan;
    const bool events = options.format == "ndjson";
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
                    if (events)
                        print(render_step_event(step, number, total, node));
                }};
}

static void show(const ProvisionOutcome& outcome, const std::string& node,
                 const SetupOptions& options)
{
    if (options.format == "json")
        print(render_setup_json(outcome, node));
    else if (outcome.report && options.format == "ndjson")
        print(render_report_event(outcome, node));
    else if (outcome.report)
        print(render_text(*outcome.report, terminal_colour()));
}

static Result<std::string> written_for(const ProvisionOutcome& outcome, const std::string& node,
                                       const SetupOptions& options)
{
    if (options.report_directory.empty() || !outcome.report)
        return std::string{};
    LocalHost here;
    return write_reports(here, options.report_directory, report_name(node), {*outcome.report});
}

Result<int> set_up_one(const FleetHost& host, const SetupOptions& options)
{
    SetupSources sources{options};
    const auto outcome =
        TRY(set_up_host(host, options, sources, {observer_of_one(options, host.node), say}));
    show(outcome, host.node, options);
    auto files = written_for(outcome, host.node, options);
    say(closing_lines(outcome, host.node, files ? *files : "", options.request.dry_run));
    if (!files)
        return std::move(files).error();
    return outcome.exit;
}

}
