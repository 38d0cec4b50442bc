#include "usage/action_outcome.h"

#include <algorithm>

namespace harden {

static constexpr std::chrono::seconds grace{3}; // for a stop
static constexpr auto ended_counts = std::chrono::hours{24};

bool announce(Look& look, const std::vector<Decision>& decisions, TimePoint now)
{
    bool is_any = false;
    for (const auto& each : decisions) {
        if (!touches(each.action))
            continue;
        auto& standing = look.next.tracks.at(each.id).standing;
        standing.action = name_of(each.action);
        standing.action_id = each.id;
        standing.action_time = to_rfc3339(now);
        standing.is_pending = true;
        is_any = true;
    }
    return is_any;
}

static Result<> perform(const Decision& decision, const ActionRules& rules,
                        ContainerActions& actions)
{
    switch (decision.action) {
    case MinerAction::Limit:
        return actions.limit_processors(decision.id, rules.limit_processors);
    case MinerAction::Pause:
        return actions.pause(decision.id);
    case MinerAction::Stop:
        return actions.stop(decision.id, grace);
    case MinerAction::Kill:
        return actions.kill(decision.id);
    case MinerAction::Log:
    case MinerAction::Webhook:
        break;
    }
    return done;
}

static void touch(Sighting& sighting, const Decision& decision, Look& look,
                  const ActionRules& rules, ContainerActions& actions)
{
    auto& standing = look.next.tracks.at(decision.id).standing;
    const auto outcome = perform(decision, rules, actions);
    sighting.action = name_of(decision.action);
    if (outcome.is_absent()) {
        sighting.action_error = "it was gone already";
        return;
    }
    standing.is_pending = false;
    if (!outcome) {
        sighting.action_error = outcome.error().message;
        standing.action = decision.last_action;
        standing.action_time = decision.last_time;
        return;
    }
    ++look.next.totals.actions[std::string{name_of(decision.action)}];
    if (ends(decision.action))
        look.next.totals.ended.push_back(look.time);
}

static void forget_old_ends(Look& look)
{
    const auto now = from_rfc3339(look.time);
    std::erase_if(look.next.totals.ended, [&](const std::string& time) {
        const auto ended = from_rfc3339(time);
        return !ended || (now && *now - *ended > ended_counts);
    });
}

void carry_out(Look& look, const std::vector<Decision>& decisions, const ActionRules& rules,
               ContainerActions& actions)
{
    forget_old_ends(look);
    for (const auto& each : decisions) {
        const auto found = std::ranges::find_if(look.sightings, [&](const Sighting& sighting) {
            return sighting.container.id == each.id;
        });
        if (found == look.sightings.end())
            continue;
        if (!each.held.empty())
            found->held += cat(found->held.empty() ? "" : "; ", each.held);
        if (touches(each.action))
            touch(*found, each, look, rules, actions);
        else if (each.tells)
            found->action = name_of(MinerAction::Webhook);
    }
}

std::string render_paused(const MinerState& state)
{
    constexpr std::size_t short_id = 12;
    std::string text;
    for (const auto& [id, track] : state.tracks)
        if (track.standing.action == name_of(MinerAction::Pause))
            text += cat("paused by harden since ", escaped(track.standing.action_time), ": ",
                        escaped(track.name), "; docker unpause ", id.substr(0, short_id),
                        " lets it go\n");
    return text;
}

}
