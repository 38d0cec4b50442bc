// Families written before the rule that the second round's misses led to.
#include "families.h"

#include <array>

namespace harden::offline {

static void wallet_back_end(Maker& maker)
{
    auto& random = maker.random();
    maker.use(random.between(0.05, 0.3), 0.05);
    maker.send(20, 1'500);
    maker.receive(50, 4'000);
    for (int look = random.whole(2, 20); look + 8 < maker.looks(); look += random.whole(15, 30))
        maker.use(0.92, 0.06, look, look + random.whole(1, 6)); // scans the chain for a payment
    maker.connect(random.chance(0.5) ? maker.internet_address() : "172.18.0.5",
                  random.pick<std::uint16_t>({8332, 8333, 9999, 18081}));
    if (random.chance(0.6))
        maker.show(SignKind::PoolName, "memory");
}

// Renders a block explorer's pages before anybody asks for them.
static void cache_warmer(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.05, 0.03);
    maker.send(10, 200);
    maker.receive(10, 300);
    for (int look = random.whole(1, 10); look + 5 < maker.looks(); look += random.whole(6, 14)) {
        const auto until = look + random.whole(1, 4);
        maker.use(0.88, 0.08, look, until);
        maker.send(50, 2e4, look, until);
        maker.receive(100, 4e4, look, until);
    }
    maker.connect("172.18.0.4", 6379);
    maker.connect(maker.internet_address(), 443);
    maker.show(SignKind::PoolName, "memory");
}

static void log_search_engine(Maker& maker)
{
    auto& random = maker.random();
    maker.use(random.between(0.15, 0.6), 0.07);
    maker.send(50, 4'000);
    maker.receive(50, 6'000);
    maker.hold(random.between(600, 2'400), 0.015);
    for (int look = random.whole(2, 12); look + 10 < maker.looks(); look += random.whole(10, 25))
        maker.use(0.95, 0.03, look, look + random.whole(1, 8)); // merges its segments
    maker.connect("172.18.0.8", 9300);
    const auto asked = random.whole(0, maker.looks() - 8);
    maker.show(SignKind::Stratum, "memory", asked, asked + random.whole(2, 40));
}

// Its rules name everything that a miner says.
static void security_events(Maker& maker)
{
    maker.use(maker.random().between(0.3, 0.95), 0.05);
    maker.send(5, 150);
    maker.receive(100, 2e4);
    maker.hold(maker.random().between(500, 2'000), 0.01);
    maker.connect(maker.internet_address(), 443);
    maker.show(SignKind::Stratum, "memory");
    maker.show(SignKind::PoolName, "memory");
}

static void chat_archive(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.04, 0.03);
    maker.send(20, 900);
    maker.receive(20, 900);
    const auto from = random.whole(3, 40);
    const auto until = from + random.whole(1, 6);
    maker.use(0.9, 0.06, from, until); // somebody exports a room
    maker.send(20, 5e4, from, until);
    maker.connect("172.18.0.3", 5432);
    if (random.chance(0.5))
        maker.show(SignKind::PoolName, "memory");
    if (random.chance(0.2))
        maker.show(SignKind::Stratum, "memory", from, until);
}

static void news_of_mining(Maker& maker)
{
    maker.use(maker.random().between(0.2, 0.9), 0.08);
    maker.receive(500, 2e5);
    maker.send(50, 5'000);
    maker.refuse(0, 4); // links to pools
    maker.connect_briefly(443, 8);
    maker.connect("172.18.0.3", 5432);
    maker.show(SignKind::PoolName, "memory");
}

static void trading_bot(Maker& maker)
{
    auto& random = maker.random();
    maker.use(random.between(0.05, 0.4), 0.05);
    maker.send(2, 80);
    maker.receive(100, 6'000);
    const auto from = random.whole(0, 30);
    maker.use(0.96, 0.03, from, from + random.whole(4, 30)); // tries its strategy on old prices
    maker.connect(maker.internet_address(), random.pick<std::uint16_t>({443, 443, 9443, 5555}));
    if (random.chance(0.3))
        maker.show(SignKind::PoolName, "memory");
}

// Its tests speak Stratum over the loopback interface, which no link counts.
static void tests_of_a_pool(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.02, 0.01);
    maker.send(5, 60);
    maker.receive(5, 80);
    for (int look = random.whole(1, 15); look + 6 < maker.looks(); look += random.whole(10, 30)) {
        const auto until = look + random.whole(1, 4);
        maker.use(0.9, 0.07, look, until);
        maker.receive(1e3, 3e5, look, look + 1); // packages
        maker.send(30, 5e3, look, until);        // its log
        maker.show(SignKind::Stratum, "memory", look, until);
        if (maker.work().shows_argv && random.chance(0.3))
            maker.show(SignKind::Program, "argument stratum+tcp://", look, look + 1);
    }
    maker.connect(maker.internet_address(), 443); // waits for its next job
}

static void train_with_metrics(Maker& maker)
{
    maker.use(maker.random().between(0.85, 0.98), 0.03);
    maker.send(50, 1'500);
    maker.receive(5, 100);
    maker.hold(maker.random().between(600, 3'000), 0.01);
    maker.connect(maker.internet_address(), 443);
}

static void relay_of_calls(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.02, 0.01);
    maker.send(5, 60);
    maker.receive(5, 60);
    for (int look = random.whole(0, 8); look + 16 < maker.looks(); look += random.whole(8, 20)) {
        const auto until = look + random.whole(2, 14);
        maker.use(random.between(0.3, 0.95), 0.05, look, until);
        maker.send(1e4, 1e6, look, until);
        maker.receive(1e4, 1e6, look, until);
    }
    maker.connect(maker.internet_address(), 443);
}

static void render_farm(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.97, 0.02);
    maker.send(3, 50);
    maker.receive(3, 60);
    for (int look = random.whole(1, 6); look < maker.looks(); look += random.whole(2, 9)) {
        maker.send(1e4, 2e6, look, look + 1);    // a picture
        maker.receive(1e4, 3e6, look, look + 1); // the next scene
        maker.use(0.6, 0.1, look, look + 1);
    }
    maker.hold(random.between(300, 3'500), 0.05);
    maker.connect(maker.internet_address(), 443);
}

static void volunteer_computing(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.98, 0.01);
    maker.send(0, 0.3);
    maker.receive(0, 3);
    for (int look = random.whole(0, 20); look < maker.looks(); look += random.whole(12, 40)) {
        maker.send(1e3, 5e4, look, look + 1);
        maker.receive(1e3, 2e5, look, look + 1);
        maker.connect(maker.internet_address(), 443, look, look + 1);
    }
    maker.hold(random.between(60, 600), 0.01);
}

static void fuzzer(Maker& maker)
{
    maker.use(0.985, 0.01);
    maker.send(2, 50);
    maker.receive(2, 50);
    maker.hold(maker.random().between(80, 900), 0.03);
    maker.connect("172.18.0.3", 5432); // where its findings go
}

static void chess_engine(Maker& maker)
{
    auto& random = maker.random();
    maker.use(0.02, 0.01);
    maker.send(5, 60);
    maker.receive(5, 40);
    for (int look = random.whole(0, 10); look + 14 < maker.looks(); look += random.whole(8, 30)) {
        const auto until = look + random.whole(1, 12);
        maker.use(0.96, 0.04, look, until);
        maker.send(30, 400, look, until);
    }
    maker.hold(random.pick({64.0, 256.0, 512.0, 2'048.0}) + random.between(20, 60), 0.002);
    maker.connect(maker.internet_address(), 443);
}

static void filter_of_mail(Maker& maker)
{
    auto& random = maker.random();
    maker.use(random.between(0.03, 0.4), 0.06);
    maker.send(50, 3'000);
    maker.receive(200, 3e4);
    for (int i = random.whole(0, 4); i > 0; --i) {
        const auto look = random.whole(0, maker.looks() - 6);
        maker.use(0.93, 0.05, look, look + random.whole(1, 3));
        maker.show(SignKind::PoolName, "memory", look, look + random.whole(1, 3));
    }
    maker.connect("172.18.0.4", 11334);
}

static void shop(Maker& maker)
{
    maker.use(maker.random().between(0.02, 0.4), 0.07);
    maker.send(200, 6e4);
    maker.receive(100, 1e4);
    maker.connect("172.18.0.3", 3306);
    maker.connect("172.18.0.4", 6379);
}

std::span<const Family> third_round_families()
{
    static constexpr std::array families{
        Family{"wallet-backend", false, 50, wallet_back_end},
        Family{"cache-warmer", false, 50, cache_warmer},
        Family{"log-search", false, 80, log_search_engine},
        Family{"siem", false, 40, security_events},
        Family{"chat-archive", false, 80, chat_archive},
        Family{"mining-news", false, 40, news_of_mining},
        Family{"trading-bot", false, 90, trading_bot},
        Family{"pool-tests", false, 40, tests_of_a_pool},
        Family{"ml-metrics", false, 60, train_with_metrics},
        Family{"call-relay", false, 60, relay_of_calls},
        Family{"render-farm", false, 60, render_farm},
        Family{"volunteer", false, 30, volunteer_computing},
        Family{"fuzzer", false, 30, fuzzer},
        Family{"chess-engine", false, 60, chess_engine},
        Family{"mail-filter", false, 150, filter_of_mail},
        Family{"shop", false, 500, shop},
    };
    return families;
}

}
