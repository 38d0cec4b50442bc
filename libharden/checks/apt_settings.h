#pragma once

#include "node/host.h"

#include <map>
#include <string>
#include <vector>

namespace harden {

// apt's configuration, by name in small letters ("apt::periodic::unattended-upgrade"). A list holds
// all of its items; of anything else the last value counts.
using AptSettings = std::map<std::string, std::vector<std::string>, std::less<>>;

// One file on top of what is there.
void read_apt_settings(std::string_view text, AptSettings& settings);
// /etc/apt/apt.conf.d and /etc/apt/apt.conf as apt reads them.
Result<AptSettings> apt_settings(const Host& host);
std::string last_of(const AptSettings& settings, std::string_view name);

}
