#include "usage/miner_record.h"
#include "usage/miner_state.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

// What can be read can be written and read again, and shown. The corpus has states without the line
// that vouches for them, which no mutation would.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    (void)parse_miner_state(text);
    const auto state = parse_miner_state(with_sum(text));
    if (!state)
        return 0;
    (void)render_text(*state);
    (void)render_json(*state);
    const auto again = parse_miner_state(render_miner_state(*state));
    if (!again || again->tracks.size() != state->tracks.size())
        __builtin_trap();
    return 0;
}
