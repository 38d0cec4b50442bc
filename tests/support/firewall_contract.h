#pragma once

#include "node/firewall.h"
#include "support/catch.hpp"

#include <functional>

namespace harden::test {

inline Ruleset small_ruleset()
{
    Ruleset ruleset;
    ruleset.container_interfaces = {"br-*", "docker0"};
    ruleset.metadata = {.id = "metadata",
                        .addresses4 = {"169.254.0.0/16"},
                        .addresses6 = {"fd00:ec2::/32"},
                        .spared_tcp = {{53, 53}},
                        .spared_udp = {{53, 53}, {123, 123}}};
    ruleset.groups = {{.id = "irc", .tcp = {{6660, 6669}}},
                      {.id = "office", .addresses4 = {"10.1.0.0/16"}, .spared_udp = {{53, 53}}},
                      {.id = "smtp", .tcp = {{25, 25}, {587, 587}}, .udp = {{25, 25}}},
                      {.id = "watch", .tier = Tier::Soft, .tcp = {{8888, 8888}}}};
    ruleset.host_services = {.id = "host-services", .tcp = {{22, 22}, {2375, 2377}}};
    ruleset.allow = {{"192.0.2.7", {587, 587}}, {"2001:db8::/32", {6660, 6661}}};
    ruleset.flows_per_second = 100;
    ruleset.flow_burst = 200;
    return ruleset;
}

inline bool holds(const Firewall& firewall, const Ruleset& ruleset)
{
    const auto drift = firewall.difference(ruleset);
    INFO((drift ? std::string{} : drift.error().message));
    REQUIRE(drift);
    for (const auto& difference : *drift)
        UNSCOPED_INFO(cat(difference.backend, " ", difference.family, " ", difference.what, ": \"",
                          difference.from, "\" shall be \"", difference.to, "\""));
    return drift->empty();
}

inline void succeeds(const Result<>& result)
{
    INFO((result ? std::string{} : result.error().message));
    REQUIRE(result);
}

// What every packet filter of ours does. `tamper` takes something of ours away behind its back.
inline void keeps_firewall_contract(Firewall& firewall, const std::function<void()>& tamper)
{
    const auto first = small_ruleset();
    auto second = first;
    second.groups.erase(second.groups.begin());
    second.groups[0].addresses4.push_back("10.3.0.0/16");
    second.allow.clear();
    second.flow_burst = 50;

    CHECK(holds(firewall, Ruleset{}));
    CHECK_FALSE(holds(firewall, first));

    succeeds(firewall.replace(first));
    CHECK(holds(firewall, first));
    CHECK_FALSE(holds(firewall, Ruleset{}));
    CHECK_FALSE(holds(firewall, second));
    succeeds(firewall.replace(first));
    CHECK(holds(firewall, first));

    succeeds(firewall.replace(second));
    CHECK(holds(firewall, second));
    tamper();
    CHECK_FALSE(holds(firewall, second));
    succeeds(firewall.replace(second));
    CHECK(holds(firewall, second));

    auto impossible = second;
    impossible.groups[0].addresses4.emplace_back("no address");
    CHECK_FALSE(firewall.replace(impossible));
    CHECK(holds(firewall, second));

    const auto hits = firewall.hits();
    REQUIRE(hits);
    const auto is_smtp = [](const RuleHits& hit) {
        return hit.group == "smtp" && hit.packets == 0;
    };
    CHECK(std::count_if(hits->begin(), hits->end(), is_smtp) == 2);

    succeeds(firewall.remove());
    CHECK(holds(firewall, Ruleset{}));
    succeeds(firewall.remove());
}

}
