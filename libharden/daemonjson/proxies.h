#pragma once

#include "node/node.h"

#include <functional>
#include <string>
#include <vector>

namespace harden {

// A published TCP port of a reverse proxy, through which every site of the node is reached.
struct ProxyPort {
    std::string container; // escaped
    std::string address;   // where this node itself reaches it
    std::uint16_t port = 0;
    bool operator==(const ProxyPort&) const = default;
};

// Which containers are reverse proxies, by name or image: rules/verify.toml with the site's file
// on top, system_containers.proxy.
Result<std::vector<std::string>> proxy_patterns(const Host& host);
bool is_proxy(const Container& container, const std::vector<std::string>& patterns);

// Whether a connection to this port is accepted, tried from this machine.
using Accepts = std::function<bool(const std::string& address, std::uint16_t port)>;

// Those that answer now.
Result<std::vector<ProxyPort>> answering_proxies(const Node& node, const Accepts& accepts);
// Those of them that end with Docker's userland proxy: over IPv6, of a container that has no
// address of it.
Result<std::vector<ProxyPort>> served_by_userland_proxy(const Node& node, const Accepts& accepts);
// An Error that names those which no longer accept a connection; a proxy that starts has a while.
Result<> still_answer(const Host& host, const std::vector<ProxyPort>& before,
                      const Accepts& accepts);

}
