#include "usage/pool_ports.h"

#include <charconv>

namespace harden {

std::set<std::uint16_t> connected_ports(const std::vector<Flow>& flows)
{
    std::set<std::uint16_t> ports;
    for (const auto& flow : flows)
        if (flow.established)
            ports.insert(flow.remote_port);
    return ports;
}

// "0100007F:0CEA"; 0 where it is none, or is this machine's own.
static std::uint16_t port_elsewhere(std::string_view endpoint)
{
    const auto colon = endpoint.find(':');
    const auto digits = endpoint.substr(colon == std::string_view::npos ? 0 : colon + 1);
    const auto address = endpoint.substr(0, colon);
    std::uint16_t port = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), port, 16);
    const bool is_own = address.ends_with("7F") || address == "00000000000000000000000001000000";
    return error != std::errc{} || colon == std::string_view::npos || is_own ? std::uint16_t{0}
                                                                             : port;
}

std::set<std::uint16_t> connected_ports(std::string_view sockets)
{
    constexpr std::string_view established = "01";
    std::set<std::uint16_t> ports;
    for (const auto line : lines(sockets)) {
        std::vector<std::string_view> words;
        for (const auto word : split(line, ' '))
            if (!word.empty())
                words.push_back(word);
        if (words.size() < 4 || words[3] != established)
            continue;
        if (const auto port = port_elsewhere(words[2]); port != 0)
            ports.insert(port);
    }
    return ports;
}

std::vector<Sign> evidence_in_ports(const std::set<std::uint16_t>& ports,
                                    const std::set<std::int64_t>& pool_ports)
{
    std::vector<Sign> seen;
    for (const auto port : ports)
        if (pool_ports.contains(port))
            seen.push_back({SignKind::PoolPort, cat("port ", std::to_string(port))});
    return seen;
}

}
