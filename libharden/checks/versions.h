#pragma once

#include "checks/facts.h"

#include <string>
#include <vector>

namespace harden {

// What is known of one component's flaws, and by what proof each one is closed.
struct ComponentFlaws {
    std::string version; // as the component tells it
    std::vector<std::string> open;
    std::size_t by_version = 0;   // closed upstream, or before the flaw came in
    std::size_t by_changelog = 0; // closed by the distribution, whose changelog names the flaw
    std::size_t by_package = 0;   // closed by the distribution in this version of its package
    std::string changelog;        // that file
    std::string package;          // that version
};

// For Facts::once.
Result<ComponentFlaws> docker_flaws(const Facts& facts);

}
