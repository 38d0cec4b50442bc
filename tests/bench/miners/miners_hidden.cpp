// Miners that leave a probe little or nothing to find.
#include "families.h"

#include <array>

namespace harden::offline {

static void conceal(Maker& maker)
{
    maker.work().shows_memory = false;
    maker.work().signs.clear();
}

static void encrypted(Maker& maker)
{
    mine(maker, {.level = 0.97, .deviation = 0.02});
    conceal(maker);
}

static void behind_a_proxy(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.85, 0.97),
                 .deviation = 0.02,
                 .port = maker.random().pick<std::uint16_t>({8080, 9001, 18080, 443, 6000}),
                 .is_internal = true});
    conceal(maker);
}

static void sandboxed_unreadable(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.9, 0.99), .port = pool_port(maker)});
    maker.sandbox(false);
    conceal(maker);
}

static void dodging_the_cron_minute(Maker& maker)
{
    mine(maker, {.level = 0.86, .deviation = 0.02, .port = pool_port(maker)});
    maker.use_at_looks(0, 0.05);
    if (maker.work().shows_memory && maker.random().chance(0.5))
        maker.show(SignKind::Stratum, "memory"); // its words stay while it sleeps
}

static void in_bursts(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.5, 0.85), .deviation = 0.05});
    maker.use_at_looks(0, 1);
    conceal(maker);
}

static void at_a_wandering_level(Maker& maker)
{
    mine(maker, {});
    for (auto& demand : maker.work().demand)
        demand = maker.random().between(0.35, 0.75);
    maker.work().instant = maker.work().demand;
    if (maker.work().shows_memory && maker.random().chance(0.5))
        maker.show(SignKind::Stratum, "memory");
    else
        conceal(maker);
}

static void in_several_containers(Maker& maker)
{
    mine(maker,
         {.level = maker.random().between(0.3, 0.7), .deviation = 0.02, .port = pool_port(maker)});
    maker.work().copies = maker.random().whole(3, 6);
    maker.work().quota = 0.25;
    if (maker.work().shows_memory && maker.random().chance(0.5))
        maker.show(SignKind::Stratum, "memory");
}

static void after_hours_of_sleep(Maker& maker)
{
    const auto from = maker.random().whole(12, 30);
    maker.use(0.02, 0.01);
    mine(maker, {.level = 0.97, .deviation = 0.015, .from = from, .port = pool_port(maker)});
    if (maker.work().shows_memory && maker.random().chance(0.7))
        maker.show(SignKind::Stratum, "memory", from);
    if (maker.work().shows_argv && maker.random().chance(0.3))
        maker.show(SignKind::Program, "argument --rig-id", from);
}

static void at_night(Maker& maker)
{
    maker.use(0.03, 0.01);
    mine(maker, {.level = 0.97,
                 .deviation = 0.01,
                 .from = maker.looks() / 2,
                 .port = maker.random().chance(0.4) ? pool_port(maker) : std::uint16_t{443}});
    if (maker.work().shows_memory && maker.random().chance(0.5))
        maker.show(SignKind::Stratum, "memory", maker.looks() / 2);
}

static void in_a_browser(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.6, 0.95), .deviation = 0.025});
    maker.hold(maker.random().between(300, 700), 0.05);
    conceal(maker);
}

static void beside_a_quiet_site(Maker& maker)
{
    mine(maker, {.level = 0.97, .deviation = 0.02});
    for (auto& sent : maker.work().sent)
        sent += maker.random().between(0, 60); // a visitor now and then
    conceal(maker);
}

static void on_a_gpu_encrypted(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.03, 0.2), .deviation = 0.01});
    maker.use_gpu(0.985, 0.01);
    conceal(maker);
}

std::span<const Family> hidden_miners()
{
    static constexpr std::array families{
        Family{"miner-tls", true, 60, encrypted},
        Family{"miner-behind-proxy", true, 40, behind_a_proxy},
        Family{"miner-sandboxed-blind", true, 50, sandboxed_unreadable},
        Family{"miner-dodging", true, 70, dodging_the_cron_minute},
        Family{"miner-bursts", true, 30, in_bursts},
        Family{"miner-wandering", true, 40, at_a_wandering_level},
        Family{"miner-split", true, 50, in_several_containers},
        Family{"miner-slow-start", true, 60, after_hours_of_sleep},
        Family{"miner-night", true, 70, at_night},
        Family{"miner-browser", true, 30, in_a_browser},
        Family{"miner-beside-site", true, 30, beside_a_quiet_site},
        Family{"miner-gpu-tls", true, 20, on_a_gpu_encrypted},
    };
    return families;
}

}
