#include "usage/lives.h"

#include <algorithm>
#include <set>

namespace harden {

static constexpr std::chrono::hours remembered{24};
static constexpr std::size_t most_departed = 128;
static constexpr std::size_t intervals_of_departed = 48;

std::string owner_of(const Container& container, const std::vector<std::string>& owner_labels)
{
    for (const auto& label : owner_labels)
        if (const auto found = container.labels.find(label);
            found != container.labels.end() && !found->second.empty())
            return found->second;
    return {};
}

static Track farewell(Track track, std::chrono::nanoseconds now)
{
    track.left = now;
    track.last = {};
    track.flows.clear();
    track.group.clear();
    track.ring.keep_newest(intervals_of_departed);
    return track;
}

Lives::Lives(MinerState& before, const NodeObservation& seen)
    : known_{&before.tracks}
{
    const auto now = seen.since_boot;
    std::set<std::string_view> here;
    for (const auto& each : seen.containers)
        here.insert(each.container.id);
    for (auto& [id, track] : before.tracks)
        if (!here.contains(id))
            departed_.emplace(id, farewell(std::move(track), now));
    for (auto& [id, track] : before.departed) {
        if (before.boot != seen.boot || track.left > now)
            track.left = now; // that clock began anew
        if (now - track.left < remembered)
            departed_.emplace(id, std::move(track));
    }
}

// By preference one of the same name, else the one that went last.
MinerState::Tracks::iterator Lives::predecessor(const Observation& seen, const std::string& owner)
{
    const auto& container = seen.container;
    auto best = departed_.end();
    for (auto each = departed_.begin(); each != departed_.end(); ++each) {
        const auto& track = each->second;
        const bool same_name = track.name == container.name;
        if (track.image_id != container.image_id || track.owner != owner ||
            (owner.empty() && !same_name))
            continue;
        if (same_name)
            return each;
        if (best == departed_.end() || track.left > best->second.left)
            best = each;
    }
    return best;
}

Track Lives::past_of(const Observation& seen, const std::string& owner)
{
    if (auto known = known_->extract(seen.container.id))
        return std::move(known.mapped());
    auto found = departed_.find(seen.container.id);
    if (found == departed_.end())
        found = predecessor(seen, owner);
    if (found == departed_.end())
        return {};
    auto track = std::move(found->second);
    departed_.erase(found);
    track.left = {};
    return track;
}

MinerState::Tracks Lives::departed()
{
    while (departed_.size() > most_departed)
        departed_.erase(std::ranges::min_element(
            departed_, {}, [](const auto& each) { return each.second.left; }));
    return std::move(departed_);
}

}
