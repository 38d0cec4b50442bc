#include "egress/container_nft.h"
#include "support/catch.hpp"
#include "support/private_network.h"
#include "system/container_sets.h"
#include "system/nft_library.h"

#include <algorithm>
#include <chrono>
#include <iostream>

using namespace harden;
using namespace harden::test;

static const std::string id(64, 'a');
static constexpr double most_milliseconds = 0.2; // the median update of a set

static DnsAddress address(unsigned number, std::uint32_t seconds = 300)
{
    Network network{.bytes = {203, static_cast<std::uint8_t>(number >> 16U),
                              static_cast<std::uint8_t>(number >> 8U),
                              static_cast<std::uint8_t>(number)},
                    .prefix = 32};
    return {network, seconds};
}

static void make_table()
{
    const PlacedLink link{.link = {.bridge = "docker0"}, .address4 = "172.17.0.2"};
    const ContainerPlan plan{
        {*with_wish({.id = id}, {.mode = "allow", .domains = {"example.org"}}), 1, {link}}};
    const auto rules = container_rules(plan);
    REQUIRE(rules);
    const auto written = NftLibrary{}.commit(container_transaction(*rules, {}));
    INFO((written ? std::string{} : written.error().message));
    REQUIRE(written);
}

TEST_CASE("an answer opens its addresses for its time, counted anew each time")
{
    if (!enter_private_network())
        return;
    make_table();
    auto socket = NftSocket::open();
    REQUIRE(socket);
    DnsAddress six{*parse_network("2001:db8::1"), 300};
    REQUIRE(open_addresses(*socket, id, {address(1, 60), address(2), six}));
    auto listed = shell(cat("nft list set inet harden_container ", dns_set(id, false)));
    CHECK(listed.find("203.0.0.1 timeout 1m") != std::string::npos);
    CHECK(listed.find("203.0.0.2 timeout 5m") != std::string::npos);
    CHECK(
        shell(cat("nft list set inet harden_container ", dns_set(id, true))).find("2001:db8::1") !=
        std::string::npos);
    REQUIRE(open_addresses(*socket, id, {address(1, 600)}));
    listed = shell(cat("nft list set inet harden_container ", dns_set(id, false)));
    CHECK(listed.find("203.0.0.1 timeout 10m") != std::string::npos);
    CHECK(listed.find("203.0.0.2 timeout 5m") != std::string::npos);
}

TEST_CASE("an answer for a container that has no set is an error")
{
    if (!enter_private_network())
        return;
    make_table();
    auto socket = NftSocket::open();
    REQUIRE(socket);
    CHECK_FALSE(open_addresses(*socket, std::string(64, 'b'), {address(1)}));
    CHECK(open_addresses(*socket, id, {address(1)}));
}

TEST_CASE("the set is updated in a fifth of a millisecond")
{
    if (!enter_private_network())
        return;
    make_table();
    auto socket = NftSocket::open();
    REQUIRE(socket);
    std::vector<double> times;
    for (unsigned i = 0; i < 3000; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const auto opened = open_addresses(*socket, id, {address(i)});
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
                .count());
        REQUIRE(opened);
    }
    std::ranges::sort(times);
    std::cout << "update of a set: median " << times[times.size() / 2] << " ms, 99 % below "
              << times[times.size() * 99 / 100] << " ms\n";
    CHECK(times[times.size() / 2] <= most_milliseconds);
}
