#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace harden {

// A TCP connection that a container might try. What is expected to be open is the control: it is
// tried first, and again until it answers or two seconds have passed.
struct PacketQuestion {
    enum class Expected { Open, Closed };
    std::string address; // IPv4 or IPv6
    std::uint16_t port = 0;
    Expected expected = Expected::Closed;
};

// Open: the handshake came through. Refused: an answer said no. Silent: nothing came back in time.
// NoPath: the packet could not even be sent, see the detail.
enum class PacketFate { Open, Refused, Silent, NoPath };

struct PacketAnswer {
    PacketQuestion question;
    PacketFate fate = PacketFate::NoPath;
    std::string detail;
};

// How real packets fare that come from a container's place on `bridge`. They are answered behind
// the node by a responder of our own that listens on every port asked for: nothing leaves it.
using PacketProbe = std::function<Result<std::vector<PacketAnswer>>(
    const std::string& bridge, const std::vector<PacketQuestion>& questions)>;

}
