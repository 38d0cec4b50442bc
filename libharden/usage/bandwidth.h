#pragma once

#include "usage/bandwidth_rules.h"
#include "usage/interval.h"

#include <span>

namespace harden {

// Unknown: nobody counts what it sends, which is not "ok".
enum class BandwidthVerdict { Unknown, Ok, Watch, Abuse };
std::string_view name_of(BandwidthVerdict verdict);

// One limit that was passed, in the unit that its name ends with.
struct BandwidthTerm {
    std::string name;
    double value = 0;
    double limit = 0;
    bool operator==(const BandwidthTerm&) const = default;
};

struct BandwidthJudgement {
    BandwidthVerdict verdict = BandwidthVerdict::Unknown;
    std::vector<BandwidthTerm> terms;
};

// What is thought of a container's traffic: `intervals` oldest first, the newest is now.
BandwidthJudgement judge_bandwidth(std::span<const Interval> intervals,
                                   const BandwidthRules& rules);

// For the record: {"verdict":"abuse","terms":[{"k":"day_sent_gb","v":12.4,"limit":10}]}
std::string to_json(const BandwidthJudgement& judgement);
// For people: "sent 12.4 GB in the last 24 hours, more than 10".
std::vector<std::string> sentences(const BandwidthJudgement& judgement);

}
