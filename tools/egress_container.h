#pragma once

#include "cli/tool.h"
#include "egress/container_control.h"
#include "node/node.h"

#include <optional>

namespace harden {

struct ContainerArguments {
    std::vector<std::string> words; // "list", "restore", ID, ID "remove"
    ContainerWish wish;
    std::vector<std::string> upstreams; // of the DNS proxy
};

// What the words of `harden egress` about single containers take from the tool.
struct ContainerTool {
    ContainerArguments* arguments;
    const std::string* docker_host;
    const std::string* format;
};
Word container_word(const ContainerTool& tool);
Word dns_word(const ContainerTool& tool);

// What the watch does for containers whenever anything wakes it. In that time it wants to be woken
// again; none: it need not.
class ContainerWatch {
public:
    ContainerWatch();
    std::optional<std::chrono::milliseconds> tend(Node& node);

private:
    std::unique_ptr<ContainerControl> control_;
    std::string problem_; // as last logged
};

}
