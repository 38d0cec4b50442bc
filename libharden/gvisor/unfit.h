#pragma once

#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// A running container that would stop working when it is next created under gVisor.
struct Unfit {
    std::string container; // its name, as the tenant wrote it
    std::vector<std::string> reasons;
};

// What a container asks for that gVisor does not give; empty where nothing is known.
std::vector<std::string> unfit_reasons(const ContainerDetails& details);

// Of those that run under another runtime than gVisor now.
Result<std::vector<Unfit>> unfit_containers(const Node& node);

std::string render_text(const std::vector<Unfit>& unfit);
// A plan as JSON with them in it: "unfit", a list of {container, reasons}.
std::string with_unfit(std::string_view plan, const std::vector<Unfit>& unfit);

}
