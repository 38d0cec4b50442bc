#include "checks/docker_sockets.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <set>

namespace harden {

// Words of a row of /proc/net/tcp: "sl local_address rem_address st … uid timeout inode".
static constexpr std::size_t local_column = 1;
static constexpr std::size_t state_column = 3;
static constexpr std::size_t inode_column = 9;
static constexpr std::string_view listening = "0A";

static std::vector<std::string_view> words(std::string_view line)
{
    auto parts = split(line, ' ');
    std::erase(parts, std::string_view{});
    return parts;
}

static unsigned long from_hexadecimal(std::string_view digits)
{
    unsigned long number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

std::string listening_address(std::string_view hexadecimal)
{
    const auto parts = split(hexadecimal, ':');
    if (parts.size() != 2 || (parts[0].size() != 8 && parts[0].size() != 32))
        return std::string{hexadecimal};
    std::array<std::uint32_t, 4> address{};
    for (std::size_t i = 0; i * 8 < parts[0].size(); ++i)
        address.at(i) = static_cast<std::uint32_t>(from_hexadecimal(parts[0].substr(i * 8, 8)));
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool is_v6 = parts[0].size() == 32;
    inet_ntop(is_v6 ? AF_INET6 : AF_INET, address.data(), text.data(), text.size());
    return cat(is_v6 ? "[" : "", text.data(), is_v6 ? "]:" : ":",
               std::to_string(from_hexadecimal(parts[1])));
}

static Result<std::set<std::string, std::less<>>> socket_inodes(const Host& host,
                                                                const Path& process)
{
    std::set<std::string, std::less<>> inodes;
    for (const auto& name : TRY(host.list(process / "fd"))) {
        const auto status = host.status(process / "fd" / name);
        if (status.is_absent())
            continue; // closed meanwhile
        const auto target = TRY(status).target.string();
        if (target.starts_with("socket:[") && target.ends_with(']'))
            inodes.insert(target.substr(8, target.size() - 9));
    }
    return inodes;
}

Result<std::vector<std::string>> listening_addresses(const Host& host, int pid)
{
    const Path process = cat("/proc/", std::to_string(pid));
    const auto inodes = TRY(socket_inodes(host, process));
    std::vector<std::string> addresses;
    for (const auto* table : {"net/tcp", "net/tcp6"}) {
        const auto found = host.read(process / table);
        if (found.is_absent())
            continue; // a kernel without IPv6
        const auto text = TRY(found);
        for (const auto line : lines(text)) {
            const auto row = words(line);
            if (row.size() > inode_column && row[state_column] == listening &&
                inodes.contains(row[inode_column]))
                addresses.push_back(listening_address(row[local_column]));
        }
    }
    return addresses;
}

// "ffff9: 00000002 00000000 00010000 0001 01 INODE /run/docker.sock"; the flag: it listens.
Result<std::vector<std::string>> listening_paths(const Host& host, int pid)
{
    constexpr std::size_t flags = 3;
    constexpr std::size_t inode = 6;
    constexpr std::size_t path = 7;
    const Path process = cat("/proc/", std::to_string(pid));
    const auto inodes = TRY(socket_inodes(host, process));
    const auto table = TRY(host.read(process / "net/unix"));
    std::vector<std::string> paths;
    for (const auto line : lines(table)) {
        const auto row = words(line);
        if (row.size() > path && row[flags] == "00010000" && inodes.contains(row[inode]) &&
            row[path].starts_with('/'))
            paths.emplace_back(row[path]);
    }
    return paths;
}

bool is_own_address(std::string_view address)
{
    return address.starts_with("127.") || address.starts_with("[::1]") ||
           address.starts_with("[::ffff:127.") || address.starts_with("localhost:");
}

bool is_swarm_port(std::string_view address)
{
    return address.ends_with(":2377") || address.ends_with(":7946");
}

Result<int> proxy_processes(const Host& host)
{
    int count = 0;
    for (const auto& name : TRY(host.list("/proc"))) {
        if (!to_number(name))
            continue;
        const auto command = host.read(Path{"/proc"} / name / "comm");
        if (command && trim(*command) == "docker-proxy")
            ++count;
    }
    return count;
}

}
