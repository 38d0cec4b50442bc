#pragma once

#include <string_view>

namespace harden {

// Names that become part of the kernel's rules, and so may hold nothing else.
bool is_group_id(std::string_view name);          // "mining-watch"
bool is_interface_pattern(std::string_view name); // "docker0", "br-*"
// "br-*" covers "br-0a1b".
bool covers(std::string_view pattern, std::string_view interface);

}
