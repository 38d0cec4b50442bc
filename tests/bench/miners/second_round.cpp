// Families written after the first held-out ones had been judged once.
#include "families.h"

#include <algorithm>
#include <array>

namespace harden::offline {

static void changing_pools(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.85, 0.99), .port = pool_port(maker)});
    maker.work().flows.clear();
    for (int look = 0; look < maker.looks(); look += 12)
        maker.connect(maker.internet_address(), pool_port(maker), look,
                      std::min(look + 12, maker.looks()));
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

static void in_office_hours(Maker& maker)
{
    maker.use(0.1, 0.05);
    const auto from = maker.random().whole(4, 20);
    mine(maker, {.level = maker.random().between(0.4, 0.98),
                 .deviation = 0.02,
                 .from = from,
                 .until = from + maker.random().whole(20, 32)});
    if (maker.work().shows_memory && maker.random().chance(0.8))
        maker.show(SignKind::Stratum, "memory", from);
}

static void called_like_a_browser(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.5, 0.98), .deviation = 0.02});
    maker.work().runtime = "runc";
    maker.work().shows_argv = true;
    maker.show(SignKind::Program, "wallet monero");
}

static void with_a_liar_beside_it(Maker& maker)
{
    mine(maker, {.level = maker.random().between(0.8, 0.95), .deviation = 0.03});
    maker.work().shows_memory = false;
    maker.connect("172.18.0.3", 5432); // an idle application's
}

static void exchange(Maker& maker)
{
    maker.use(maker.random().between(0.2, 0.7), 0.06);
    maker.send(300, 8'000);
    maker.receive(300, 9'000);
    for (int i = 0; i < 4; ++i)
        maker.connect(maker.internet_address(),
                      maker.random().pick<std::uint16_t>({3333, 5555, 8333, 9999, 18081}));
    maker.show(SignKind::PoolName, "memory");
}

static void chain_indexer(Maker& maker)
{
    maker.use(maker.random().between(0.7, 0.98), 0.03);
    maker.send(50, 900);
    maker.receive(300, 30'000);
    maker.hold(maker.random().between(300, 2'400), 0.01);
    maker.connect(maker.internet_address(), maker.random().pick<std::uint16_t>({8333, 9999}));
    maker.show(SignKind::PoolName, "memory");
}

static void log_shipper(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.08, 0.04);
    maker.send(20, 180);
    maker.receive(5, 40);
    for (int look = 4; look + 10 < maker.looks(); look += random.whole(10, 20)) {
        const auto until = look + random.whole(1, 5);
        maker.use(0.9, 0.08, look, until);
        maker.send(4e3, 2e5, look, until);
    }
    maker.connect(maker.internet_address(), 443);
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory"); // what a tenant's log says
}

static void password_hashing(Maker& maker)
{
    maker.use(maker.random().between(0.6, 0.97), 0.05);
    maker.send(200, 3'000);
    maker.receive(200, 3'000);
    maker.hold(maker.random().between(200, 400), 0.01);
    maker.connect("172.18.0.3", 5432);
}

static void notebook(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.01, 0.01);
    maker.send(1, 30);
    maker.receive(1, 30);
    const auto from = random.whole(3, 25);
    maker.use(0.95, 0.05, from, from + random.whole(2, 20)); // a cell that computes
    maker.connect(maker.internet_address(), 443);
    maker.hold(random.between(200, 900), 0.02);
}

static void spreadsheet(Maker& maker)
{
    maker.use(maker.random().between(0.02, 0.3), 0.08);
    maker.send(100, 2e4);
    maker.receive(100, 8e3);
    maker.connect("172.18.0.4", 6379);
}

std::span<const Family> second_round_families()
{
    static constexpr std::array families{
        Family{"miner-changing-pools", true, 60, changing_pools},
        Family{"miner-office-hours", true, 60, in_office_hours},
        Family{"miner-called-browser", true, 60, called_like_a_browser},
        Family{"miner-beside-idle", true, 50, with_a_liar_beside_it},
        Family{"exchange", false, 50, exchange},
        Family{"chain-indexer", false, 40, chain_indexer},
        Family{"log-shipper", false, 80, log_shipper},
        Family{"password-hashing", false, 60, password_hashing},
        Family{"notebook", false, 150, notebook},
        Family{"spreadsheet", false, 500, spreadsheet},
    };
    return families;
}

}
