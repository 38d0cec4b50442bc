#pragma once

#include "cli/tool.h"
#include "egress/container_policy.h"
#include "egress/heard.h"
#include "system/local_host.h"

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

// What the watch does for containers when it has heard something: it has them looked at by the
// unit, since it may not enter their networks itself. Costs a look into a directory without
// records.
void tend_containers(LocalHost& host, const Heard& heard);

}
