#include "steps/fleet_hosts.h"

#include <algorithm>
#include <map>

namespace harden {

static constexpr long long highest_port = 65535;

static Error malformed(std::string_view origin, std::string_view text, std::string_view what)
{
    return {ErrorKind::Malformed, cat(origin, ": ", escaped(text), ": ", what),
            "as in root@203.0.113.7, ann@node7:2222 or root@[2001:db8::7]:2222"};
}

static bool is_plain(std::string_view text)
{
    return std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

// HOST and ":PORT" of HOST:PORT; an IPv6 address without brackets has colons and no port.
static std::pair<std::string_view, std::string_view> split_port(std::string_view text)
{
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return {text, ":"};
        return {text.substr(1, end - 1), text.substr(end + 1)};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
        return {text, ""};
    return {text.substr(0, colon), text.substr(colon)};
}

Result<FleetHost> parse_host(std::string_view text, std::string_view origin)
{
    FleetHost host{.destination = std::string{text}, .origin = std::string{origin}};
    const auto at = text.rfind('@');
    const auto user = at == std::string_view::npos ? std::string_view{} : text.substr(0, at + 1);
    host.node = text.substr(user.size());
    if (text.starts_with('-') || !is_plain(text))
        return malformed(origin, text, "no host is called so");
    if (text.starts_with("ssh://"))
        return host;
    const auto [name, port] = split_port(host.node);
    if (name.empty() || name.starts_with('-') || user == "@")
        return malformed(origin, text, "no host is called so");
    if (port.empty()) {
        host.destination = cat(user, name);
        host.node = std::string{name};
        return host;
    }
    const auto number = to_number(port.substr(1));
    if (port.front() != ':' || !number || *number < 1 || *number > highest_port)
        return malformed(origin, text, "the port must be a number up to 65535");
    host.port = static_cast<int>(*number);
    host.destination = cat(user, name);
    host.node = cat(name, ":", std::to_string(*number));
    return host;
}

Result<std::vector<FleetHost>> parse_host_list(std::string_view text, std::string_view file)
{
    std::vector<FleetHost> hosts;
    std::size_t number = 0;
    for (const auto line : lines(text)) {
        ++number;
        const auto named = trim(line.substr(0, line.find('#')));
        if (named.empty())
            continue;
        auto host = TRY(parse_host(named, cat(file, ":", std::to_string(number))));
        hosts.push_back(std::move(host));
    }
    if (hosts.empty())
        return Error{ErrorKind::NotFound, cat(file, " names no host"),
                     "one [USER@]HOST[:PORT] a line"};
    return hosts;
}

Result<> check_named_once(const std::vector<FleetHost>& hosts)
{
    std::map<std::string_view, std::string_view> origins;
    for (const auto& host : hosts)
        if (const auto [first, is_new] = origins.emplace(host.node, host.origin); !is_new)
            return Error{
                ErrorKind::Malformed,
                cat(host.origin, ": ", escaped(host.node), " was named before, in ", first->second),
                "name each host once"};
    return done;
}

}
