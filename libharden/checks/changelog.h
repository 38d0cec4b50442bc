#pragma once

#include "node/host.h"

#include <set>
#include <string>
#include <vector>

namespace harden {

// The changelog of a distribution's package, as far as flaws are concerned.
struct Changelog {
    std::string file;
    std::string version; // of its newest entry, without the epoch: "1.1.5+ds1-1+deb12u1"
    std::set<std::string, std::less<>> flaws; // that its entries name
};

// The first of these packages' changelogs that names any; empty where there is none.
Result<Changelog> changelog_of(const Host& host, const std::vector<std::string>& packages);

}
