#include "base/time.h"
#include "cli/tool.h"
#include "node/journal.h"
#include "steps/detector.h"
#include "system/container_actions.h"
#include "system/file_lock.h"
#include "system/kernel_meters.h"
#include "system/local_node.h"
#include "system/this_process.h"
#include "usage/act.h"
#include "usage/miner_record.h"
#include "usage/prometheus.h"
#include "usage/webhook_queue.h"

using namespace harden;

static constexpr std::chrono::milliseconds patience{10'000};

struct Options {
    std::string docker_host;
    std::string format = "text";
    bool quiet = false;
    bool show_config = false;
    bool dry_run = false;
    std::string action;
    std::string prometheus;

    Format wanted() const { return format == "json" ? Format::Json : Format::Text; }
};

// Looks, remembers, acts and logs, in this order: a look that was not remembered is not logged as
// one.
static Result<Look> remembered_look(Node& node, const MinerRules& rules, const Options& options)
{
    const auto lock =
        TRY(FileLock::take(miner_lock_file, patience).hint("another look is running: try again"));
    TRY(sweep_beside(node.host(), miner_state_file)); // what a killed look had begun to write
    const auto start = TRY(node.host().now());
    auto before = TRY(read_miner_state(node.host()));
    const auto meters = kernel_meters(link_places_file);
    const auto seen = TRY(observe(node, *meters, before, rules));
    auto look = fold(seen, std::move(before), rules, closer_look(node, *meters, rules));
    const auto end = TRY(node.host().now());
    look.next.look.milliseconds =
        std::chrono::duration<double, std::milli>(end.since_boot - start.since_boot).count();
    const auto keep = [&node](const MinerState& state) {
        return node.host().write(miner_state_file, render_miner_state(state), {.mode = 0600});
    };
    const auto actions = docker_actions(options.docker_host);
    const auto told = TRY(act(look, node.host(), *actions, rules.actions, keep));
    TRY(keep(look.next));
    TRY(append(miner_log_file, join(miner_records(look), "") + join(told, "")));
    return look;
}

// What would be done after a look: none of it is done, remembered or logged.
static Result<Exit> show_decisions(Node& node, const MinerRules& rules, const Options& options)
{
    const auto before = TRY(read_miner_state(node.host()));
    const auto meters = kernel_meters(link_places_file);
    const auto seen = TRY(observe(node, *meters, before, rules));
    auto look = fold(seen, before, rules, closer_look(node, *meters, rules));
    const auto actions = docker_actions(options.docker_host);
    const auto decisions = TRY(consider(look, node.host(), *actions, rules.actions));
    print(render_decisions(decisions));
    return decisions.empty() ? Exit::Clean : Exit::Findings;
}

// A program of its own sends, so that a look loads no TLS; it is not waited for without end.
static Result<> send_queued(Host& host, std::string_view time)
{
    constexpr std::chrono::milliseconds longest{5'000};
    const Command sender{(directory_of_this_program() / webhook_program).native()};
    const auto outcome = host.run(sender, {}, {.timeout = longest});
    const auto complaint = outcome ? outcome->err : outcome.error().message;
    if (complaint.empty())
        return done;
    return append(miner_log_file, webhook_record(time, "", "failed", trim(complaint)));
}

// Those who read about a look elsewhere: whatever happens to them, the look was one.
static Result<> publish(Host& host, const Look& look, const ActionRules& rules)
{
    auto queued = TRY(queued_webhooks(host));
    if (!queued.empty() && !rules.webhook.address.empty()) {
        TRY(send_queued(host, look.time));
        queued = TRY(queued_webhooks(host));
    }
    if (rules.metrics.file.empty())
        return done;
    return host.write(rules.metrics.file, render_prometheus(look, rules.metrics, queued.size()),
                      {.mode = 0644});
}

static Exit exit_for(const Look& look)
{
    const auto& summary = look.next.look;
    if (summary.flagged > 0)
        return Exit::Findings;
    return summary.unknown > 0 ? Exit::Trouble : Exit::Clean;
}

static Result<Exit> look_once(Node& node, const Options& options)
{
    const auto configured = TRY(miner_settings(node.host()));
    auto rules = TRY(parse_miner_rules(configured));
    if (!options.action.empty())
        TRY(choose_action(rules.actions, options.action).during("--action"));
    if (!options.prometheus.empty())
        rules.actions.metrics.file = options.prometheus;
    if (options.show_config) {
        print(show_settings(configured));
        return Exit::Clean;
    }
    TRY(require_root());
    if (options.dry_run)
        return show_decisions(node, rules, options);
    const auto look = remembered_look(node, rules, options);
    if (!look) {
        const auto now = TRY(node.host().now());
        TRY(append(miner_log_file, failed_look_record(to_rfc3339(now.wall), look.error())));
        return look.error();
    }
    if (!options.quiet)
        print(options.wanted() == Format::Json ? render_json(*look) : render_text(*look));
    if (const auto published = publish(node.host(), *look, rules.actions); !published)
        say_problem(published.error());
    return exit_for(*look);
}

static Result<Exit> show_status(const Node& node, const Options& options)
{
    TRY(require_root());
    const auto state = TRY(read_miner_state(node.host()));
    print(options.wanted() == Format::Json ? render_json(state)
                                           : render_text(state) + render_paused(state));
    if (state.look.time.empty())
        return Exit::Trouble;
    return state.look.flagged > 0 ? Exit::Findings : Exit::Clean;
}

int main(int argc, char** argv)
{
    Options options;
    auto& docker_host = options.docker_host;
    const auto local = [&docker_host] { return LocalNode{no_firewall(), docker_host}; };
    const auto changing = [&](const Step& step) -> Result<Exit> {
        TRY(require_root());
        auto node = local();
        return apply_and_show(step, node.node(), "detect-miners", options.wanted());
    };
    const Tool tool{
        .name = "harden detect-miners",
        .summary = "Look once at what every container used since the last look, and flag miners",
        .options = {format_option(&options.format),
                    {"--docker-host", "Docker Engine to ask", &options.docker_host, "ENDPOINT"},
                    {"--quiet", "Print nothing; the log tells", &options.quiet},
                    {"--action", "For this look: what is done about miners at the most",
                     &options.action, "NAME"},
                    {"--dry-run", "Say what would be done; do, remember and log nothing",
                     &options.dry_run},
                    {"--prometheus", "Write metrics for node_exporter", &options.prometheus,
                     "FILE"},
                    {"--show-config", "Print the rules in effect and end", &options.show_config}},
        .words = {{"", "Look once", {}, [&] { return look_once(local().node(), options); }},
                  {"status",
                   "Show what the last look saw",
                   {},
                   [&] { return show_status(local().node(), options); }},
                  {"plan",
                   "Show what apply would change",
                   {},
                   [&] {
                       return show_plan(detector_step(), local().node(), "detect-miners",
                                        options.wanted());
                   }},
                  {"apply",
                   "Look every five minutes from now on",
                   {},
                   [&] { return changing(detector_step()); }},
                  {"remove",
                   "Stop looking; the log stays",
                   {},
                   [&] { return changing(detector_removal()); }}},
        .footer = "Files: /var/log/miner-detection.log, /etc/harden/miners.toml\n"
                  "Exit status: 0 nothing found, 1 miners or suspects, 2 could not look",
    };
    return run_tool(tool, argc, argv);
}
