#include "usage/action_standing.h"

namespace harden {

bool is_paused_by_us(const Container& container, const Standing& standing)
{
    return container.state == "paused" && standing.action == name_of(MinerAction::Pause);
}

MinerVerdict dealt_with_as(const Sighting& sighting)
{
    const bool is_abuse = sighting.bandwidth.verdict == BandwidthVerdict::Abuse;
    return is_abuse && !is_flagged(sighting.judgement.verdict) ? MinerVerdict::Suspect
                                                               : sighting.judgement.verdict;
}

static MinerVerdict flagged_as(std::string_view verdict)
{
    return verdict == name_of(MinerVerdict::Miner) ? MinerVerdict::Miner : MinerVerdict::Suspect;
}

// Paused, it uses nothing, which says nothing about it.
static void hold(Sighting& sighting, Track& track)
{
    const auto& standing = track.standing;
    sighting.judgement.verdict = flagged_as(standing.verdict);
    sighting.judgement.score = standing.score;
    sighting.judgement.terms.push_back({"paused", R"("by harden")", 0});
    track.verdict = standing.verdict;
    track.score = standing.score;
}

// One that came in the place of another inherits what is thought of it, not what was done to it.
static void forget_predecessor(const Sighting& sighting, Standing& standing)
{
    if (standing.action_id == sighting.container.id)
        return;
    standing.action.clear();
    standing.action_id.clear();
    standing.action_time.clear();
    standing.is_pending = false;
}

// Somebody has let it go: it is judged anew.
static void note_release(const Sighting& sighting, Standing& standing)
{
    const bool was_paused = standing.action == name_of(MinerAction::Pause) && !standing.is_pending;
    if (!was_paused || sighting.container.state == "paused")
        return;
    standing.action.clear();
    standing.confirmed = 0;
}

static void count(const Sighting& sighting, const Track& track, Standing& standing)
{
    const auto verdict = dealt_with_as(sighting);
    const auto name = name_of(verdict);
    const bool is_new = standing.stamp != track.last.stamp || standing.stamp.count() == 0;
    standing.stamp = track.last.stamp;
    if (!is_flagged(verdict)) {
        standing.confirmed = 0;
        standing.verdict.clear();
        standing.told.clear();
        return;
    }
    if (standing.verdict != name)
        standing.confirmed = 0;
    standing.confirmed += is_new || standing.confirmed == 0 ? 1 : 0;
    standing.verdict = name;
    standing.score = sighting.judgement.score;
}

static void settle_one(Sighting& sighting, Track& track)
{
    auto& standing = track.standing;
    forget_predecessor(sighting, standing);
    note_release(sighting, standing);
    if (is_paused_by_us(sighting.container, standing) && !standing.verdict.empty())
        hold(sighting, track);
    count(sighting, track, standing);
}

// What is flagged and exempt is the operator's own.
static int findings_of(const Look& look)
{
    int found = 0;
    for (const auto& each : look.sightings)
        found += is_flagged(dealt_with_as(each)) && each.exempt.empty() ? 1 : 0;
    for (const auto& each : look.unowned)
        found += is_flagged(each.judgement.verdict) ? 1 : 0;
    return found;
}

static void add_note(std::string& note, const std::string& more)
{
    if (!more.empty())
        note += cat(note.empty() ? "" : "; ", more);
}

void settle(Look& look, const ActionRules& rules, TimePoint now, const ImageHasLabel& image_has)
{
    for (auto& sighting : look.sightings) {
        const auto track = look.next.tracks.find(sighting.container.id);
        if (track == look.next.tracks.end())
            continue;
        settle_one(sighting, track->second);
        if (dealt_with_as(sighting) == MinerVerdict::Ok)
            continue;
        auto outcome = exempted(sighting.container, rules.exemptions, now, image_has);
        sighting.exempt = std::move(outcome.by);
        sighting.held = std::move(outcome.note);
    }
    look.next.look.flagged = findings_of(look);
    add_note(look.next.look.note, expired_note(rules.exemptions, now));
    ++look.next.totals.looks;
}

}
