#include "tally.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace harden::offline {

std::pair<double, double> Share::interval() const
{
    if (of == 0)
        return {0, 1};
    constexpr double z = 1.959964;
    const auto count = static_cast<double>(of);
    const auto below = 1 + z * z / count;
    const auto centre = value() + z * z / (2 * count);
    const auto spread =
        z * std::sqrt(value() * (1 - value()) / count + z * z / (4 * count * count));
    return {std::max(0.0, (centre - spread) / below), std::min(1.0, (centre + spread) / below)};
}

bool looks_alike(const Family& family)
{
    constexpr std::array<std::string_view, 4> beginnings{"stuck-", "queue-", "ml-", "gpu-training"};
    return std::ranges::any_of(
        beginnings, [&family](std::string_view each) { return family.name.starts_with(each); });
}

static void add_miner(Counts& counts, const Outcome& outcome)
{
    const bool is_caught = outcome.is_miner();
    ++counts.miners;
    counts.hard += outcome.has_hard_evidence ? 1 : 0;
    counts.caught += is_caught ? 1 : 0;
    counts.caught_hard += is_caught && outcome.has_hard_evidence ? 1 : 0;
    counts.suspected += outcome.is_flagged() ? 1 : 0;
    counts.seed_caught += outcome.seed_flags ? 1 : 0;
    if (outcome.minutes_to_miner)
        counts.minutes.push_back(*outcome.minutes_to_miner);
    if (outcome.minutes_to_suspicion)
        counts.minutes_to_suspicion.push_back(*outcome.minutes_to_suspicion);
}

static void add_honest(Counts& counts, const Outcome& outcome)
{
    const bool is_plain = !looks_alike(*outcome.family);
    ++counts.honest;
    counts.wronged += outcome.is_miner() ? 1 : 0;
    counts.confirmed += outcome.is_confirmed ? 1 : 0;
    counts.ended += outcome.may_be_ended ? 1 : 0;
    counts.annoyed += outcome.is_flagged() ? 1 : 0;
    counts.plain += is_plain ? 1 : 0;
    counts.plain_annoyed += is_plain && outcome.is_flagged() ? 1 : 0;
    counts.seed_wronged += outcome.seed_flags ? 1 : 0;
}

void Counts::add(const Outcome& outcome)
{
    if (outcome.family->is_miner)
        add_miner(*this, outcome);
    else
        add_honest(*this, outcome);
}

std::vector<Bar> bars(const Counts& counts)
{
    return {{"precision of \"miner\"", counts.precision(), 0.999},
            {"honest, \"miner\" twice in a row", {counts.confirmed, counts.honest}, 0, true},
            {"\"miner\", hard evidence exists", counts.recall_of_hard(), 0.95},
            {"\"miner\", all miners", counts.recall(), 0.55},
            {"\"suspect\" or worse, all miners", counts.suspicion(), 0.98},
            {"honest, \"suspect\" or worse", counts.false_alarms(), 0.05, true}};
}

}
