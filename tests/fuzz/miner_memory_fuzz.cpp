#include "usage/evidence.h"
#include "usage/memory_map.h"
#include "usage/memory_search.h"
#include "usage/pool_names.h"
#include "usage/pool_ports.h"
#include "usage/program_start.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

static MinerRules shipped_rules()
{
    const auto document = shipped_miner_settings();
    return *parse_miner_rules(*document);
}

// Whatever a container has in its memory, command lines and sockets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto rules = shipped_rules();
    constexpr std::chrono::system_clock::time_point now{std::chrono::seconds{1'700'000'000}};
    const std::string bytes{data, data + size};
    (void)parse_stratum(bytes, now);
    MemorySearch search{rules.evidence, {443, 3333}, now};
    search.look_at(bytes);
    for (const auto& sign : search.signs())
        if (sign.kind != SignKind::Stratum && sign.kind != SignKind::PoolName)
            __builtin_trap();
    for (const auto& range : searchable_memory(bytes))
        if (range.begin >= range.end)
            __builtin_trap();
    (void)program_start_in(bytes, 0);
    (void)program_start_in(bytes, 0x7f0000000000);
    (void)connected_ports(std::string_view{bytes});
    (void)evidence_in_command(bytes, rules.evidence);
    (void)evidence_in_environment(bytes, rules.evidence);
    return 0;
}
