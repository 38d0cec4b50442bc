#pragma once

#include "node/meters.h"
#include "support/catch.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace harden::test {

// What a test of meters has to offer: a process behind one link, one that no link leads to, one
// that opens connections, and 8 KiB of letters "m" in a process's memory, with nothing behind.
struct MetersStage {
    int behind_link = 0;
    int nowhere = 0;
    std::string address;                   // of the first
    std::function<void(int packets)> send; // from the first, 1,000 bytes and up to 100 more each
    std::function<void()> connect;         // from the first to port 9000, over TCP
    std::function<void()> refuse;          // the policy has refused that address seven packets
    int remembering = 0;
    std::uint64_t letters = 0;
};

inline LinkMeter link_to(const Meters& meters, int number)
{
    const auto links = meters.links();
    INFO((links ? std::string{} : links.error().message));
    REQUIRE(links);
    const auto leads_there = [number](const auto& each) { return each.peer_namespace == number; };
    REQUIRE(std::ranges::count_if(*links, leads_there) == 1);
    return *std::ranges::find_if(*links, leads_there);
}

inline void counts_what_links_carry(const Meters& meters, const MetersStage& stage)
{
    REQUIRE(meters.links()); // the kernel numbers namespaces when it lists links
    const auto number = meters.namespace_of(stage.behind_link);
    REQUIRE(number);
    CHECK(meters.namespace_of(stage.nowhere).is_absent());
    constexpr int no_process = std::numeric_limits<int>::max();
    CHECK(meters.namespace_of(no_process).is_absent());
    const std::array pids{no_process, stage.behind_link, stage.nowhere};
    CHECK(*meters.namespaces_of(pids) ==
          std::vector<std::optional<int>>{std::nullopt, *number, std::nullopt});

    const auto before = link_to(meters, *number);
    CHECK(before.index > 0);
    CHECK(before.peer_index > 0);
    stage.send(100);
    const auto after = link_to(meters, *number);
    CHECK(after.index == before.index);
    CHECK(after.received_packets >= before.received_packets + 100);
    CHECK(after.received_packets < before.received_packets + 110);
    CHECK(after.received_bytes >= before.received_bytes + 100'000);
    CHECK(after.received_bytes < before.received_bytes + 120'000);
}

inline void lists_connections(const Meters& meters, const MetersStage& stage)
{
    CHECK(meters.connections().is_absent()); // that nothing is tracked yet is not "none"
    stage.connect();
    const auto connections = meters.connections();
    INFO((connections ? std::string{} : connections.error().message));
    REQUIRE(connections);
    const auto found = std::ranges::find(*connections, 9000, &Connection::destination_port);
    REQUIRE(found != connections->end());
    CHECK(found->protocol == "tcp");
    CHECK(found->source == stage.address);
    CHECK(found->source_port > 0);
    CHECK(found->answered);
    CHECK(found->established);
}

inline void tells_refusals(const Meters& meters, const MetersStage& stage)
{
    CHECK(meters.refusals().is_absent());
    stage.refuse();
    const auto refusals = meters.refusals();
    INFO((refusals ? std::string{} : refusals.error().message));
    REQUIRE(refusals);
    REQUIRE(refusals->size() == 1);
    CHECK(refusals->front().source == stage.address);
    CHECK(refusals->front().packets == 7);
    CHECK(refusals->front().group == "smtp");
}

inline void reads_memory(const Meters& meters, const MetersStage& stage)
{
    const std::string letters(8192, 'm');
    CHECK(*meters.memory(stage.remembering, stage.letters, 8192) == letters);
    CHECK(*meters.memory(stage.remembering, stage.letters + 8000, 4000) == std::string(192, 'm'));
    CHECK(meters.memory(stage.remembering, stage.letters + 8192, 16).is_absent());
    CHECK(meters.memory(std::numeric_limits<int>::max(), stage.letters, 16).is_absent());
}

}
