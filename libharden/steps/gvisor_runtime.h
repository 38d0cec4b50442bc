#pragma once

#include "daemonjson/document.h"
#include "node/host.h"

#include <string>
#include <vector>

namespace harden {

// What daemon.json gives the runtime `runsc` as arguments.
std::vector<std::string> gvisor_arguments(const Host& host);

// It names a program that is not there, as an installation that was removed by hand leaves it.
bool is_registration_dead(const Host& host);

struct GvisorRuntimeEntry {
    std::string name;
    std::string path;
    std::string platform; // "systrap": what a release takes by itself
    bool is_default = false;
};
// The entry for daemon.json. Arguments that an operator gave runsc stay; the platform is ours.
JsonValue gvisor_document(const Host& host, const GvisorRuntimeEntry& entry);

}
