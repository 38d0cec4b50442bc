// Miners that a probe has something to find of, mostly.
#include "families.h"

#include <array>

namespace harden::offline {

static void plain(Maker& maker)
{
    mine(maker, {.port = pool_port(maker)});
    if (maker.work().shows_argv)
        maker.show(SignKind::Program, "name xmrig");
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void from_public_image(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.9, 0.99), .port = pool_port(maker)});
    maker.work().image = "somebody/xmrig:latest";
    maker.show(SignKind::Program, "image xmrig");
}

static void throttled(Maker& maker)
{
    mine(
        maker,
        {.level = maker.random().between(0.3, 0.75), .deviation = 0.012, .port = pool_port(maker)});
    if (maker.work().shows_argv && maker.random().chance(0.5))
        maker.show(SignKind::Program, "argument stratum+tcp://");
    if (maker.work().shows_memory && maker.random().chance(0.6))
        maker.show(SignKind::Stratum, "memory");
}

static void renewed_every_look(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.88, 0.98)});
    maker.work().renewed_every = maker.random().whole(1, 3);
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void renamed(Maker& maker)
{
    mine(maker, {.port = pool_port(maker)});
    maker.work().runtime = "runc";
    maker.work().shows_argv = true;
    maker.show(SignKind::Program, "wallet monero");
}

static void named_as_a_proxy(Maker& maker)
{
    mine(maker, {.port = maker.random().chance(0.5) ? pool_port(maker) : std::uint16_t{443}});
    maker.work().name = maker.random().pick({"traefik-x", "coolify-proxy2", "alloy-agent"});
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void sandboxed_readable(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.9, 0.99), .port = pool_port(maker)});
    maker.sandbox(true);
    maker.show(SignKind::Stratum, "memory");
    maker.show(SignKind::PoolName, "memory");
}

static void encrypted_readable(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.85, 0.99)});
    maker.work().shows_memory = true;
    if (maker.random().chance(0.7))
        maker.show(SignKind::Stratum, "memory");
    maker.show(SignKind::PoolName, "memory");
}

static void on_the_nodes_network(Maker& maker)
{
    mine(maker, {.port = pool_port(maker)});
    maker.work().shares_network = true;
    if (maker.work().shows_argv)
        maker.show(SignKind::Program, "argument --donate-level");
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void on_a_gpu(Maker& maker)
{
    mine(maker,
         {.level = maker.random().between(0.03, 0.2), .deviation = 0.01, .port = pool_port(maker)});
    maker.use_gpu(0.985, 0.01);
    if (maker.work().shows_argv)
        maker.show(SignKind::Program, "name t-rex");
    else if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void while_building(Maker& maker)
{
    const auto from = maker.random().whole(0, 10);
    const auto until = from + maker.random().whole(13, 40);
    mine(
        maker,
        {.level = 0.96, .deviation = 0.02, .from = from, .until = until, .port = pool_port(maker)});
    maker.work().runtime = "runc";
    maker.work().shows_argv = true;
    maker.show(SignKind::Program, "name xmrig", from, until);
}

static void refused_at_first(Maker& maker)
{
    mine(maker, {});
    maker.refuse(2, 40);
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void dropped_into_a_site(Maker& maker)
{
    auto& random = maker.random();
    const auto from = random.whole(4, 14);
    maker.use(0.08, 0.05);
    mine(maker, {.level = 0.98, .deviation = 0.01, .from = from});
    const auto visitors = random.across(2'000, 60'000);
    maker.send(visitors * 0.5, visitors * 1.5);
    maker.receive(visitors * 0.1, visitors * 0.3);
    maker.work().runtime = "runc";
    maker.work().shows_argv = true;
    maker.show(SignKind::Program, "name kdevtmpfsi", from);
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory", from);
}

static void small_memory(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.9, 0.99), .port = pool_port(maker)});
    maker.hold(maker.random().between(6, 30), 0.01);
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

std::span<const Family> plain_miners()
{
    static constexpr std::array families{
        Family{"miner-plain", true, 130, plain},
        Family{"miner-public-image", true, 60, from_public_image},
        Family{"miner-throttled", true, 120, throttled},
        Family{"miner-renewed", true, 50, renewed_every_look},
        Family{"miner-renamed", true, 70, renamed},
        Family{"miner-named-traefik", true, 50, named_as_a_proxy},
        Family{"miner-sandboxed", true, 90, sandboxed_readable},
        Family{"miner-tls-readable", true, 80, encrypted_readable},
        Family{"miner-host-network", true, 40, on_the_nodes_network},
        Family{"miner-gpu", true, 40, on_a_gpu},
        Family{"miner-in-build", true, 40, while_building},
        Family{"miner-refused-port", true, 40, refused_at_first},
        Family{"miner-dropped", true, 60, dropped_into_a_site},
        Family{"miner-small-memory", true, 50, small_memory},
    };
    return families;
}

}
