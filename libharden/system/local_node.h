#pragma once

#include "node/node.h"
#include "system/docker_socket.h"
#include "system/kernel_firewall.h"
#include "system/local_host.h"

namespace harden {

// A firewall for tools that have no business with it: every question is ErrorKind::Unsupported.
// It keeps the packet-filter libraries out of the binaries that do not need them.
std::unique_ptr<Firewall> no_firewall();

// This machine through its three doors, owned. `firewall`: kernel_firewall() or no_firewall().
class LocalNode {
public:
    explicit LocalNode(std::unique_ptr<Firewall> firewall, std::string docker_host = {})
        : docker_{docker_socket(std::move(docker_host))}
        , firewall_{std::move(firewall)}
        , node_{host_, *docker_, *firewall_}
    {
    }

    Node& node() { return node_; }

private:
    LocalHost host_;
    std::unique_ptr<Docker> docker_;
    std::unique_ptr<Firewall> firewall_;
    Node node_;
};

// An Error with the remedy unless this process is root.
Result<> require_root();

}
