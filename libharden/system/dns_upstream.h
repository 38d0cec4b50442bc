#pragma once

#include "egress/container_policy.h"
#include "system/dns_socket.h"

namespace harden {

struct UpstreamAnswer {
    DnsMessage message;
    DnsAnswer parsed;
};

// Asks the name servers one after the other, each over a socket and with an id of its own that
// nobody can guess. What comes back counts only from the server, with that id and that question.
Result<UpstreamAnswer> ask_upstream(const std::vector<AllowedTarget>& servers,
                                    const DnsQuery& query, DnsBytes message, Transport transport);

}
