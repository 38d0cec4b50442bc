#pragma once

#include "node/address.h"
#include "node/packet_probe.h"
#include "node/ruleset.h"

#include <string>
#include <vector>

namespace harden {

// A packet of a container, as the rules see it.
struct TestPacket {
    Network source;
    Network destination;
    Protocol protocol = Protocol::Tcp;
    std::uint16_t port = 0;
    bool is_to_node = false;
};

// What a ruleset says of single packets, worked out without the kernel: who compares it with real
// packets proves what the kernel does. Limits of flows are left out. Refers to the ruleset.
class PolicyModel {
public:
    static Result<PolicyModel> of(const Ruleset& ruleset);

    // The hard group that refuses the packet; null where it passes.
    const RefusedGroup* refusing(const TestPacket& packet) const;
    // Whether a group of either tier meets the packet, where no hard one refuses it.
    bool counts(const RefusedGroup& group, const TestPacket& packet) const;

private:
    struct Group {
        const RefusedGroup* rules;
        std::vector<Network> addresses;
        std::vector<Network> open_to;
    };
    struct Allowed {
        Network address;
        PortRange ports;
        std::vector<Network> sources; // empty: everybody
    };
    explicit PolicyModel(const Ruleset& ruleset)
        : ruleset_{ruleset}
    {
    }
    Result<> add(const RefusedGroup& group);
    bool is_allowed(const TestPacket& packet) const;
    bool meets(const Group& group, const TestPacket& packet) const;
    bool is_judged_by(const Group& group, const TestPacket& packet) const;

    const Ruleset& ruleset_;
    std::vector<Group> groups_;
    std::vector<Allowed> allowed_;
};

bool holds(const std::vector<PortRange>& ports, std::uint16_t port);

}
