#pragma once

#include "steps/provision_steps.h"

namespace harden {

// "egress,ssh" as the names of steps; one that is not there is told with the nearest that is.
// `recovery` is no choice: what a killed run left is put back before anything else.
Result<std::vector<std::string>> parse_steps(std::string_view list, std::string_view option);

struct ChosenSteps {
    std::vector<ProvisionStep> steps;
    bool verifies = true;
    std::vector<std::string> left_out; // names, in the order of the steps
};

// What is left of a profile's steps. `only` brings the package along where the node has none, and
// the verification only where it names it.
Result<ChosenSteps> choose(std::vector<ProvisionStep> steps, const StepChoice& choice,
                           std::string_view profile, const NodeFacts& facts);

}
