#include "egress/names.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t longest_id = 20;        // chains of iptables have 28 characters
static constexpr std::size_t longest_interface = 15; // IFNAMSIZ without its end

static bool is_digit_or_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_group_id(std::string_view name)
{
    const auto fits = [](char c) { return is_digit_or_lower(c) || c == '-'; };
    return !name.empty() && name.size() <= longest_id && name != "rate" && name != "allow" &&
           name.front() != '-' && std::ranges::all_of(name, fits);
}

bool is_interface_pattern(std::string_view name)
{
    const auto fits = [](char c) {
        return is_digit_or_lower(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
    };
    const auto stem = name.ends_with('*') ? name.substr(0, name.size() - 1) : name;
    return !stem.empty() && name.size() <= longest_interface && std::ranges::all_of(stem, fits);
}

bool covers(std::string_view pattern, std::string_view interface)
{
    if (!pattern.ends_with('*'))
        return pattern == interface;
    return interface.starts_with(pattern.substr(0, pattern.size() - 1));
}

}
