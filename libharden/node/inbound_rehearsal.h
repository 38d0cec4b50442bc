#pragma once

#include "node/packet_probe.h"

#include <functional>
#include <string>
#include <vector>

namespace harden {

// Flows that a sender outside opens to a node whose packet filter is `table` and nothing else.
struct InboundTrial {
    std::string table;                     // as the firewall's door takes it
    std::string device;                    // by which the node hears the sender: "eth0"
    std::string sender;                    // an address
    std::vector<PacketQuestion> questions; // to addresses of the node, all of the sender's family
};

// How real packets fare there: the table is loaded in a scratch network namespace, where a
// responder answers at every address and port that is asked for.
using InboundRehearsal =
    std::function<Result<std::vector<PacketAnswer>>(const InboundTrial& trial)>;

}
