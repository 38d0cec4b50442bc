#include "setup_fleet.h"

#include "base/time.h"
#include "cli/tool.h"
#include "setup_host.h"
#include "setup_screen.h"
#include "steps/fleet_json.h"
#include "steps/fleet_run.h"
#include "steps/fleet_text.h"
#include "steps/provision_json.h"
#include "steps/provision_text.h"
#include "steps/setup_reports.h"
#include "system/interruption.h"
#include "system/local_host.h"

#include <algorithm>

namespace harden {

using Moment = std::chrono::steady_clock::time_point;

Result<FleetPolicy> fleet_policy(const SetupOptions& options)
{
    FleetPolicy policy{.canary = static_cast<std::size_t>(options.canary)};
    if (!options.batch.empty())
        policy.batch = TRY(parse_amount(options.batch, "--batch"));
    if (!options.max_fail.empty())
        policy.max_fail = TRY(parse_amount(options.max_fail, "--max-fail"));
    // a plan harms nobody
    return options.request.dry_run ? FleetPolicy{.canary = 0} : policy;
}

static std::chrono::milliseconds since(Moment begun)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 begun);
}

namespace {

// One run over the hosts: what is known of each, and who is told.
class Fleet {
public:
    Fleet(const std::vector<FleetHost>& hosts, const SetupOptions& options,
          std::shared_ptr<SetupScreen> screen)
        : hosts_{hosts}
        , options_{options}
        , sources_{options}
        , screen_{std::move(screen)}
        , outcomes_(hosts.size())
    {
        for (const auto& host : hosts)
            nodes_.push_back(host.node);
    }

    std::vector<HostOutcome> go(const std::vector<Wave>& waves)
    {
        const FleetWork with{
            .begins = [&](std::size_t wave) { screen_->say_line(wave_line(waves, wave, nodes_)); },
            .work = [&](std::size_t host, std::size_t wave) { return work(host, waves[wave]); },
            .is_interrupted = was_interrupted};
        const auto fates = run_waves(waves, static_cast<std::size_t>(options_.parallel), with);
        for (std::size_t host = 0; host < hosts_.size(); ++host) {
            outcomes_[host].node = nodes_[host];
            outcomes_[host].fate = fates[host];
            if (!was_begun(fates[host]))
                tell_end(outcomes_[host]);
        }
        return outcomes_;
    }

private:
    bool work(std::size_t number, const Wave& wave)
    {
        const auto& host = hosts_[number];
        const auto begun = std::chrono::steady_clock::now();
        auto& outcome = outcomes_[number];
        screen_->host_begins(host.node);
        std::string plan;
        auto run = set_up_host(host, options_, sources_, conversation_with(host.node, plan));
        outcome.node = host.node;
        outcome.is_canary = wave.is_canary;
        outcome.took = since(begun);
        if (run)
            outcome.run = *std::move(run);
        else
            outcome.trouble = run.error();
        outcome.fate = has_failed(outcome) ? Fate::Bad : Fate::Good;
        if (options_.request.dry_run && options_.format == "text")
            screen_->answer(with_host(host.node, plan));
        screen_->host_ends(outcome);
        tell_end(outcome);
        return outcome.fate == Fate::Good;
    }

    void tell_end(const HostOutcome& outcome)
    {
        if (options_.format != "ndjson")
            return;
        if (outcome.run && outcome.run->report)
            screen_->answer(render_report_event(*outcome.run, outcome.node));
        screen_->answer(render_host_event(outcome));
    }

    HostConversation conversation_with(const std::string& node, std::string& plan)
    {
        const bool events = options_.format == "ndjson";
        const bool is_plan = options_.request.dry_run && options_.format == "text";
        return {
            .observer = {.facts =
                             [=, this](const NodeFacts& facts, std::string_view profile) {
                                 screen_->step_ends(node, facts_line(facts, profile));
                             },
                         .begins =
                             [=, this](std::size_t step, std::size_t total, std::string_view name) {
                                 screen_->step_begins(node, step_heading(step, total, name));
                             },
                         .ends =
                             [=, this, &plan](std::size_t number, std::size_t total,
                                              const StepReport& step) {
                                 const auto line =
                                     cat(step_heading(number, total, step.name), step_ending(step));
                                 if (is_plan)
                                     plan += cat(line, step_changes(step));
                                 else
                                     screen_->step_ends(node, line);
                                 if (events)
                                     screen_->answer(render_step_event(step, number, total, node));
                             }},
            .tell = [=, this](std::string_view text) { screen_->tell(node, text); }};
    }

    const std::vector<FleetHost>& hosts_;
    const SetupOptions& options_;
    SetupSources sources_;
    std::shared_ptr<SetupScreen> screen_;
    std::vector<HostOutcome> outcomes_;
    std::vector<std::string> nodes_;
};

}

// A file each, those of hosts without a report included, so that none of an earlier run stays.
static Result<std::string> written_for(const std::vector<HostOutcome>& hosts,
                                       const SetupOptions& options)
{
    if (options.report_directory.empty() || options.request.dry_run)
        return std::string{};
    const Path directory{options.report_directory};
    LocalHost here;
    const auto time = to_rfc3339(TRY(here.now()).wall);
    std::vector<Report> reports;
    for (const auto& host : hosts) {
        reports.push_back(report_of(host, time));
        TRY(write_reports(here, directory, report_name(host.node), {reports.back()}));
    }
    const auto files = TRY(write_reports(here, directory, summary_name, reports));
    TRY(here.write(directory / cat(summary_name, ".json"), render_fleet_json(hosts)));
    return files;
}

Result<int> set_up_fleet(const std::vector<FleetHost>& hosts, const SetupOptions& options)
{
    const auto begun = std::chrono::steady_clock::now();
    const auto policy = TRY(fleet_policy(options));
    const auto screen = std::make_shared<SetupScreen>(hosts.size(), options.format == "text");
    hold_interruptions([screen] {
        screen->say_line("interrupted: no further host is begun, those at work are finished; once "
                         "more ends it at once\n");
    });
    const auto outcomes = Fleet{hosts, options, screen}.go(waves(hosts.size(), policy));
    if (options.format == "json")
        print(render_fleet_json(outcomes));
    else if (options.format == "ndjson")
        print(render_fleet_event(outcomes));
    else
        print(overall_table(outcomes, terminal_colour()));
    auto files = written_for(outcomes, options);
    say(closing_lines(outcomes, {.files = files ? *files : "", .took = since(begun)}));
    if (files)
        return exit_for(outcomes);
    say_problem(files.error());
    return std::max(exit_for(outcomes), static_cast<int>(Exit::Trouble));
}

}
