#include "usage/action_decision.h"

#include "usage/action_standing.h"
#include "usage/number.h"

#include <algorithm>
#include <cmath>

namespace harden {

namespace {

// One container, and what was done about it before.
struct Case {
    const Sighting& sighting;
    const Standing& standing;
    const std::vector<MinerAction>& ladder;
};

struct Fleet {
    const ActionRules& rules;
    TimePoint now;
    std::string overrun{}; // why nothing is touched; empty: no reason
};

}

static const std::vector<MinerAction>& ladder_for(MinerVerdict verdict, const ActionRules& rules)
{
    return verdict == MinerVerdict::Miner ? rules.miner : rules.suspect;
}

static bool is_within(const Sighting& sighting, double limit)
{
    return sighting.counters.quota && *sighting.counters.quota <= limit;
}

// The next rung: the same one where nobody knows whether it was done, else the mildest above it.
static std::optional<MinerAction> next_rung(const Case& seen, const ActionRules& rules)
{
    const auto last = action_named(seen.standing.action);
    for (const auto rung : seen.ladder) {
        if (!touches(rung) || (last && rung < *last))
            continue;
        if (last && rung == *last && !seen.standing.is_pending)
            continue;
        if (rung == MinerAction::Limit && is_within(seen.sighting, rules.limit_processors))
            continue;
        return rung;
    }
    return std::nullopt;
}

static std::string doubt_about(const Case& seen, MinerAction rung, const ActionRules& rules)
{
    const auto confidence = seen.sighting.judgement.confidence;
    if (confidence < rules.confidence)
        return cat("confidence ", number(confidence, 2), " is below ", number(rules.confidence, 2));
    if (!ends(rung))
        return {};
    if (!seen.sighting.counters.stalled_us)
        return "this host does not tell how crowded it is (cpu.pressure): nothing is ended";
    if (confidence < rules.confidence_to_end)
        return cat("confidence ", number(confidence, 2), " is below ",
                   number(rules.confidence_to_end, 2));
    return {};
}

static std::string cooling(const Standing& standing, const Fleet& fleet)
{
    const auto last = from_rfc3339(standing.action_time);
    if (!last || standing.is_pending || fleet.now < *last ||
        fleet.now >= *last + fleet.rules.cool_down)
        return {};
    return cat("cools down until ", to_rfc3339(*last + fleet.rules.cool_down));
}

// Why the rung is not taken; empty: it is.
static std::string obstacle(const Case& seen, MinerAction rung, const Fleet& fleet)
{
    if (seen.sighting.container.state == "paused" && rung <= MinerAction::Pause &&
        !seen.standing.is_pending)
        return "it is paused already";
    if (!fleet.overrun.empty())
        return fleet.overrun;
    if (auto why = doubt_about(seen, rung, fleet.rules); !why.empty())
        return why;
    return cooling(seen.standing, fleet);
}

static bool is_told_of(MinerVerdict verdict, const ActionRules& rules)
{
    const auto& ladder = ladder_for(verdict, rules);
    return std::ranges::find(ladder, MinerAction::Webhook) != ladder.end();
}

static bool wants_to_tell(const Case& seen, const ActionRules& rules)
{
    const auto verdict = dealt_with_as(seen.sighting);
    return is_told_of(verdict, rules) && seen.standing.told != name_of(verdict);
}

static Decision decided(const Case& seen, const Fleet& fleet)
{
    const auto& sighting = seen.sighting;
    const auto& standing = seen.standing;
    Decision decision{.id = sighting.container.id,
                      .name = sighting.container.name,
                      .verdict = dealt_with_as(sighting),
                      .last_action = standing.action,
                      .last_time = standing.action_time};
    const auto rung = next_rung(seen, fleet.rules);
    if (!rung && !wants_to_tell(seen, fleet.rules))
        return decision;
    if (standing.confirmed < fleet.rules.confirm) {
        decision.held = cat("seen so ", std::to_string(standing.confirmed), " of ",
                            std::to_string(fleet.rules.confirm), " times");
        return decision;
    }
    decision.tells = wants_to_tell(seen, fleet.rules);
    if (rung)
        decision.held = obstacle(seen, *rung, fleet);
    if (rung && decision.held.empty())
        decision.action = *rung;
    return decision;
}

// Rules that match so much of a fleet are wrong. One container is no such sign.
static std::string overrun_of(const Look& look, const ActionRules& rules)
{
    const auto ended = look.next.totals.ended.size();
    auto matching = ended;
    for (const auto& each : look.sightings) {
        const auto verdict = dealt_with_as(each);
        const auto& ladder = ladder_for(verdict, rules);
        matching +=
            is_flagged(verdict) && each.exempt.empty() && std::ranges::any_of(ladder, touches) ? 1U
                                                                                               : 0U;
    }
    const auto fleet = look.sightings.size() + ended;
    const auto most = std::max(1.0, std::floor(rules.most_share * static_cast<double>(fleet)));
    if (static_cast<double>(matching) <= most)
        return {};
    return cat(
        std::to_string(matching), " of ", std::to_string(fleet),
        " containers match, more than most_share allows: the rules are wrong, or the node is "
        "overrun");
}

// The worst first: what is beyond the number of one run waits for the next one.
static void keep_within(std::vector<Decision>& decisions, const Look& look, int most)
{
    const auto score_of = [&](const Decision& each) { return look.next.tracks.at(each.id).score; };
    std::ranges::stable_sort(decisions, [&](const Decision& one, const Decision& other) {
        return score_of(one) > score_of(other);
    });
    for (auto& each : decisions) {
        if (!touches(each.action) || most-- > 0)
            continue;
        each.held = cat(name_of(each.action), " waits: most_per_run is reached");
        each.action = MinerAction::Log;
    }
}

std::vector<Decision> decide(const Look& look, const ActionRules& rules, TimePoint now)
{
    const Fleet fleet{rules, now, overrun_of(look, rules)};
    std::vector<Decision> decisions;
    for (const auto& sighting : look.sightings) {
        const auto verdict = dealt_with_as(sighting);
        const auto track = look.next.tracks.find(sighting.container.id);
        if (!is_flagged(verdict) || !sighting.exempt.empty() || track == look.next.tracks.end())
            continue;
        const Case seen{sighting, track->second.standing, ladder_for(verdict, rules)};
        decisions.push_back(decided(seen, fleet));
    }
    keep_within(decisions, look, rules.most_per_run);
    for (auto& each : decisions)
        each.tells = each.tells || (touches(each.action) && is_told_of(each.verdict, rules));
    return decisions;
}

std::string render_decisions(const std::vector<Decision>& decisions)
{
    constexpr std::size_t short_id = 12;
    std::string text;
    for (const auto& each : decisions) {
        std::string what{touches(each.action) ? name_of(each.action) : ""};
        if (each.tells)
            what += cat(what.empty() ? "" : " and ", "tell the webhook of");
        if (what.empty())
            what = "only log";
        text +=
            cat("would ", what, " ", each.id.substr(0, short_id), " (", escaped(each.name),
                "): ", name_of(each.verdict), each.held.empty() ? "" : "; held: ", each.held, "\n");
    }
    return text.empty() ? "nothing would be done\n" : text;
}

}
