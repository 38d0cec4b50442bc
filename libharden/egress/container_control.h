#pragma once

#include "egress/container_policy.h"
#include "node/change.h"

#include <map>

namespace harden {

// The node's end of a cable into a container.
struct ContainerLink {
    std::string device;         // "veth1a2b3c4"
    std::string inner_device;   // "eth0", in the container
    std::string bridge;         // "docker0"
    std::string bridge_address; // hardware address of the bridge
};

// A cable and what Docker gave the container at its end.
struct PlacedLink {
    ContainerLink link;
    std::string hardware_address;
    std::string address4;                // empty: none
    std::vector<std::string> addresses6; // the link-local one as well
};

// A container with what it may do. A policy that is nothing takes away what is there.
struct PlacedContainer {
    ContainerPolicy policy;
    int pid = 0; // 0: it does not run
    std::vector<PlacedLink> links;
};
using ContainerPlan = std::vector<PlacedContainer>; // by id

// The kernel as far as it controls single containers: two tables, and shapers on their cables.
class ContainerControl {
public:
    ContainerControl() = default;
    ContainerControl(const ContainerControl&) = delete;
    ContainerControl& operator=(const ContainerControl&) = delete;
    virtual ~ContainerControl() = default;

    // Cables from bridges of the node into the network of that process; macvlan and the like are
    // none. Unsupported: it uses the network of the node itself.
    virtual Result<std::vector<ContainerLink>> links(int pid) const = 0;
    virtual Result<std::vector<std::string>> shaped_devices() const = 0; // with a shaper of ours
    // Empty: the kernel holds exactly `plan`.
    virtual Result<Changes> difference(const ContainerPlan& plan) const = 0;
    virtual Result<> replace(const ContainerPlan& plan) = 0;
    // Bytes of the running period, by id; of those that have a quota and sent anything.
    virtual Result<std::map<std::string, std::uint64_t>> used(const ContainerPlan& plan) const = 0;
};

}
