#include "base/time.h"
#include "steps/retention.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

static const auto today = *from_rfc3339("2026-11-22T00:00:00Z");

// `count` committed ones, the last of them of today, a day between each and the next.
static std::vector<TxRecord> daily(std::size_t count)
{
    std::vector<TxRecord> records(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& record = records[i];
        record.id = std::to_string(1000 + i);
        record.state = TxState::Committed;
        record.started = to_rfc3339(today - (count - 1 - i) * std::chrono::hours{24});
        record.entries.push_back({.file = cat("/etc/", record.id)});
    }
    return records;
}

static std::vector<std::string> superfluous(const std::vector<TxRecord>& records)
{
    return superfluous(records, Clock{.wall = today});
}

TEST_CASE("the youngest are kept however old they are")
{
    auto records = daily(always_kept);
    for (auto& record : records)
        record.started = "2001-01-01T00:00:00Z";
    CHECK(superfluous(records).empty());
}

TEST_CASE("older ones go by age, and beyond a number whatever their age")
{
    CHECK(superfluous(daily(91)).empty());
    CHECK(superfluous(daily(93)) == std::vector<std::string>{"1000", "1001"});
    auto records = daily(most_kept + 3);
    for (auto& record : records)
        record.started = to_rfc3339(today);
    CHECK(superfluous(records) == std::vector<std::string>{"1000", "1001", "1002"});
}

TEST_CASE("what waits, runs or needs a human is never pruned")
{
    for (const auto state : {TxState::Open, TxState::Armed, TxState::Broken, TxState::Unreadable}) {
        auto records = daily(92);
        records[0].state = state;
        CHECK(superfluous(records).empty());
    }
}

TEST_CASE("what the operator had in a file is kept, what we made is not")
{
    auto records = daily(93);
    records[0].entries[0].existed = true;
    CHECK(superfluous(records) == std::vector<std::string>{"1001"});
    records[0].state = TxState::RolledBack; // it is back in its place
    CHECK(superfluous(records) == std::vector<std::string>{"1000", "1001"});
}

TEST_CASE("the first and the last that stand on a file are kept")
{
    auto records = daily(96);
    for (const std::size_t i : {1U, 2U, 3U})
        records[i].entries.push_back({.file = "/etc/daemon.json"});
    CHECK(superfluous(records) == std::vector<std::string>{"1000", "1002", "1004"});
    SECTION("but one that was rolled back stands on nothing")
    {
        records[3].state = TxState::RolledBack;
        records[2].state = TxState::RolledBack;
        CHECK(superfluous(records) ==
              std::vector<std::string>{"1000", "1001", "1002", "1003", "1004"});
    }
}

TEST_CASE("pruning takes record and originals away and counts them")
{
    FakeHost host;
    host.clock = std::chrono::duration_cast<std::chrono::seconds>(today.time_since_epoch());
    for (const auto& record : daily(93)) {
        const auto directory = record_file(record.id).parent_path();
        host.with_file(
            directory / "record.json",
            cat("{\"id\":\"", record.id, "\",\"verb\":\"v\",\"state\":\"committed\",",
                "\"started\":\"", record.started,
                "\",\"boot_id\":\"\",\"pid\":1,\"deadline\":\"\",\"note\":\"\",\"entries\":[]}"));
        host.with_file(directory / "before-0", "bytes");
    }
    CHECK(pruned_so_far(host)->count == 0);
    REQUIRE(prune(host));
    CHECK(transactions(host)->size() == 91);
    CHECK(host.status("/var/lib/harden/tx/1001").is_absent());
    CHECK(pruned_so_far(host)->count == 2);
    CHECK(pruned_so_far(host)->last == "1001");
    const auto& made = host.made;
    CHECK(made[1] == "remove /var/lib/harden/tx/1000/record.json");
    CHECK(made[2] == "remove /var/lib/harden/tx/1000");
    REQUIRE(prune(host));
    CHECK(pruned_so_far(host)->count == 2);
}
