#pragma once

#include "dockerfile/container_request.h"
#include "dockerfile/variables.h"

namespace harden {

// A compose file's services, in the order of their names; a service that several documents of the
// file speak of is one. What could be read is there also where there are problems.
struct ComposeFile {
    std::vector<ContainerRequest> services;
    std::vector<SourceProblem> problems;
};

// `variables` are those of the .env file beside it; "${NAME:-default}" is the default without one.
// What a variable without a value and a default leaves empty stays as it is written.
ComposeFile parse_compose(std::string_view source, const Variables& variables);

}
