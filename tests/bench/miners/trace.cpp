#include "trace.h"

#include "scene.h"

#include <algorithm>
#include <numeric>

namespace harden::offline {

static bool has_hard_evidence(const std::vector<Glance>& glances)
{
    constexpr std::ptrdiff_t hour = 12;
    return std::ranges::count_if(glances, [](const Glance& glance) {
               return std::ranges::any_of(
                   glance.evidence, [](const auto& each) { return !each.second.seen.empty(); });
           }) >= hour;
}

static int length(Random& random)
{
    const auto usual = random.whole(54, 66); // about five hours
    return random.chance(0.08) ? 160 : usual;
}

static int first_work(const Workload& work)
{
    constexpr double enough = 0.25;
    const auto at = [](const std::vector<double>& series) {
        return std::ranges::find_if(series, [](double share) { return share >= enough; }) -
               series.begin();
    };
    return static_cast<int>(work.gpu.empty() ? at(work.demand)
                                             : std::min(at(work.demand), at(work.gpu)));
}

Trace make_trace(const Family& family, std::uint64_t seed)
{
    const auto mark = std::accumulate(
        family.name.begin(), family.name.end(), std::uint64_t{14'695'981'039'346'656'037U},
        [](std::uint64_t sum, char letter) {
            return (sum ^ static_cast<unsigned char>(letter)) * 1'099'511'628'211U;
        });
    Random random{mark ^ (seed * 0x2545f4914f6cdd1dULL)};
    Workload work{.looks = length(random)};
    Maker maker{random, work};
    family.make(maker);
    const auto conditions = draw_conditions(random, work.looks);
    Trace trace{.family = &family, .begins = first_work(work), .name = work.name};
    trace.glances = Scene{work, conditions, random}.play();
    trace.has_hard_evidence = has_hard_evidence(trace.glances);
    return trace;
}

}
