#pragma once

#include "firewall/sockets.h"
#include "firewall/table_text.h"
#include "node/docker.h"

namespace harden {

// Where somebody comes from.
struct Approach {
    Network address;
    std::string interface; // empty: not known
};
bool are_meant(const Senders& senders, const Approach& approach);

// Why the policy would shut out one who comes to the SSH port `port`, apart from the rule that
// keeps an operator's way open.
std::optional<Error> shut_out(const FirewallPolicy& policy, const FirewallFacts& facts,
                              const Approach& approach, std::uint16_t port);

enum class Exposed { Open, Partly, Closed, Local };

// One port that somebody outside could try.
struct ExposedPort {
    Protocol protocol = Protocol::Tcp;
    std::string address; // of this node
    std::uint16_t port = 0;
    std::string owner; // "sshd", "container web": escape before printing
    bool is_published = false;
    Exposed state = Exposed::Closed; // under the policy
    std::string why;                 // the rule
};

// All that listens and all that is published, by port.
std::vector<ExposedPort> exposed_ports(const FirewallPolicy& policy, const FirewallFacts& facts,
                                       const std::vector<Listener>& listeners,
                                       const std::vector<Container>& containers);

// "8080/tcp", with the owner, in a line.
std::string name_of(const ExposedPort& port);
std::string_view name_of(Exposed state);

}
