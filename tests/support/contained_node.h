#pragma once

#include "egress/container_json.h"
#include "support/fake_container_control.h"
#include "support/fake_node.h"

namespace harden::test {

// A node with a bridge and a container "web" on it, of the process 100.
struct ContainedNode : FakeNode {
    FakeContainerControl control;
    std::string id;

    ContainedNode()
    {
        docker.known_networks.push_back({.id = std::string(64, 'e'),
                                         .name = "bridge",
                                         .driver = "bridge",
                                         .bridge = "docker0"});
        id = add(1, "web", "172.17.0.2", 100);
    }

    std::string add(int number, const std::string& name, const std::string& address, int pid)
    {
        const auto added = docker.add(number, name).id;
        auto& details = docker.details[added];
        details.pid = pid;
        details.network_mode = "default";
        details.endpoints = {{.network_id = std::string(64, 'e'),
                              .address4 = address,
                              .hardware_address = "02:42:ac:11:00:02"}};
        control.cables[pid] = {{.device = cat("veth", std::to_string(number)),
                                .inner_device = "eth0",
                                .bridge = "docker0",
                                .bridge_address = "02:42:00:00:00:01"}};
        return added;
    }

    // The record of a policy, as if somebody had set it.
    ContainerPolicy with_policy(const std::string& of, const ContainerWish& wish)
    {
        const auto policy = *with_wish({.id = of, .name = "web"}, wish);
        host.with_file(container_policy_file(of), to_json(policy));
        return policy;
    }
};

}
