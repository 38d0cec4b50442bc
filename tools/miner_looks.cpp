#include "miner_looks.h"

#include "base/time.h"
#include "node/journal.h"
#include "system/container_actions.h"
#include "system/file_lock.h"
#include "system/kernel_meters.h"
#include "system/local_node.h"
#include "system/stop_signal.h"
#include "system/this_process.h"
#include "usage/act.h"
#include "usage/look_changes.h"
#include "usage/miner_record.h"
#include "usage/observation_text.h"
#include "usage/prometheus.h"
#include "usage/webhook_queue.h"

namespace harden {

static constexpr std::chrono::milliseconds patience{10'000};

Result<MinerRules> rules_for(const Host& host, const MinerOptions& options)
{
    const auto configured = TRY(miner_settings(host));
    auto rules = TRY(parse_miner_rules(configured));
    if (!options.action.empty())
        TRY(choose_action(rules.actions, options.action).during("--action"));
    if (!options.prometheus.empty())
        rules.actions.metrics.file = options.prometheus;
    if (options.interval < 0)
        return Error{ErrorKind::Malformed, "--interval: fewer than 0 seconds", {}};
    // Two looks that follow each other on time must both measure.
    if (options.interval > 0)
        rules.shortest_interval = std::chrono::seconds{options.interval / 2};
    return rules;
}

// The look with its evidence, for a replay that nobody looks at.
static Result<> record(NodeObservation seen, const Look& look, const MinerRules& rules,
                       const std::string& file)
{
    for (std::size_t at = 0; at < look.sightings.size(); ++at)
        seen.containers.at(at).evidence = look.sightings[at].evidence;
    return append(file, render_observation(seen, rules.owner_labels)).during("--record");
}

Result<Scene> scene_of(const Node& node, const std::string& places)
{
    auto before = TRY(read_miner_state(node.host()));
    auto meters = kernel_meters(places);
    auto seen = TRY(observe(node, *meters, before));
    return Scene{std::move(before), std::move(meters), std::move(seen)};
}

Look judged(const Node& node, Scene scene, const MinerRules& rules)
{
    return fold(std::move(scene.seen), std::move(scene.before), rules,
                closer_look(node, *scene.meters, rules));
}

// Looks, remembers, acts and logs, in this order: a look that was not remembered is not logged as
// one.
static Result<Look> remembered_look(Node& node, const MinerRules& rules,
                                    const MinerOptions& options)
{
    const auto lock =
        TRY(FileLock::take(miner_lock_file, patience).hint("another look is running: try again"));
    TRY(sweep_beside(node.host(), miner_state_file)); // what a killed look had begun to write
    const auto start = TRY(node.host().now());
    auto scene = TRY(scene_of(node, link_places_file));
    auto recorded = options.record.empty() ? NodeObservation{} : scene.seen;
    auto look = judged(node, std::move(scene), rules);
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
    if (!options.record.empty())
        TRY(record(std::move(recorded), look, rules, options.record));
    return look;
}

// What would be done after a look: none of it is done, remembered or logged.
static Result<Exit> show_decisions(Node& node, const MinerRules& rules, const MinerOptions& options)
{
    auto scene = TRY(scene_of(node, link_places_file));
    auto look = judged(node, std::move(scene), rules);
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

// A look, or a line of the log that says why there was none.
static Result<Look> logged_look(Node& node, const MinerRules& rules, const MinerOptions& options)
{
    auto look = remembered_look(node, rules, options);
    if (!look) {
        const auto now = TRY(node.host().now());
        TRY(append(miner_log_file, failed_look_record(to_rfc3339(now.wall), look.error())));
        return look.error();
    }
    if (const auto published = publish(node.host(), *look, rules.actions); !published)
        say_problem(published.error());
    return look;
}

// Looks until it is told to end, and tells of verdicts that changed. A look that fails is not the
// last one.
static Result<Exit> watch(Node& node, const MinerRules& rules, const MinerOptions& options)
{
    constexpr std::chrono::seconds usual{300};
    const auto stop = TRY(StopSignal::open());
    const auto pace = options.interval > 0 ? std::chrono::seconds{options.interval} : usual;
    LookChanges changes;
    auto status = Exit::Trouble;
    for (;;) {
        const auto start = TRY(node.host().now());
        const auto look = logged_look(node, rules, options);
        if (!look)
            say_problem(look.error());
        status = look ? exit_for(*look) : Exit::Trouble;
        if (look && !options.quiet)
            print(changes.after(*look));
        const auto end = TRY(node.host().now());
        if (stop.comes_within(start.since_boot + pace - end.since_boot))
            return status;
    }
}

Result<Exit> look_once(Node& node, const MinerOptions& options)
{
    if (options.show_config) {
        const auto configured = TRY(miner_settings(node.host()));
        TRY(rules_for(node.host(), options));
        print(show_settings(configured));
        return Exit::Clean;
    }
    const auto rules = TRY(rules_for(node.host(), options));
    TRY(require_root());
    if (options.dry_run)
        return show_decisions(node, rules, options);
    if (options.watch)
        return watch(node, rules, options);
    const auto look = TRY(logged_look(node, rules, options));
    if (!options.quiet)
        print(options.wanted() == Format::Json ? render_json(look) : render_text(look));
    return exit_for(look);
}

}
