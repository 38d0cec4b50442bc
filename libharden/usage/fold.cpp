#include "base/time.h"
#include "usage/extend.h"
#include "usage/lives.h"
#include "usage/look.h"

#include <algorithm>
#include <set>

namespace harden {

namespace {

// What one look shares among its containers.
struct Round {
    const NodeObservation& seen;
    const MinerRules& rules;
    const EvidenceOf& evidence_of;
    std::string time;
    bool is_same_boot;
    // Interfaces that somebody had before, or that several share: they did not begin with anybody.
    std::set<std::uint64_t> shared_links;
};

std::set<std::uint64_t> shared_links(const NodeObservation& seen, const MinerState& before)
{
    std::set<std::uint64_t> shared;
    std::set<std::uint64_t> once;
    for (const auto& [id, track] : before.tracks)
        if (track.last.traffic)
            shared.insert(track.last.traffic->links);
    for (const auto& each : seen.containers)
        if (each.traffic && !once.insert(each.traffic->links).second)
            shared.insert(each.traffic->links);
    return shared;
}

Sample sample_of(const Observation& seen, const Round& round)
{
    return {.inode = seen.inode,
            .stamp = round.seen.since_boot,
            .counters = seen.counters,
            .traffic = seen.traffic,
            .refused = seen.refused,
            .gpu = seen.gpu ? seen.gpu->busy : std::nullopt};
}

// Another control group is another life. Where its beginning is known it is measured from there.
void begin_life(Track& track, const Sample& sample, const Observation& seen, const Round& round)
{
    if (round.is_same_boot && track.last.inode == sample.inode)
        return;
    track.last = {};
    track.flows.clear();
    track.started = seen.started.value_or(std::chrono::nanoseconds{0});
    if (track.started.count() <= 0 || track.started >= sample.stamp)
        return;
    track.last = birth(sample, track.started);
    if (track.last.traffic && round.shared_links.contains(track.last.traffic->links))
        track.last.traffic.reset();
}

void note_heat(Track& track, const std::optional<Interval>& interval, const Round& round)
{
    if (!interval || !interval->demand)
        return;
    if (*interval->demand < round.rules.sustained.hot)
        track.hot_since.clear();
    else if (track.hot_since.empty())
        track.hot_since = round.time;
}

std::optional<Interval> newest(const Track& track)
{
    return track.ring.newest();
}

// What was seen, measured against `track`. The newest interval; none for a baseline.
std::optional<Interval> measure(Track& track, const Observation& seen, const Round& round)
{
    const auto sample = sample_of(seen, round);
    begin_life(track, sample, seen, round);
    const auto last = track.last.stamp;
    const auto interval = extend(track, sample, round.rules);
    note_flows(track, seen.flows, sample.stamp);
    note_heat(track, interval, round);
    return interval || track.last.stamp != last ? interval : newest(track);
}

struct Opinion {
    Judgement judgement;
    BandwidthJudgement bandwidth;
};

// Where memory could not be read the words of before may be in it still.
void note_words(Track& track, const std::optional<Evidence>& evidence)
{
    if (!evidence || evidence->has_memory)
        track.words = {};
    if (!evidence)
        return;
    track.words.stratum |= has_sign(*evidence, SignKind::Stratum);
    track.words.pool_name |= has_sign(*evidence, SignKind::PoolName);
}

Opinion judged(Track& track, Observation& seen, const Round& round)
{
    track.intervals = track.ring.intervals();
    if (!seen.evidence && deserves_a_closer_look(track, seen, round.rules))
        seen.evidence = round.evidence_of(seen);
    if (seen.evidence && !seen.evidence->runtime.empty())
        track.runtime = seen.evidence->runtime;
    seen.runtime = track.runtime;
    Opinion opinion{judge(track, seen, round.rules),
                    judge_bandwidth(track.intervals, round.rules.bandwidth)};
    if (track.last.stamp == round.seen.since_boot) // a look too soon is not the next one
        note_words(track, seen.evidence);
    track.intervals =
        std::vector<Interval>{}; // at rest the ring has them: "{}" would keep the room
    return opinion;
}

void conclude(Track& track, const Judgement& judgement)
{
    track.verdict = name_of(judgement.verdict);
    track.score = judgement.score;
}

Sighting see(Observation seen, Track& track, std::string owner, const Round& round)
{
    Sighting sighting{std::move(seen), std::move(owner), {}, {}, {}};
    track.name = sighting.container.name;
    track.image_id = sighting.container.image_id;
    track.owner = sighting.owner;
    if (sighting.inode != 0) { // without a control group it is unknown, which is not ok
        sighting.interval = measure(track, sighting, round);
        auto opinion = judged(track, sighting, round);
        sighting.judgement = std::move(opinion.judgement);
        sighting.bandwidth = std::move(opinion.bandwidth);
    }
    sighting.hot_since = track.hot_since;
    conclude(track, sighting.judgement);
    return sighting;
}

// A group of nobody's is judged as a container would be.
UnownedSighting see(const UnownedGroup& group, Track& track, const Round& round)
{
    Observation seen;
    seen.container.name = group.path;
    seen.inode = group.inode;
    seen.first_process = group.first_process;
    seen.group = group.group;
    seen.started = group.started;
    seen.counters = group.counters;
    UnownedSighting sighting{group, {}, {}, {}, track.ring.is_empty(), {}};
    track.name = group.path;
    sighting.interval = measure(track, seen, round);
    sighting.is_new = sighting.is_new && sighting.interval;
    sighting.judgement = judged(track, seen, round).judgement;
    sighting.evidence = std::move(seen.evidence);
    sighting.hot_since = track.hot_since;
    conclude(track, sighting.judgement);
    return sighting;
}

LookSummary summed_up(const Look& look)
{
    LookSummary summary{.time = look.time,
                        .containers = static_cast<int>(look.sightings.size()),
                        .unowned = static_cast<int>(look.unowned.size())};
    const auto count = [&summary](const auto& each) {
        summary.unknown += each.judgement.verdict == MinerVerdict::Unknown ? 1 : 0;
        summary.flagged += is_flagged(each.judgement.verdict) ? 1 : 0;
    };
    for (const auto& each : look.sightings) {
        summary.measured += each.interval && each.interval->demand ? 1 : 0;
        count(each);
        const bool is_abuse = each.bandwidth.verdict == BandwidthVerdict::Abuse;
        summary.flagged += is_abuse && !is_flagged(each.judgement.verdict) ? 1 : 0;
    }
    std::ranges::for_each(look.unowned, count);
    return summary;
}

}

Look fold(NodeObservation seen, MinerState before, const MinerRules& rules,
          const EvidenceOf& evidence_of)
{
    const Round round{seen,
                      rules,
                      evidence_of,
                      to_rfc3339(seen.wall),
                      before.boot == seen.boot,
                      shared_links(seen, before)};
    Lives lives{before, seen};
    Look look{.time = round.time};
    look.sightings.reserve(seen.containers.size());
    for (auto& each : seen.containers) {
        auto owner = owner_of(each.container, rules.owner_labels);
        auto track = lives.past_of(each, owner);
        look.sightings.push_back(see(std::move(each), track, std::move(owner), round));
        look.next.tracks.insert_or_assign(look.sightings.back().container.id, std::move(track));
    }
    for (const auto& each : seen.unowned) {
        auto known = before.unowned.extract(each.path);
        Track track = known ? std::move(known.mapped()) : Track{};
        look.unowned.push_back(see(each, track, round));
        look.next.unowned.insert_or_assign(each.path, std::move(track));
    }
    look.next.departed = lives.departed();
    look.next.boot = seen.boot;
    look.next.totals = before.totals;
    look.next.look = summed_up(look);
    look.next.look.note = before.look.note;
    if (!round.is_same_boot && look.next.look.note.empty())
        look.next.look.note = "the host was restarted: new baselines";
    if (look.next.look.note.empty())
        look.next.look.note = join(seen.problems, "; ");
    return look;
}

}
