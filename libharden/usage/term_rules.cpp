#include "usage/term_rules.h"

#include "base/text.h"
#include "usage/rule_values.h"

namespace harden {

static Result<> take(TableReader table, TermRules::Working& rule)
{
    rule.from = TRY(table.number("from", 0.01, 1));
    rule.intervals = TRY(intervals_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Brief& rule)
{
    rule.intervals = TRY(intervals_in(table));
    rule.most = TRY(intervals_in(table, "most", rule.intervals));
    rule.ceiling = TRY(points_in(table, "ceiling"));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Crowded& rule)
{
    rule.from = TRY(table.number("from", 0, 1));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Lasting& rule)
{
    rule.intervals = TRY(intervals_in(table));
    rule.most = TRY(intervals_in(table, "most", rule.intervals));
    rule.points = TRY(points_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Quiet& rule)
{
    constexpr double gigabyte = 1e9;
    rule.most = TRY(table.number("most_bytes_per_cpu_s", 0, gigabyte));
    rule.least = TRY(table.number("least_sent_per_s", 0, gigabyte));
    rule.talking = TRY(table.number("talking", 0, 1));
    rule.points = TRY(points_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::LongFlow& rule)
{
    constexpr std::int64_t day = 86'400;
    constexpr double gigabyte = 1e9;
    const auto age = TRY(table.integer("age_s", 1, day));
    rule.age = std::chrono::seconds{age};
    rule.most = TRY(table.number("most_bytes_per_s", 0, gigabyte));
    rule.points = TRY(points_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Memory& rule)
{
    constexpr double most = 1e6; // MiB
    rule.deviation = TRY(table.number("deviation", 0, 1));
    auto sizes = TRY(table.tables("sizes"));
    for (auto& [name, size] : sizes) {
        TermRules::Size range;
        range.least = TRY(size.number("least_mib", 0, most));
        range.most = TRY(size.number("most_mib", range.least, most));
        TRY(size.finish());
        rule.sizes.push_back(range);
    }
    rule.points = TRY(points_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Gpu& rule)
{
    rule.from = TRY(table.number("from", 0, 1));
    rule.below = TRY(table.number("below", 0, 1));
    rule.points = TRY(points_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::PoolPort& rule)
{
    constexpr std::int64_t last_port = 65'535;
    const auto ports = TRY(table.array("ports"));
    for (const auto& each : ports) {
        const auto* port = std::get_if<std::int64_t>(&each.value);
        if (port == nullptr || *port < 1 || *port > last_port)
            return table.error_at("ports", cat("not a port at ", to_text(each.origin)));
        rule.ports.insert(*port);
    }
    rule.points = TRY(points_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Refused& rule)
{
    constexpr double most = 1e9;
    rule.packets = TRY(table.number("packets", 1, most));
    rule.points = TRY(points_in(table));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Words& rule)
{
    rule.points = TRY(points_in(table));
    rule.alone = TRY(points_in(table, "alone"));
    return table.finish();
}

static Result<> take(TableReader table, TermRules::Confidence& rule)
{
    rule.use = TRY(points_in(table, "use"));
    rule.crowding = TRY(points_in(table, "crowding"));
    rule.memory = TRY(points_in(table, "memory"));
    rule.traffic = TRY(points_in(table, "traffic"));
    rule.flows = TRY(points_in(table, "flows"));
    rule.processes = TRY(points_in(table, "processes"));
    if (rule.use == 0)
        return table.error_at("use", "must weigh something: without it nothing is known");
    return table.finish();
}

template<class Rule>
static Result<> take_table(TableReader& root, std::string_view name, Rule& rule)
{
    const auto table = TRY(root.table(name));
    return take(table, rule);
}

Result<TermRules> term_rules_in(TableReader& root)
{
    TermRules rules;
    TRY(take_table(root, "working", rules.working));
    TRY(take_table(root, "brief", rules.brief));
    TRY(take_table(root, "crowded", rules.crowded));
    TRY(take_table(root, "lasting", rules.lasting));
    TRY(take_table(root, "quiet", rules.quiet));
    TRY(take_table(root, "long_flow", rules.long_flow));
    TRY(take_table(root, "memory", rules.memory));
    TRY(take_table(root, "gpu", rules.gpu));
    TRY(take_table(root, "pool_port", rules.pool_port));
    TRY(take_table(root, "refused", rules.refused));
    TRY(take_table(root, "pool_name", rules.pool_name));
    TRY(take_table(root, "stratum", rules.stratum));
    TRY(take_table(root, "confidence", rules.confidence));
    return rules;
}

}
