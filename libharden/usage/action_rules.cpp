#include "usage/action_rules.h"

#include <algorithm>

namespace harden {

static constexpr std::int64_t day = 86'400;

static std::vector<std::string> known_actions()
{
    std::vector<std::string> names;
    for (auto action = MinerAction::Log; action <= MinerAction::Kill;
         action = static_cast<MinerAction>(static_cast<int>(action) + 1))
        names.emplace_back(name_of(action));
    return names;
}

static Error no_action(std::string_view name)
{
    Error error{ErrorKind::Malformed, cat("\"", escaped(name), "\" is no action"),
                cat("one of ", join(known_actions(), ", "))};
    if (const auto meant = nearest(name, known_actions()))
        error.hint = cat("did you mean \"", *meant, "\"?");
    return error;
}

static Result<std::vector<MinerAction>> ladder_in(TableReader& table, std::string_view key)
{
    std::vector<MinerAction> ladder;
    const auto names = TRY(table.texts(key));
    for (const auto& name : names) {
        const auto action = action_named(name);
        if (!action) {
            auto problem = no_action(name);
            auto placed = table.error_at(key, problem.message);
            placed.hint = problem.hint;
            return placed;
        }
        ladder.push_back(*action);
    }
    std::ranges::sort(ladder);
    const auto twice = std::ranges::unique(ladder);
    ladder.erase(twice.begin(), twice.end());
    return ladder;
}

static Result<> read_actions(TableReader table, ActionRules& rules)
{
    rules.suspect = TRY(ladder_in(table, "suspect"));
    rules.miner = TRY(ladder_in(table, "miner"));
    if (!rules.suspect.empty() && ends(rules.suspect.back()))
        return table.error_at("suspect", "use alone ends nobody: stop and kill are for miners");
    rules.confirm = static_cast<int>(TRY(table.integer("confirm", 2, 100)));
    rules.most_per_run = static_cast<int>(TRY(table.integer("most_per_run", 1, 1000)));
    rules.most_share = TRY(table.number("most_share", 0, 1));
    rules.cool_down = std::chrono::seconds{TRY(table.integer("cool_down_s", 0, 30 * day))};
    rules.limit_processors = TRY(table.number("limit_cpus", 0.01, 1024));
    rules.confidence = TRY(table.number("confidence", 0, 1));
    rules.confidence_to_end = TRY(table.number("confidence_to_end", 0, 1));
    return table.finish();
}

// "http://" is for this machine itself, unless the rules allow it.
static Result<> read_address(TableReader& table, WebhookRules& rules)
{
    constexpr std::string_view plain = "http://";
    const bool is_allowed = TRY(table.boolean("allow_http"));
    rules.address = TRY(table.text("url"));
    if (rules.address.empty())
        return done;
    rules.is_plain = rules.address.starts_with(plain);
    const auto rest = std::string_view{rules.address}.substr(rules.is_plain ? plain.size() : 0);
    auto url = parse_https_url(rules.is_plain ? cat("https://", rest) : rules.address);
    if (!url)
        return table.error_at("url", url.error().message);
    rules.url = *std::move(url);
    const auto& host = rules.url.host;
    const bool is_here = host == "localhost" || host == "127.0.0.1" || host == "::1";
    if (rules.is_plain && !is_here && !is_allowed)
        return table.error_at("url", "not an https address: names of tenants would travel in the "
                                     "clear; allow_http = true allows it");
    if (rules.is_plain && rest.substr(0, rest.find('/')).find(":443") == std::string_view::npos &&
        rules.url.port == "443")
        rules.url.port = "80";
    return done;
}

static Result<> read_webhook(TableReader table, WebhookRules& rules)
{
    TRY(read_address(table, rules));
    rules.secret_file = TRY(table.text("secret_file"));
    if (!rules.secret_file.is_absolute())
        return table.error_at("secret_file", "is no whole path");
    rules.authorities = TRY(table.text("authorities"));
    rules.most_queued = static_cast<int>(TRY(table.integer("most_queued", 1, 10'000)));
    return table.finish();
}

static Result<> read_metrics(TableReader table, MetricsRules& rules)
{
    rules.file = TRY(table.text("file"));
    if (!rules.file.empty() && (!rules.file.is_absolute() || rules.file.extension() != ".prom"))
        return table.error_at("file", "is no whole path of a file that ends with .prom");
    rules.most_containers = static_cast<int>(TRY(table.integer("most_containers", 0, 1000)));
    return table.finish();
}

Result<ActionRules> action_rules_in(TableReader& document)
{
    ActionRules rules;
    auto actions = TRY(document.table("actions"));
    TRY(read_actions(actions, rules));
    auto webhook = TRY(document.table("webhook"));
    TRY(read_webhook(webhook, rules.webhook));
    auto metrics = TRY(document.table("metrics"));
    TRY(read_metrics(metrics, rules.metrics));
    rules.exemptions = TRY(exemptions_in(document));
    const auto sends = [](const std::vector<MinerAction>& ladder) {
        return std::ranges::find(ladder, MinerAction::Webhook) != ladder.end();
    };
    if (rules.webhook.address.empty() && (sends(rules.miner) || sends(rules.suspect)))
        return actions.error_at(sends(rules.miner) ? "miner" : "suspect",
                                "webhook has no address: webhook.url names it");
    return rules;
}

Result<> choose_action(ActionRules& rules, std::string_view name)
{
    const auto action = action_named(name);
    if (!action)
        return no_action(name);
    if (*action == MinerAction::Webhook && rules.webhook.address.empty())
        return Error{ErrorKind::Malformed, "webhook has no address",
                     "webhook.url in /etc/harden/miners.toml names it"};
    const bool tells = std::ranges::find(rules.miner, MinerAction::Webhook) != rules.miner.end();
    rules.miner = {*action};
    if (tells && *action > MinerAction::Webhook)
        rules.miner.insert(rules.miner.begin(), MinerAction::Webhook);
    if (*action == MinerAction::Log)
        rules.suspect.clear();
    return done;
}

}
