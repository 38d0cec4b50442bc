#pragma once

#include "egress/self_test_judge.h"
#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// What was seen of one group, from one network, over one family.
struct TestLine {
    std::string group;
    std::string network; // somebody else's: escape
    bool is_v6 = false;
    TestOutcome outcome;
};

// Real packets for every group in force, from every bridge network of containers. An Error where
// there is nothing to send from.
Result<std::vector<TestLine>> self_test(const Node& node, const Ruleset& ruleset,
                                        const ProbeTargets& targets, const PacketProbe& probe);
// From one network.
std::vector<TestLine> self_test(const Firewall& firewall, const Ruleset& ruleset,
                                const TestNetwork& network, const ProbeTargets& targets,
                                const PacketProbe& probe);

std::string render_text(const std::vector<TestLine>& lines);
std::string render_json(const std::vector<TestLine>& lines); // schema "harden.egress-test/1"

}
