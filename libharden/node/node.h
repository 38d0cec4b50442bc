#pragma once

#include "node/docker.h"
#include "node/firewall.h"
#include "node/host.h"

namespace harden {

// One machine through its three doors: files and commands, containers, packet filter. A const
// Node offers only const doors, so what checks it cannot change it. Owns none of them.
class Node {
public:
    Node(Host& host, Docker& docker, Firewall& firewall)
        : host_{host}
        , docker_{docker}
        , firewall_{firewall}
    {
    }

    const Host& host() const { return host_; }
    const Docker& docker() const { return docker_; }
    const Firewall& firewall() const { return firewall_; }
    Host& host() { return host_; }
    Docker& docker() { return docker_; }
    Firewall& firewall() { return firewall_; }

private:
    Host& host_;
    Docker& docker_;
    Firewall& firewall_;
};

}
