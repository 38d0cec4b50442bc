#include "usage/explain.h"

#include "usage/explain_terms.h"
#include "usage/number.h"

#include <algorithm>

namespace harden {

static std::string percent(double share)
{
    return cat(number(share * 100, 0), " %");
}

std::string length_in_words(double seconds)
{
    constexpr double minute = 60;
    constexpr double hour = 3600;
    if (seconds < 2 * minute)
        return cat(number(seconds, 1), " s");
    return seconds < 2 * hour ? cat(number(seconds / minute, 1), " minutes")
                              : cat(number(seconds / hour, 1), " hours");
}

std::string bytes_in_words(double bytes)
{
    constexpr double thousand = 1000;
    for (const auto* unit : {"bytes", "kB", "MB", "GB"}) {
        if (bytes < thousand)
            return cat(number(bytes, bytes < 10 ? 1 : 0), " ", unit);
        bytes /= thousand;
    }
    return cat(number(bytes, 1), " TB");
}

static std::string line(std::string_view text)
{
    return cat("  ", text, "\n");
}

static std::string title_of(const Sighting& sighting)
{
    const auto& container = sighting.container;
    auto text = cat(escaped(container.name), " (", escaped(container.id, 12), ")");
    if (!container.image.empty())
        text += cat(", image ", escaped(container.image));
    if (!sighting.runtime.empty())
        text += cat(", runtime ", escaped(sighting.runtime));
    if (!sighting.owner.empty())
        text += cat(", owner ", escaped(sighting.owner));
    return text + "\n";
}

static std::string opinion_of(const Judgement& judgement)
{
    return cat("verdict: ", name_of(judgement.verdict), ", ", std::to_string(judgement.score),
               " points, confidence ", number(judgement.confidence, 2), "\n");
}

static std::string use_of(const Interval& interval, const Counters& counters)
{
    auto text =
        cat("over the last ", length_in_words(interval.seconds), " it used ",
            interval.cpu_seconds ? cat(number(*interval.cpu_seconds, 1), " s of a processor")
                                 : std::string{"an unknown amount of processor time"});
    if (counters.quota)
        text += cat(", of ", number(*counters.quota, 2), " processors that it may use");
    if (interval.demand)
        text += cat(": demand ", percent(*interval.demand));
    return text;
}

static std::string measured(const Sighting& sighting, const Track& track)
{
    if (!sighting.interval)
        return line("nothing yet: this look is the first, the next one measures");
    const auto& interval = *sighting.interval;
    auto text = line(use_of(interval, sighting.counters));
    if (interval.throttled)
        text += line(cat("it hit its quota in ", percent(*interval.throttled), " of the periods"));
    if (interval.crowded && *interval.crowded > 0)
        text += line(cat("others kept it from a processor for ", percent(*interval.crowded),
                         " of the time, which counts as demand"));
    if (interval.sent_bytes && interval.received_bytes)
        text += line(cat("it sent ", bytes_in_words(*interval.sent_bytes), " and received ",
                         bytes_in_words(*interval.received_bytes)));
    double seconds = 0;
    for (const auto& each : track.ring.intervals())
        seconds += each.seconds;
    text += line(cat(std::to_string(track.ring.size()), " intervals are remembered, ",
                     length_in_words(seconds), " in all"));
    if (!sighting.hot_since.empty())
        text += line(cat("hot since ", escaped(sighting.hot_since)));
    return text;
}

static std::string terms_of(const Judgement& judgement)
{
    if (judgement.terms.empty())
        return line("none");
    std::string text;
    for (const auto& term : judgement.terms)
        text +=
            line(cat("+", std::to_string(term.points), " ", term.name, ": ", sentence_about(term)));
    return text;
}

static std::string missing(const Judgement& judgement, const MinerRules& rules)
{
    const auto& least = rules.verdicts;
    const auto points = [&](int wanted) {
        return cat(std::to_string(wanted - judgement.score), " points more");
    };
    std::string text;
    if (judgement.verdict == MinerVerdict::Miner)
        return line("nothing: it is a miner");
    if (judgement.score < least.watch)
        text += line(cat("watch, from ", std::to_string(least.watch), ": ", points(least.watch)));
    if (judgement.score < least.suspect)
        text +=
            line(cat("suspect, from ", std::to_string(least.suspect), ": ", points(least.suspect)));
    text += line(cat("miner, from ", std::to_string(least.miner), ": ", points(least.miner)));
    if (points_of_evidence(judgement) < least.evidence_needed)
        text +=
            line(cat("and at least ", std::to_string(least.evidence_needed),
                     " points of evidence (it has ", std::to_string(points_of_evidence(judgement)),
                     "): without it the score ends at ", std::to_string(least.ceiling)));
    return text;
}

static std::string unread(const Sighting& sighting)
{
    const auto& counters = sighting.counters;
    const auto& evidence = sighting.evidence;
    std::string text;
    const auto tell = [&text](bool is_known, std::string_view what) {
        if (!is_known)
            text += line(what);
    };
    tell(sighting.inode != 0, "its control groups: they were not found");
    tell(counters.cpu_ns.has_value(), "what it uses of processors");
    tell(counters.quota.has_value(), "what it may use of processors");
    tell(counters.stalled_us && counters.throttled_us,
         "how long it waited for a crowded host (the kernel tells with control groups of version "
         "2)");
    tell(counters.memory_bytes.has_value(), "its memory");
    tell(sighting.traffic.has_value(), "its traffic: no link of the node leads to it alone");
    tell(sighting.flows.has_value(), "its connections");
    tell(sighting.refused.has_value(), "what the egress policy refused it");
    if (evidence)
        tell(evidence->has_argv || evidence->has_memory,
             "its processes: its runtime hides them from the node");
    else
        text += line("its processes: nobody looked, as its use gives no reason to");
    return text.empty() ? line("nothing: all was read") : text;
}

static std::string deeds(const Standing& standing)
{
    std::string text;
    if (standing.confirmed > 0)
        text += line(cat("judged ", escaped(standing.verdict), " by ",
                         std::to_string(standing.confirmed), " looks in a row"));
    if (!standing.action.empty())
        text += line(cat(escaped(standing.action), standing.action_time.empty() ? "" : " at ",
                         escaped(standing.action_time)));
    return text.empty() ? line("nothing") : text;
}

std::string explain(const Sighting& sighting, const Track& track, const MinerRules& rules)
{
    return cat(title_of(sighting), opinion_of(sighting.judgement), "measured:\n",
               measured(sighting, track), "points:\n", terms_of(sighting.judgement),
               "missing to a higher verdict:\n", missing(sighting.judgement, rules), "not known:\n",
               unread(sighting), "done about it:\n", deeds(track.standing));
}

std::string explain_departed(std::string_view id, const Track& track)
{
    return cat(escaped(track.name), " (", escaped(id, 12), ") does not run any more\n",
               "verdict of its last look: ", escaped(track.verdict), ", ",
               std::to_string(track.score), " points\n",
               "what is known of it passes to who takes its place within a day\n",
               "done about it:\n", deeds(track.standing));
}

std::vector<std::string> ids_meant(const MinerState& state, std::string_view words)
{
    std::vector<std::string> by_name;
    std::vector<std::string> by_id;
    for (const auto* tracks : {&state.tracks, &state.departed})
        for (const auto& [id, track] : *tracks) {
            if (track.name == words)
                by_name.push_back(id);
            else if (!words.empty() && id.starts_with(words))
                by_id.push_back(id);
        }
    return by_name.empty() ? by_id : by_name;
}

}
