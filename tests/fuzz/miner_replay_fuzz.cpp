#include "usage/miner_record.h"
#include "usage/observation_text.h"
#include "usage/replay.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

static MinerRules shipped_rules()
{
    const auto document = shipped_miner_settings();
    auto rules = document ? parse_miner_rules(*document) : Result<MinerRules>{document.error()};
    if (!rules)
        __builtin_trap();
    return *std::move(rules);
}

// Whatever is recorded is judged, remembered and written, and what was written is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto rules = shipped_rules();
    const std::string text{data, data + size};
    Replay replay{rules};
    for (const auto line : lines(text)) {
        if (const auto seen = parse_observation(line); seen) {
            const auto again = parse_observation(render_observation(*seen, rules.owner_labels));
            if (!again || again->containers.size() != seen->containers.size())
                __builtin_trap();
        }
        const auto look = replay.take(line);
        if (!look)
            continue;
        for (const auto& record : miner_records(*look))
            if (record.find('\n') != record.size() - 1)
                __builtin_trap();
        if (!parse_miner_state(render_miner_state(replay.state())))
            __builtin_trap();
    }
    return 0;
}
