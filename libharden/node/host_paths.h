#pragma once

#include <span>
#include <string_view>

namespace harden {

// `path` is `directory` or below it.
bool is_within(std::string_view path, std::string_view directory);

// Where engines listen: whoever has one of these sockets is root on the host.
std::span<const std::string_view> engine_sockets();

}
