#include "usage/miner_rules.h"

#include "base/shipped.h"
#include "usage/rule_values.h"

namespace harden {

static Result<MinerRules::Sustained> sustained_in(TableReader table, int window)
{
    MinerRules::Sustained rule;
    rule.hot = TRY(table.number("hot", 0.01, 1));
    rule.most = TRY(intervals_in(table, "most", window));
    rule.most_points = TRY(points_in(table, "most_points"));
    rule.half = TRY(intervals_in(table, "half", window));
    rule.half_points = TRY(points_in(table, "half_points"));
    TRY(table.finish());
    return rule;
}

static Result<MinerRules::Steady> steady_in(TableReader table)
{
    MinerRules::Steady rule;
    rule.from = TRY(table.number("from", 0, 1));
    rule.below = TRY(table.number("below", 0, 1));
    rule.deviation = TRY(table.number("deviation", 0, 1));
    rule.points = TRY(points_in(table));
    TRY(table.finish());
    return rule;
}

static Result<MinerRules::Flat> flat_in(TableReader table)
{
    MinerRules::Flat rule;
    rule.from = TRY(table.number("from", 0, 1));
    rule.deviation = TRY(table.number("deviation", 0, 1));
    rule.points = TRY(points_in(table));
    TRY(table.finish());
    return rule;
}

static Result<std::vector<MinerRules::Wallet>> wallets_in(TableReader& evidence)
{
    constexpr std::int64_t shortest = 20;
    constexpr std::int64_t longest = 256;
    std::vector<MinerRules::Wallet> wallets;
    auto tables = TRY(evidence.tables("wallets"));
    for (auto& [name, table] : tables) {
        MinerRules::Wallet wallet{.name = name};
        wallet.prefixes = TRY(table.text("prefixes"));
        wallet.length = TRY(table.integer("length", shortest, longest));
        TRY(table.finish());
        wallets.push_back(std::move(wallet));
    }
    return wallets;
}

static Result<MinerRules::Evidence> evidence_in(TableReader table)
{
    MinerRules::Evidence rule;
    rule.points = TRY(points_in(table));
    rule.reads_memory = TRY(table.boolean("memory"));
    rule.names = TRY(table.texts("names"));
    rule.arguments = TRY(table.texts("arguments"));
    rule.wallets = TRY(wallets_in(table));
    rule.pools = TRY(table.texts("pools"));
    TRY(table.finish());
    // An empty word stands in everything.
    std::erase(rule.names, std::string{});
    std::erase(rule.arguments, std::string{});
    std::erase(rule.pools, std::string{});
    return rule;
}

static Result<MinerRules::Verdicts> verdicts_in(TableReader table)
{
    MinerRules::Verdicts rule;
    rule.miner = TRY(points_in(table, "miner"));
    rule.suspect = TRY(points_in(table, "suspect"));
    rule.watch = TRY(points_in(table, "watch"));
    rule.evidence_needed = TRY(points_in(table, "evidence_needed"));
    rule.ceiling = TRY(points_in(table, "ceiling"));
    if (rule.miner <= rule.suspect || rule.suspect <= rule.watch)
        return table.error_at("miner", "the scores must fall from miner over suspect to watch");
    if (rule.ceiling >= rule.miner)
        return table.error_at("ceiling", "must be below miner: use alone convicts nobody");
    TRY(table.finish());
    return rule;
}

Result<MinerRules> parse_miner_rules(const Setting& document)
{
    constexpr std::int64_t day = 86'400;
    TableReader root{document, ""};
    MinerRules rules;
    TRY(root.integer("version", 1, 1));
    auto window = TRY(root.table("window"));
    rules.window = TRY(intervals_in(window));
    const auto shortest = TRY(window.integer("shortest_s", 1, day));
    rules.shortest_interval = std::chrono::seconds{shortest};
    TRY(window.finish());
    const auto sustained = TRY(root.table("sustained"));
    rules.sustained = TRY(sustained_in(sustained, rules.window));
    const auto steady = TRY(root.table("steady"));
    rules.steady = TRY(steady_in(steady));
    const auto flat = TRY(root.table("flat"));
    rules.flat = TRY(flat_in(flat));
    const auto evidence = TRY(root.table("evidence"));
    rules.evidence = TRY(evidence_in(evidence));
    rules.terms = TRY(term_rules_in(root));
    const auto bandwidth = TRY(root.table("bandwidth"));
    rules.bandwidth = TRY(bandwidth_rules_in(bandwidth));
    const auto verdicts = TRY(root.table("verdicts"));
    rules.verdicts = TRY(verdicts_in(verdicts));
    rules.actions = TRY(action_rules_in(root));
    auto owner = TRY(root.table("owner"));
    rules.owner_labels = TRY(owner.texts("labels"));
    TRY(owner.finish());
    TRY(root.finish());
    return rules;
}

// A document of its own: [pool_port] with the ports that the egress policy closes to miners.
static Result<Setting> pool_ports()
{
    constexpr auto policy_file = "rules/egress.toml";
    const auto policy = TRY(parse_toml(shipped(policy_file), policy_file));
    auto groups = TRY(TableReader(policy, "").table("groups"));
    auto mining = TRY(groups.table("mining"));
    const auto ports = TRY(mining.array("tcp"));
    const auto& origin = mining.origin_of("tcp");
    return Setting{Setting::Table{{"pool_port", {Setting::Table{{"ports", {ports, origin}}}}}},
                   origin};
}

Result<Setting> shipped_miner_settings()
{
    auto rules = TRY(parse_toml(shipped(miner_rules_file), miner_rules_file));
    auto ports = TRY(pool_ports());
    return layered(std::move(rules), std::move(ports));
}

Result<Setting> miner_settings(const Host& host)
{
    auto shipped_rules = TRY(shipped_miner_settings());
    const auto site = host.read(miner_site_file);
    if (site.is_absent())
        return shipped_rules;
    const auto text = TRY(site);
    auto site_rules = TRY(parse_toml(text, miner_site_file));
    return layered(std::move(shipped_rules), std::move(site_rules));
}

}
