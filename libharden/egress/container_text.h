#pragma once

#include "egress/container_control.h"

#include <string>
#include <string_view>

// How a table is written as libnftables reads it; for the sources that write one.
namespace harden::container_text {

inline constexpr auto neighbour_discovery =
    "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert }";

// The text of one table, a line at a time.
struct Writer {
    std::string text;

    void line(const auto&... parts) { text.append(cat(parts..., "\n")); }
    void begin_chain(std::string_view name) { line("  chain ", name, " {"); }
    void rule(const auto&... parts) { line("    ", cat(parts...)); }
    void end() { line("  }"); }
};

inline std::string braced(const std::vector<std::string>& entries)
{
    return cat("{ ", join(entries, ", "), " }");
}

// The part of an id that names in the kernel carry.
inline std::string container_key(std::string_view id)
{
    return std::string{id.substr(0, 16)};
}

inline bool is_closed(const ContainerPolicy& policy)
{
    return policy.mode != ContainerMode::Open;
}

}
