// bench_day FILE: gives every container of a detector's state a whole day of intervals, as a node
// that has run for one has.
#include "usage/extend.h"
#include "usage/miner_rules.h"
#include "usage/miner_state.h"

#include <cstdio>
#include <fstream>
#include <iterator>

using namespace harden;

static Interval five_minutes(std::size_t number)
{
    const auto varied = static_cast<double>(number % 17) / 17;
    return {.seconds = 300,
            .cpu_seconds = 3 * varied,
            .demand = 0.01 * varied,
            .throttled = 0,
            .crowded = 0.02 * varied,
            .sent_bytes = 1e6 * varied,
            .received_bytes = 2e6 * varied,
            .sent_packets = 1e3 * varied,
            .received_packets = 2e3 * varied,
            .refused = 0,
            .memory_bytes = 30e6 + 1e6 * varied};
}

int main(int argc, char** argv)
{
    if (argc != 2)
        return 2;
    std::ifstream file{argv[1]};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto state = parse_miner_state(text);
    if (!state) {
        std::fprintf(stderr, "bench_day: %s\n", state.error().message.c_str());
        return 1;
    }
    const auto settings = shipped_miner_settings();
    const auto rules = settings ? parse_miner_rules(*settings) : Result<MinerRules>{Error{}};
    if (!rules)
        return 1;
    Ring day;
    for (std::size_t number = 0; number < kept_intervals; ++number)
        day.add(five_minutes(number), judged_one_by_one(*rules));
    for (auto& [id, track] : state->tracks)
        track.ring = day;
    std::ofstream{argv[1]} << render_miner_state(*state);
    return 0;
}
