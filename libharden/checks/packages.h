#pragma once

#include "checks/facts.h"

#include <map>
#include <string>
#include <vector>

namespace harden {

struct Packages {
    std::map<std::string, std::string, std::less<>> versions; // of those that are installed
    std::vector<std::string> held;
};
Packages parse_packages(std::string_view status);
// From dpkg's own database; for Facts::once. NotFound on a system without dpkg.
Result<Packages> installed_packages(const Facts& facts);

// Orders versions as people write them: runs of digits by their value, all else by its bytes.
bool is_older(std::string_view one, std::string_view other);

}
