#include "usage/look.h"

#include "base/time.h"

#include <algorithm>

namespace harden {

// What one look shares among its containers.
struct Round {
    const Node& node;
    const MinerRules& rules;
    Clock clock;
    std::string time;
    CgroupFinder finder;
    CounterReader reader;
};

static Result<int> pid_of(const Node& node, std::string_view id)
{
    const auto details = TRY(node.docker().inspect(id));
    return details.pid;
}

static bool comes_too_soon(const Sample& before, const Sample& after, const MinerRules& rules)
{
    const auto passed = after.stamp - before.stamp;
    return before.stamp.count() != 0 && before.inode == after.inode && passed.count() >= 0 &&
           passed < rules.shortest_interval;
}

// The track after a sample: with one more interval, or from a new baseline. A sample that comes
// too soon leaves it as it is.
static std::optional<Interval> extend(Track& track, const Sample& sample, const MinerRules& rules)
{
    if (comes_too_soon(track.last, sample, rules))
        return track.intervals.empty() ? std::nullopt : std::optional{track.intervals.back()};
    const auto interval = interval_between(track.last, sample);
    track.last = sample;
    if (!interval) {
        track.intervals.clear();
        track.hot_since.clear();
        return std::nullopt;
    }
    track.intervals.push_back(*interval);
    if (track.intervals.size() > kept_intervals)
        track.intervals.erase(track.intervals.begin());
    return interval;
}

static void look_closer(Sighting& sighting, const CgroupPlace& place, const Round& round)
{
    const auto details = round.node.docker().inspect(sighting.container.id);
    if (!details) {
        sighting.evidence = Evidence{};
        return;
    }
    sighting.runtime = details->runtime;
    sighting.evidence = evidence_of(round.node.host(), *details, place, round.rules.evidence);
}

static void note_heat(Track& track, const std::optional<Interval>& interval, const Round& round)
{
    const auto is_hot = interval && interval->demand.value_or(0) >= round.rules.sustained.hot;
    if (!is_hot)
        track.hot_since.clear();
    else if (track.hot_since.empty())
        track.hot_since = round.time;
}

// Without a control group there is nothing to measure, which is unknown and not ok.
static void see_unmeasured(Sighting& sighting, Track& track)
{
    sighting.judgement = {};
    track.last = {};
}

static void see(Sighting& sighting, Track& track, const CgroupPlace& place, Round& round)
{
    sighting.counters = round.reader.read(place);
    const Sample sample{place.inode, round.clock.since_boot, sighting.counters};
    sighting.interval = extend(track, sample, round.rules);
    note_heat(track, sighting.interval, round);
    sighting.hot_since = track.hot_since;
    if (deserves_a_closer_look(track.intervals, round.rules))
        look_closer(sighting, place, round);
    const Observation seen{.counters = sighting.counters, .evidence = sighting.evidence};
    sighting.judgement = judge(track, seen, round.rules);
}

// Looks at one container and keeps its track. One that ended meanwhile is no longer there to see.
static void visit(const Container& container, const MinerState& before, Round& round, Look& look)
{
    const auto place = round.finder.find(
        container.id, [&round](std::string_view id) { return pid_of(round.node, id); });
    if (place.is_absent())
        return;
    const auto known = before.tracks.find(container.id);
    Track track = known == before.tracks.end() ? Track{} : known->second;
    track.name = container.name;
    Sighting sighting{.container = container};
    if (place)
        see(sighting, track, *place, round);
    else
        see_unmeasured(sighting, track);
    track.verdict = name_of(sighting.judgement.verdict);
    track.score = sighting.judgement.score;
    look.next.tracks.insert_or_assign(container.id, std::move(track));
    look.sightings.push_back(std::move(sighting));
}

static LookSummary summed_up(const Look& look)
{
    LookSummary summary{.time = look.time, .containers = static_cast<int>(look.sightings.size())};
    for (const auto& each : look.sightings) {
        summary.measured += each.interval && each.interval->demand ? 1 : 0;
        summary.unknown += each.judgement.verdict == MinerVerdict::Unknown ? 1 : 0;
        summary.flagged += is_flagged(each.judgement.verdict) ? 1 : 0;
    }
    return summary;
}

Result<Look> look_for_miners(const Node& node, const MinerState& before, const MinerRules& rules)
{
    const auto containers = TRY(node.docker().containers());
    auto finder = TRY(CgroupFinder::on(node.host()));
    const auto clock = TRY(node.host().now());
    CounterReader reader{node.host(), finder.mounts()};
    Round round{node, rules, clock, to_rfc3339(clock.wall), std::move(finder), std::move(reader)};

    auto since = before;
    auto note = before.look.note;
    if (before.boot != clock.boot_id) {
        since.tracks.clear();
        if (note.empty())
            note = "the host was restarted: new baselines";
    }
    Look look{.time = round.time};
    for (const auto& container : containers)
        visit(container, since, round, look);
    look.next.boot = clock.boot_id;
    look.next.look = summed_up(look);
    look.next.look.note = std::move(note);
    return look;
}

}
