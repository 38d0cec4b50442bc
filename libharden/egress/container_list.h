#pragma once

#include "egress/container_plan.h"

namespace harden {

struct ListedContainer {
    ContainerPolicy policy;
    std::string state;                 // "running", "not running"
    std::optional<std::uint64_t> used; // bytes of the running period
};

struct ContainerList {
    std::vector<ListedContainer> containers;
    Changes drift;
    std::vector<std::string> uncovered;
};
Result<ContainerList> list_containers(const Node& node, const ContainerControl& control);

std::string render_text(const ContainerList& list);
std::string render_json(const ContainerList& list); // schema "harden.containers/1"

}
