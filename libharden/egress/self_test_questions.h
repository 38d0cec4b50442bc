#pragma once

#include "egress/self_test_model.h"
#include "egress/self_test_networks.h"

#include <string>
#include <vector>

namespace harden {

// Where packets of a test go, besides what the policy names. None of it leaves the node.
struct ProbeTargets {
    std::string destination4;
    std::string destination6;
    std::string metadata4; // asked of a block of metadata addresses that holds it
    std::string metadata6;
    std::uint16_t metadata_port = 0;
    std::uint16_t control_port = 0;
    std::uint16_t node_port = 0; // the control at the node itself; nobody has it
};

inline constexpr auto allowed_group = "allow"; // stands for the policy's exceptions

// What one group of the policy wants of the packets of one network, over one family.
struct GroupTest {
    std::string group;
    bool is_v6 = false;
    Tier tier = Tier::Hard;
    std::vector<PacketQuestion> questions;
    std::size_t counted = 0; // of a soft group: questions that its counter must show
};

// All that is asked from one network. Without its controls a refusal says nothing.
struct NetworkTest {
    std::vector<PacketQuestion> controls;
    std::vector<GroupTest> groups;
};

// Every group that is in force. Of many ports or addresses of a group some are asked, of a range
// its ends.
Result<NetworkTest> questions_for(const Ruleset& ruleset, const TestNetwork& network,
                                  const ProbeTargets& targets);

}
