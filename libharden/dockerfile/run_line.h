#pragma once

#include "dockerfile/container_request.h"

#include <span>

namespace harden {

// A `docker run` or `docker create` line. What could be read is in the request also where there
// are problems.
struct RunLine {
    ContainerRequest request;
    std::vector<SourceProblem> problems;
};

// "docker run …" as a shell would read it, with what may stand before it ("sudo", "X=y", the
// options of docker itself).
RunLine parse_run_line(std::string_view source);

// Whether the text begins as such a line does.
bool is_run_line(std::string_view source);

enum class FlagForm : std::uint8_t { Value, Switch };

// One option of `docker run`, of any version from 20.10 to 29.
struct RunFlag {
    std::string_view name;
    char letter; // 0: none
    FlagForm form;
    void (*apply)(ContainerRequest&, PlacedText); // nullptr: nothing that is judged
};
std::span<const RunFlag> run_flags();

}
