#pragma once

#include "checks/check.h"
#include "checks/host_rules.h"

namespace harden {

// The file of a setting: "net.ipv4.ip_forward" or, as sysctl allows, "net/ipv4/conf/eth0.7/…".
Path sysctl_file(std::string_view key);

// A setting as the kernel holds it; NotFound where this kernel has none of the name.
Result<std::string> sysctl_text(const Host& host, std::string_view key);
Result<std::int64_t> sysctl_number(const Host& host, std::string_view key);

// All settings that these checks ask for, one complaint each that is not as wanted.
Result<Outcome> judge_settings(const Facts& facts, const std::vector<std::string_view>& checks);

}
