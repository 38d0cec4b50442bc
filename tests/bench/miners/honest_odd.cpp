// Honest workloads that look guilty: words, ports and refusals of miners without mining.
#include "families.h"

#include <array>

namespace harden::offline {

static void stuck_loop(Maker& maker)
{
    maker.use(0.05, 0.02, 0);
    maker.use(0.99, 0.005, maker.random().whole(0, 20));
    maker.send(0, 0.2);
    maker.receive(0, 8);
}

// One thread spins while another keeps the database's connection alive.
static void stuck_service(Maker& maker)
{
    maker.use(0.1, 0.05);
    maker.use(0.98, 0.01, maker.random().whole(4, 24));
    maker.send(4, 60);
    maker.receive(4, 60);
    maker.connect("172.18.0.3", 5432);
}

static void full_node_that_syncs(Maker& maker)
{
    maker.use(maker.random().between(0.75, 0.98), 0.06);
    maker.receive(2e5, 4e6);
    maker.send(2e4, 2e5);
    maker.grow(300, 2'300);
    for (int i = 0; i < 8; ++i)
        maker.connect(maker.internet_address(),
                      maker.random().pick<std::uint16_t>({8333, 30303, 18080}));
}

static void full_node_that_follows(Maker& maker)
{
    maker.use(maker.random().between(0.05, 0.25), 0.06);
    maker.receive(500, 9'000);
    maker.send(300, 6'000);
    maker.hold(maker.random().between(800, 2'400), 0.01);
    for (int i = 0; i < 8; ++i)
        maker.connect(maker.internet_address(),
                      maker.random().pick<std::uint16_t>({8333, 9999, 18080, 3333}));
    if (maker.random().chance(0.4))
        maker.show(SignKind::PoolName, "memory");
}

// Knows the pools by name, and computes for hours over what it has.
static void explorer_that_reindexes(Maker& maker)
{
    const auto from = maker.random().whole(2, 12);
    maker.use(0.15, 0.06);
    maker.use(0.97, 0.015, from, from + maker.random().whole(12, 30));
    maker.send(200, 6'000);
    maker.receive(200, 9'000);
    maker.connect("172.18.0.7", 8332);
    if (maker.work().shows_memory)
        maker.show(SignKind::PoolName, "memory");
}

static void pool_dashboard(Maker& maker)
{
    maker.use(maker.random().between(0.02, 0.3), 0.05);
    maker.send(500, 9'000);
    maker.receive(500, 9'000);
    maker.connect(maker.internet_address(), 443);
    maker.show(SignKind::PoolName, "memory");
    if (maker.random().chance(0.3))
        maker.show(SignKind::Program, "name xmrig"); // "xmrig-exporter"
}

static void development_server(Maker& maker)
{
    maker.use(maker.random().between(0.05, 0.6), 0.1);
    maker.send(500, 2e4);
    maker.receive(500, 2e4);
    maker.connect("172.18.0.6", maker.random().pick<std::uint16_t>({3333, 4444, 5555, 8080, 9999}));
}

static void browser_grid(Maker& maker)
{
    maker.use(maker.random().between(0.4, 0.95), 0.12);
    maker.send(2e3, 6e4);
    maker.receive(1e4, 4e5);
    maker.connect("172.18.0.6", 4444);
    maker.connect("172.18.0.6", 5555);
    maker.hold(maker.random().between(500, 1'500), 0.1);
}

// Looks for miners in what tenants upload: it has all their words in memory.
static void malware_scanner(Maker& maker)
{
    maker.use(0.03, 0.01);
    for (int look = 3; look + 8 < maker.looks(); look += 16) {
        const auto until = look + maker.random().whole(2, 8);
        maker.use(0.95, 0.03, look, until);
        maker.receive(1e4, 5e5, look, until);
    }
    if (maker.random().chance(0.5)) // waits there for what to scan
        maker.connect("172.18.0.4", 5672);
    maker.hold(maker.random().between(900, 1'400), 0.005);
    maker.show(SignKind::Stratum, "memory");
    maker.show(SignKind::PoolName, "memory");
}

// Verifies the shares of a thousand miners elsewhere, and speaks with each of them.
static void pool_server(Maker& maker)
{
    maker.use(maker.random().between(0.3, 0.9), 0.04);
    maker.send(5e3, 1e5);
    maker.receive(5e3, 8e4);
    maker.hold(maker.random().pick({300.0, 2'120.0}), 0.005);
    maker.connect("172.18.0.7", 18081);
    maker.show(SignKind::Stratum, "memory");
    maker.show(SignKind::PoolName, "memory");
}

// The same over a whole disk, for hours, without the network.
static void malware_scan_of_a_disk(Maker& maker)
{
    const auto from = maker.random().whole(2, 10);
    maker.use(0.02, 0.01);
    maker.use(0.97, 0.02, from, from + maker.random().whole(12, 36));
    maker.send(0, 0.3);
    maker.receive(0, 6);
    maker.hold(maker.random().between(900, 1'400), 0.005);
    if (maker.work().shows_memory)
        maker.show(SignKind::Stratum, "memory");
}

// Searches sources for a miner's words: they stand in its arguments for one look or two.
static void search_for_words(Maker& maker)
{
    const auto from = maker.random().whole(0, 25);
    maker.use(0.02, 0.01);
    maker.use(0.94, 0.05, from, from + maker.random().whole(3, 16));
    maker.receive(1e3, 2e5, from, from + 2);
    maker.send(50, 2e3);
    if (!maker.work().shows_argv)
        return;
    const auto seen = from + maker.random().whole(0, 4);
    maker.show(SignKind::Program, "argument stratum+tcp://", seen,
               seen + maker.random().whole(1, 2));
}

static void letters_that_are_refused(Maker& maker)
{
    maker.use(maker.random().between(0.3, 0.95), 0.06);
    maker.send(20, 600);
    maker.receive(20, 600);
    maker.refuse(5, 200); // port 25
    maker.connect("172.18.0.4", 5672);
}

static void crawler(Maker& maker)
{
    maker.use(maker.random().between(0.3, 0.9), 0.08);
    maker.receive(2e4, 1e6);
    maker.send(2e3, 5e4);
    maker.refuse(0, 30); // whatever a page's links say
    maker.connect_briefly(443, 12);
}

static void tenant_on_the_nodes_network(Maker& maker)
{
    maker.use(maker.random().between(0.05, 0.7), 0.1);
    maker.send(1e3, 5e4);
    maker.receive(1e3, 5e4);
    maker.work().shares_network = true;
}

std::span<const Family> odd_families()
{
    static constexpr std::array families{
        Family{"stuck-loop", false, 90, stuck_loop},
        Family{"stuck-service", false, 40, stuck_service},
        Family{"full-node-sync", false, 50, full_node_that_syncs},
        Family{"full-node", false, 50, full_node_that_follows},
        Family{"explorer-reindex", false, 40, explorer_that_reindexes},
        Family{"pool-dashboard", false, 40, pool_dashboard},
        Family{"pool-server", false, 30, pool_server},
        Family{"dev-server", false, 120, development_server},
        Family{"browser-grid", false, 80, browser_grid},
        Family{"malware-scanner", false, 50, malware_scanner},
        Family{"disk-scan", false, 30, malware_scan_of_a_disk},
        Family{"word-search", false, 50, search_for_words},
        Family{"mail-refused", false, 40, letters_that_are_refused},
        Family{"crawler", false, 90, crawler},
        Family{"host-network", false, 60, tenant_on_the_nodes_network},
    };
    return families;
}

}
