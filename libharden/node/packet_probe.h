#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace harden {

enum class Protocol { Tcp, Udp };

// A flow that a container might try. What is expected to be open is tried first, and again until it
// answers or two seconds have passed.
struct PacketQuestion {
    enum class Expected { Open, Closed };
    std::string address; // IPv4 or IPv6
    std::uint16_t port = 0;
    Expected expected = Expected::Closed;
    Protocol protocol = Protocol::Tcp;
    bool is_to_node = false; // to an address of the node's own
    bool operator==(const PacketQuestion&) const = default;
};

// Open: an answer came through. Refused: an answer said no. Silent: nothing came back in time.
// NoPath: the packet could not even be sent, see the detail.
enum class PacketFate { Open, Refused, Silent, NoPath };

struct PacketAnswer {
    PacketQuestion question;
    PacketFate fate = PacketFate::NoPath;
    std::string detail;
};

// A container's place on a bridge.
struct PacketSource {
    std::string bridge;
    std::string address4; // with its prefix; empty: the last one of the bridge's network
    std::string address6; // empty: one of the probe's own
};

// How real packets fare that come from there. They are answered behind the node, and at the node's
// own addresses, by responders of our own: nothing leaves it.
using PacketProbe = std::function<Result<std::vector<PacketAnswer>>(
    const PacketSource& source, const std::vector<PacketQuestion>& questions)>;

}
