#include "usage/bandwidth_rules.h"

#include "usage/rule_values.h"

namespace harden {

static constexpr double megabyte = 1e6;
static constexpr double gigabyte = 1e9;
static constexpr double most = 1e9;

static Result<double> bytes(TableReader& table, std::string_view key, double unit)
{
    const auto value = TRY(table.number(key, 0, most));
    return value * unit;
}

static Result<BandwidthRules::Day> day_in(TableReader table)
{
    BandwidthRules::Day rule;
    rule.sent = TRY(bytes(table, "sent_gb", gigabyte));
    rule.received = TRY(bytes(table, "received_gb", gigabyte));
    TRY(table.finish());
    return rule;
}

static Result<BandwidthRules::Rate> rate_in(TableReader table)
{
    BandwidthRules::Rate rule;
    rule.sent = TRY(bytes(table, "sent_mb_s", megabyte));
    rule.intervals = TRY(intervals_in(table));
    TRY(table.finish());
    return rule;
}

static Result<BandwidthRules::Flood> flood_in(TableReader table)
{
    BandwidthRules::Flood rule;
    rule.packets = TRY(table.number("packets_s", 0, most));
    rule.size = TRY(table.number("size", 0, most));
    rule.answered = TRY(table.number("answered", 0, 1));
    TRY(table.finish());
    return rule;
}

static Result<BandwidthRules::Ratio> ratio_in(TableReader table)
{
    BandwidthRules::Ratio rule;
    rule.sent_to_received = TRY(table.number("sent_to_received", 0, most));
    rule.sent = TRY(bytes(table, "sent_gb", gigabyte));
    TRY(table.finish());
    return rule;
}

Result<BandwidthRules> bandwidth_rules_in(TableReader table)
{
    BandwidthRules rules;
    const auto day = TRY(table.table("day"));
    rules.day = TRY(day_in(day));
    const auto rate = TRY(table.table("rate"));
    rules.rate = TRY(rate_in(rate));
    const auto flood = TRY(table.table("flood"));
    rules.flood = TRY(flood_in(flood));
    const auto ratio = TRY(table.table("ratio"));
    rules.ratio = TRY(ratio_in(ratio));
    TRY(table.finish());
    return rules;
}

}
