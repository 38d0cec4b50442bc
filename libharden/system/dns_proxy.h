#pragma once

#include "egress/container_nft.h"
#include "egress/dns_clients.h"
#include "node/host.h"

#include <functional>

namespace harden {

struct DnsProxyOptions {
    std::vector<AllowedTarget> upstreams; // none: those of /etc/resolv.conf
    Path clients_file = dns_clients_file;
    std::uint16_t port = dns_proxy_port;
    std::function<void(const std::string&)> log; // one line; at most ten a second
};

// Answers containers for the names that they may ask for, and opens what these lead to before the
// answer goes out. Needs root to begin with; ends with the process only, or where it cannot begin.
Error run_dns_proxy(const DnsProxyOptions& options);

}
