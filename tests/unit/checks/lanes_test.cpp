#include "checks/lanes.h"
#include "unit/checks/ask.h"

#include <atomic>
#include <future>
#include <thread>

using namespace harden;
using namespace harden::test;
using namespace std::chrono_literals;

namespace {

std::atomic<int> gathered{0};

// A node that outlives the test: threads that came too late still look at it.
struct Looked {
    FakeNode fake;
    Facts facts{fake.node};
};

Result<int> slowly(const Facts&)
{
    std::this_thread::sleep_for(20ms);
    return ++gathered;
}

std::shared_ptr<const Facts> facts_of_a_node()
{
    const auto looked = std::make_shared<Looked>();
    return {looked, &looked->facts};
}

std::vector<Finding> run(std::vector<Check> checks, std::chrono::milliseconds limit)
{
    return run_checks_beside(std::move(checks), facts_of_a_node(), Profile::Baseline,
                             std::chrono::steady_clock::now() + limit);
}

}

TEST_CASE("groups that need the same fact at once have it gathered once")
{
    gathered = 0;
    std::vector<Check> checks;
    for (const auto* group : {"A", "B", "C", "D", "E", "F"})
        checks.push_back({.id = group, .group = group, .look = [](const Facts& facts) {
                              return Result<Outcome>{pass(std::to_string(*facts.once(slowly)))};
                          }});
    for (const auto& finding : run(checks, 10s))
        CHECK(finding.evidence == "1");
}

TEST_CASE("findings stand in the order of the checks, whichever came first")
{
    const auto after = [](std::chrono::milliseconds pause) {
        return [pause](const Facts&) -> Result<Outcome> {
            std::this_thread::sleep_for(pause);
            return pass("");
        };
    };
    const auto found = run({{.id = "a.slow", .group = "A", .look = after(40ms)},
                            {.id = "b.fast", .group = "B", .look = after(0ms)},
                            {.id = "a.last", .group = "A", .look = after(0ms)}},
                           10s);
    REQUIRE(found.size() == 3);
    CHECK(found[0].id == "a.slow");
    CHECK(found[1].id == "b.fast");
    CHECK(found[2].id == "a.last");
}

TEST_CASE("what hangs is unknown, with all that its group would ask next, and nothing else is late")
{
    auto release = std::make_shared<std::promise<void>>();
    const std::shared_future<void> released{release->get_future()};
    const auto began = std::chrono::steady_clock::now();
    const auto found = run({{.id = "a.hangs",
                             .group = "A",
                             .look = [released](const Facts&) -> Result<Outcome> {
                                 released.wait();
                                 return pass("too late");
                             }},
                            {.id = "a.next",
                             .group = "A",
                             .look = [](const Facts&) { return Result<Outcome>{pass("")}; }},
                            {.id = "b.well",
                             .group = "B",
                             .look = [](const Facts&) { return Result<Outcome>{pass("")}; }}},
                           100ms);
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    release->set_value();
    REQUIRE(found.size() == 3);
    CHECK(found[0].verdict == Verdict::Unknown);
    CHECK(contains(found[0].evidence, "not decided in time"));
    CHECK(found[1].verdict == Verdict::Unknown);
    CHECK(found[2].verdict == Verdict::Pass);
}
