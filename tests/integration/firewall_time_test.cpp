// What an apply costs. Hidden: run it by its tag, [.time].
#include "base/text.h"
#include "support/catch.hpp"
#include "support/egress_policies.h"
#include "support/firewall_contract.h"
#include "support/private_network.h"
#include "system/kernel_firewall.h"

#include <algorithm>
#include <ctime>

using namespace harden;
using namespace harden::test;

static double milliseconds_of(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Of 21 rounds; `prepare` is not timed.
template<class Prepare, class Work>
static std::string median(const Prepare& prepare, const Work& work)
{
    std::vector<double> wall;
    std::vector<double> processor;
    for (int round = 0; round < 21; ++round) {
        prepare();
        const auto wall_start = milliseconds_of(CLOCK_MONOTONIC);
        const auto processor_start = milliseconds_of(CLOCK_PROCESS_CPUTIME_ID);
        work();
        wall.push_back(milliseconds_of(CLOCK_MONOTONIC) - wall_start);
        processor.push_back(milliseconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor_start);
    }
    std::ranges::sort(wall);
    std::ranges::sort(processor);
    return cat(std::to_string(wall[10]), " ms, ", std::to_string(processor[10]), " ms CPU");
}

TEST_CASE("the time that an apply takes", "[.time]")
{
    for (const std::string backend : {"", "nft", "legacy"}) {
        if (!enter_private_network())
            return;
        if (!backend.empty())
            for (const auto& command : {"iptables-" + backend, "ip6tables-" + backend})
                shell(command + " -N DOCKER-USER; " + command + " -A FORWARD -j DOCKER-USER");
        const auto firewall = kernel_firewall();
        const auto ruleset = compiled_ruleset();
        const auto where =
            backend.empty() ? std::string{"own table alone"} : "with iptables-" + backend;
        const auto nothing = [] {};
        WARN(where << ": first difference "
                   << median(nothing, [&] { (void)kernel_firewall()->difference(ruleset); }));
        WARN(where << ": first apply "
                   << median([&] { succeeds(firewall->remove()); },
                             [&] { succeeds(firewall->replace(ruleset)); }));
        auto other = ruleset;
        WARN(where << ": apply of a change "
                   << median(
                          [&] {
                              other.flow_burst = other.flow_burst == 200 ? 201 : 200;
                              (void)firewall->difference(other);
                          },
                          [&] { succeeds(firewall->replace(other)); }));
        WARN(where << ": difference of equal "
                   << median(nothing, [&] { CHECK(firewall->difference(other)->empty()); }));
    }
}
