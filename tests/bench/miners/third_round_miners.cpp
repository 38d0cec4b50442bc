// Miners of the third round.
#include "families.h"

#include <algorithm>
#include <array>

namespace harden::offline {

// A probe reads a part of the memory, and the words are in it at some looks only.
static void found_now_and_then(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.7, 0.99), .port = pool_port(maker)});
    maker.work().shows_memory = true;
    const auto share = maker.random().between(0.4, 0.9);
    for (int look = 0; look < maker.looks(); ++look)
        if (maker.random().chance(share))
            maker.show(SignKind::Stratum, "memory", look, look + 1);
}

static void in_a_crash_loop(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.8, 0.98), .deviation = 0.03});
    auto& work = maker.work();
    work.flows.front().lives = maker.random().whole(2, 5);
    if (work.shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void over_a_websocket(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.55, 0.9), .deviation = 0.04});
    for (auto& received : maker.work().received)
        received += maker.random().between(0, 50); // pings and headers
    if (maker.work().shows_memory)
        maker.show(SignKind::PoolName, "memory");
    if (maker.work().shows_memory && maker.random().chance(0.5))
        maker.show(SignKind::Stratum, "memory");
}

static void at_changing_levels(Maker& maker)
{
    mine(maker, {.port = pool_port(maker)});
    for (int look = 0; look < maker.looks(); look += 24)
        maker.use(maker.random().between(0.35, 0.98), 0.02, look,
                  std::min(look + 24, maker.looks()));
    if (maker.work().shows_memory && maker.random().chance(0.7))
        maker.show(SignKind::Stratum, "memory");
}

static void on_a_gpu_by_name(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.02, 0.15)});
    maker.use_gpu(maker.random().between(0.93, 0.99), 0.01);
    maker.work().runtime = "runc";
    maker.work().shows_argv = true;
    maker.show(SignKind::Program, "name lolminer");
}

static void restrained_and_blind(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.5, 0.78),
                 .deviation = 0.015,
                 .is_internal = maker.random().chance(0.3)});
    maker.sandbox(false);
}

std::span<const Family> third_round_miners()
{
    static constexpr std::array families{
        Family{"miner-patchy", true, 60, found_now_and_then},
        Family{"miner-crash-loop", true, 50, in_a_crash_loop},
        Family{"miner-websocket", true, 60, over_a_websocket},
        Family{"miner-levels", true, 60, at_changing_levels},
        Family{"miner-gpu-named", true, 40, on_a_gpu_by_name},
        Family{"miner-restrained", true, 50, restrained_and_blind},
    };
    return families;
}

}
