#include "usage/cgroup_tree.h"
#include "usage/gpu_use.h"
#include "usage/look.h"
#include "usage/observe_network.h"

#include <set>

namespace harden {

namespace {

// What one look shares among its containers.
struct Round {
    const Node& node;
    const MinerState& before;
    CgroupFinder finder;
    CounterReader reader;
    NodeObservation seen;
    std::set<std::string, std::less<>> owned;   // paths of the groups of containers
    std::set<std::string, std::less<>> parents; // where those are who are in no standard place
};

Result<int> pid_of(const Node& node, std::string_view id)
{
    const auto details = TRY(node.docker().inspect(id));
    return details.pid;
}

const Track* known(const MinerState::Tracks& tracks, std::string_view id)
{
    const auto found = tracks.find(id);
    return found == tracks.end() ? nullptr : &found->second;
}

// A beginning is asked for once: while the group is the one that was seen before it stands.
template<class Seen>
void look_at_group(Seen& seen, const CgroupPlace& place, const Track* track, Round& round)
{
    seen.inode = place.inode;
    seen.group = place.counting();
    seen.counters = round.reader.read(place);
    const auto& host = round.node.host();
    seen.first_process = first_process_in(host, seen.group);
    const bool is_known = track != nullptr && round.before.boot == round.seen.boot &&
                          track->last.inode == place.inode;
    if (is_known || seen.first_process == 0)
        return;
    if (const auto start = start_of(host, seen.first_process, seen.group))
        seen.started = *start;
}

void note_place(const CgroupPlace& place, std::string_view id, Round& round)
{
    round.owned.insert(round.finder.path_of(place));
    if (const auto unusual = round.finder.unusual_path(place, id); !unusual.empty())
        round.parents.insert(unusual.substr(0, unusual.find_last_of('/')));
}

// One that ended meanwhile is no longer there to see.
void look_at(Container container, Round& round)
{
    const auto* track = known(round.before.tracks, container.id);
    const auto ask = [&round](std::string_view id) { return pid_of(round.node, id); };
    const auto place =
        round.finder.find(container.id, ask, track == nullptr ? std::string_view{} : track->group);
    if (place.is_absent())
        return;
    Observation seen{.container = std::move(container)};
    if (track != nullptr)
        seen.runtime = track->runtime;
    if (place) {
        look_at_group(seen, *place, track, round);
        note_place(*place, seen.container.id, round);
    }
    round.seen.containers.push_back(std::move(seen));
}

void look_at_unowned(Round& round)
{
    constexpr std::size_t most = 256;
    const std::vector<std::string> parents{round.parents.begin(), round.parents.end()};
    for (auto& [path, is_build] :
         groups_of_docker(round.node.host(), round.finder.counting_mount(), parents)) {
        if (round.owned.contains(path) || round.seen.unowned.size() >= most)
            continue;
        const auto place = round.finder.at(path);
        if (!place)
            continue; // it ended meanwhile
        UnownedGroup group{.path = path, .is_build = is_build};
        look_at_group(group, *place, known(round.before.unowned, path), round);
        round.seen.unowned.push_back(std::move(group));
    }
}

// Who is not among those that use a GPU uses none of it.
void look_at_gpus(const Meters& meters, Round& round)
{
    const auto uses = gpu_uses(round.node.host(), meters);
    if (!uses)
        return;
    for (auto& seen : round.seen.containers) {
        const auto found = uses->find(seen.container.id);
        seen.gpu = found == uses->end() ? GpuUse{.busy = 0} : found->second;
    }
}

}

Result<NodeObservation> observe(const Node& node, const Meters& meters, const MinerState& before)
{
    auto containers = TRY(node.docker().containers());
    auto finder = TRY(CgroupFinder::on(node.host()));
    // After Docker's answer, which may take its time: from here on it is counters only.
    const auto clock = TRY(node.host().now());
    CounterReader reader{node.host(), finder.mounts()};
    Round round{node, before, std::move(finder), std::move(reader), {}, {}, {}};
    round.seen.boot = clock.boot_id;
    round.seen.wall = clock.wall;
    round.seen.since_boot = clock.since_boot;
    round.seen.containers.reserve(containers.size());
    for (auto& container : containers)
        look_at(std::move(container), round);
    look_at_unowned(round);
    look_at_gpus(meters, round);
    observe_network(node.host(), meters, round.seen);
    return std::move(round.seen);
}

}
