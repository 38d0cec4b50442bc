#include "checks/network_facts.h"

#include "checks/egress_facts.h"
#include "checks/verify_rules.h"

#include <algorithm>

namespace harden {

static constexpr auto bridge = "docker0";
static constexpr auto forwarding6 = "/proc/sys/net/ipv6/conf/all/forwarding";

Result<bool> forwards_ipv6(const Facts& facts)
{
    const auto text = facts.host().read(forwarding6);
    if (text.is_absent())
        return false;
    return trim(TRY(text)) == "1";
}

// As far as Docker tells; the probe looks at the bridge itself.
static TestNetwork default_network(const Docker& docker)
{
    const auto networks = test_networks(docker);
    if (networks)
        for (const auto& network : *networks)
            if (network.source.bridge == bridge)
                return network;
    return {.name = "bridge", .source = {.bridge = bridge}, .has_ipv4 = true};
}

Result<PacketTests> packet_tests(const Facts& facts)
{
    if (!facts.probes().packets)
        return Error{ErrorKind::Unsupported, "no packets were sent", {}};
    const auto targets = TRY(facts.once(verify_rules)).network;
    const auto wanted = TRY(facts.once(wanted_egress));
    auto network = default_network(facts.docker());
    network.has_ipv6 = TRY(facts.once(forwards_ipv6)); // else all would be waited for in vain
    PacketTests tests{TRY(questions_for(wanted, network, targets)), {}};
    std::erase_if(tests.test.groups, [](const GroupTest& group) {
        return group.tier == Tier::Soft || group.group == allowed_group;
    });
    auto questions = tests.test.controls;
    for (const auto& group : tests.test.groups)
        questions.insert(questions.end(), group.questions.begin(), group.questions.end());
    tests.answers = TRY(facts.probes().packets(network.source, questions));
    return tests;
}

Result<std::vector<TestLine>> packet_lines(const Facts& facts)
{
    if (!facts.probes().packets)
        return Error{ErrorKind::Unsupported, "no packets were sent", {}};
    const auto targets = TRY(facts.once(verify_rules)).network;
    const auto wanted = TRY(facts.once(wanted_egress));
    return self_test(facts.node(), wanted, targets, facts.probes().packets);
}

}
