#pragma once

#include "cli/tool.h"
#include "egress/container_policy.h"

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

}
