#include "base/json_view.h"
#include "base/shipped.h"
#include "rules.h"
#include "usage/memory_search.h"

using namespace harden;
using namespace harden::test;

static constexpr std::chrono::system_clock::time_point now{std::chrono::seconds{1'700'000'000}};
static const std::string notify = R"({"id":null,"method":"mining.notify","params":["bf",")" +
                                  std::string(64, 'a') +
                                  R"(","0100","072f",[],"00000002","1c2ac4af","6553f100",false]})";

static std::vector<std::string> seen_in(const std::vector<std::string>& pieces,
                                        std::set<std::uint16_t> ports = {})
{
    const auto rules = shipped_rules();
    MemorySearch search{rules.evidence, std::move(ports), now};
    for (const auto& piece : pieces)
        search.look_at(piece);
    std::vector<std::string> seen;
    for (const auto& sign : search.signs())
        seen.push_back(sign.what);
    return seen;
}

using List = std::vector<std::string>;

TEST_CASE("stratum is found among anything")
{
    const std::string noise{"\x00\xff{\"{\"id\":{\"id\":1,\"x\":{}", 21};
    CHECK(seen_in({noise + notify + "\n" + noise}) == List{"stratum in memory"});
    CHECK(seen_in({notify}) == List{"stratum in memory"});
    CHECK(seen_in({"{ " + notify.substr(1)}) == List{"stratum in memory"});
    CHECK(seen_in({R"({"id":1,"result":true}{"id":1})" + notify}) == List{"stratum in memory"});
}

TEST_CASE("what is broken, escaped or in another message is not")
{
    CHECK(seen_in({notify.substr(0, notify.size() - 1)}).empty());
    CHECK(seen_in({R"({"log":)" + json_quoted(notify) + "}"}).empty());
    auto cut = notify;
    cut[40] = '\0';
    CHECK(seen_in({cut}).empty());
    CHECK(seen_in({std::string{shipped(miner_rules_file)}}, {3333}).empty());
}

TEST_CASE("a single share counts beside a connection, and alone is an example")
{
    const auto share = R"({"id":2,"method":"submit","params":{"id":"s","job_id":"j","nonce":)"
                       R"("d0030040","result":")" +
                       std::string(64, 'a') + R"("}})";
    CHECK(seen_in({share}, {443}) == List{"stratum in memory"});
    CHECK(seen_in({share}).empty());
}

TEST_CASE("a pool's address counts beside a connection to its port")
{
    const std::string address{"\0\0eu.supportxmr.com:443\0", 24};
    CHECK(seen_in({address}, {443}) == List{"pool supportxmr.com"});
    CHECK(seen_in({address}, {3333}).empty());
    CHECK(seen_in({address}).empty());
    CHECK(seen_in({"supportxmr.com"}, {443}).empty());
    CHECK(seen_in({"notsupportxmr.com:443"}, {443}).empty());
    CHECK(seen_in({"supportxmr.com:4430 supportxmr.com:port supportxmr.com:"}, {443}).empty());
}

TEST_CASE("a list of pools is no miner's")
{
    std::string list;
    for (const auto& pool : shipped_rules().evidence.pools)
        list += pool + ":443\n";
    CHECK(seen_in({list}, {443}).empty());
}

TEST_CASE("memory made to be hard to read costs little")
{
    std::string trap;
    while (trap.size() < 1U << 20U)
        trap += R"({"id":)";
    const auto rules = shipped_rules();
    MemorySearch search{rules.evidence, {}, now};
    search.look_at(trap + R"("mining.)");
    CHECK(search.gave_up());
    MemorySearch other{rules.evidence, {}, now};
    other.look_at(std::string(1U << 20U, '{'));
    CHECK_FALSE(other.gave_up());
}
