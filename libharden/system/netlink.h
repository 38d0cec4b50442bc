#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

struct nl_sock;

namespace harden {

struct LinkFacts {
    std::string hardware_address;       // "02:42:ac:11:00:01"
    std::vector<std::string> addresses; // "172.17.0.1/16"; IPv4 only
};

struct RouteSpec {
    std::string destination; // CIDR, or "0.0.0.0/0", "::/0"
    std::string gateway;     // empty: on the link
    std::string device;
    std::uint32_t table = 254; // main
    bool local = false;        // the destination is this namespace itself
};

// Links, addresses, routes and rules of the network namespace of the thread that opened it.
class Netlink {
public:
    static Result<Netlink> open();

    Result<LinkFacts> link(const std::string& device) const;
    // Of all links, IPv4 and IPv6, without prefixes.
    Result<std::set<std::string>> addresses() const;
    // A pair of which `device` is here and `peer` in the other namespace.
    Result<> add_veth(const std::string& device, const std::string& peer, int other_namespace);
    Result<> set_up(const std::string& device, const std::string& bridge = {});
    Result<> add_address(const std::string& device, const std::string& address);
    Result<> add_route(const RouteSpec& route);
    Result<> add_neighbour(const std::string& device, const std::string& address,
                           const std::string& hardware_address);
    // Packets from `source` look into `table` first.
    Result<> add_rule(const std::string& source, std::uint32_t table, std::uint32_t priority);

    // Absent: done.
    Result<> remove_link(const std::string& device);
    Result<> remove_route(const RouteSpec& route);
    Result<> remove_neighbour(const std::string& device, const std::string& address);
    // Every rule of ours that looks into `table`, of both families.
    Result<> remove_rules(std::uint32_t table);

private:
    struct Close {
        void operator()(nl_sock* socket) const;
    };
    explicit Netlink(nl_sock* socket)
        : socket_{socket}
    {
    }
    Result<int> index_of(const std::string& device) const;

    std::unique_ptr<nl_sock, Close> socket_;
};

}
