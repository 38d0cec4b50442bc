#include "firewall/sockets.h"

#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h> // bytes to text: no socket is opened
#include <array>
#include <charconv>
#include <cstring>
#include <map>

namespace harden {

// Words of a row: "sl local_address rem_address st … uid timeout inode".
static constexpr std::size_t local_column = 1;
static constexpr std::size_t peer_column = 2;
static constexpr std::size_t state_column = 3;
static constexpr std::size_t inode_column = 9;
static constexpr std::string_view tcp_listens = "0A";
static constexpr std::string_view udp_unconnected = "07";

static Result<std::uint32_t> from_hexadecimal(std::string_view digits)
{
    std::uint32_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number, 16);
    if (read.ec != std::errc{} || read.ptr != end)
        return Error{ErrorKind::Malformed, "a socket's address is no hexadecimal number", {}};
    return number;
}

// Words of the machine's own byte order that hold an address in network order.
static Result<std::string> address_text(std::string_view digits)
{
    if (digits.size() != 8 && digits.size() != 32)
        return Error{ErrorKind::Malformed, "a socket's address is of no known length", {}};
    std::array<std::uint32_t, 4> words{};
    for (std::size_t i = 0; i * 8 < digits.size(); ++i)
        words.at(i) = TRY(from_hexadecimal(digits.substr(i * 8, 8)));
    const bool is_mapped =
        digits.size() == 32 && words[0] == 0 && words[1] == 0 && words[2] == htonl(0xffff);
    const bool is_v6 = digits.size() == 32 && !is_mapped;
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(is_v6 ? AF_INET6 : AF_INET, is_mapped ? &words[3] : words.data(), text.data(),
              text.size());
    return std::string{text.data()};
}

static Result<Socket> parse_row(std::string_view line, Protocol protocol)
{
    auto words = split(line, ' ');
    std::erase(words, std::string_view{});
    if (words.size() <= inode_column)
        return Error{ErrorKind::Malformed, "a row of sockets is cut short", {}};
    const auto local = split(words[local_column], ':');
    const auto peer = split(words[peer_column], ':');
    if (local.size() != 2 || peer.size() != 2)
        return Error{ErrorKind::Malformed, "a row of sockets has no address", {}};
    const auto state = words[state_column];
    const auto peer_port = TRY(from_hexadecimal(peer[1]));
    return Socket{.protocol = protocol,
                  .address = TRY(address_text(local[0])),
                  .port = static_cast<std::uint16_t>(TRY(from_hexadecimal(local[1]))),
                  .peer = TRY(address_text(peer[0])),
                  .listens = protocol == Protocol::Tcp ? state == tcp_listens
                                                       : state == udp_unconnected && peer_port == 0,
                  .inode = std::string{words[inode_column]}};
}

Result<std::vector<Socket>> parse_sockets(std::string_view table, Protocol protocol)
{
    std::vector<Socket> found;
    const auto rows = lines(table);
    for (std::size_t i = 1; i < rows.size(); ++i) // after the heading
        if (!trim(rows[i]).empty())
            found.push_back(TRY(parse_row(rows[i], protocol)));
    return found;
}

Result<std::vector<Socket>> sockets(const Host& host)
{
    std::vector<Socket> all;
    for (const auto* name : {"tcp", "tcp6", "udp", "udp6"}) {
        const auto file = Path{"/proc/net"} / name;
        const auto text = host.read(file);
        if (text.is_absent()) // a kernel without IPv6
            continue;
        if (!text)
            return text.error();
        const auto protocol =
            std::string_view{name}.starts_with("tcp") ? Protocol::Tcp : Protocol::Udp;
        for (auto& socket : TRY(parse_sockets(*text, protocol).during(file.native())))
            all.push_back(std::move(socket));
    }
    return all;
}

Result<std::vector<std::string>> sockets_of(const Host& host, int process)
{
    constexpr std::string_view prefix = "socket:[";
    const auto directory = Path{"/proc"} / std::to_string(process) / "fd";
    std::vector<std::string> inodes;
    for (const auto& name : TRY(host.list(directory))) {
        const auto status = host.status(directory / name);
        if (!status)
            continue; // closed meanwhile
        const auto& target = status->target.native();
        if (target.starts_with(prefix) && target.ends_with(']'))
            inodes.push_back(target.substr(prefix.size(), target.size() - prefix.size() - 1));
    }
    return inodes;
}

// Who holds each of `wanted`: the process with the lowest number, which is the parent of the rest.
static Result<std::map<std::string, int>> holders(const Host& host,
                                                  const std::vector<Listener>& wanted)
{
    std::map<std::string, int> found;
    for (const auto& listener : wanted)
        found[listener.socket.inode] = 0;
    for (const auto& name : TRY(host.list("/proc"))) {
        const auto number = to_number(name);
        if (!number)
            continue;
        const auto inodes = sockets_of(host, static_cast<int>(*number));
        if (!inodes)
            continue; // ended meanwhile, or another user's
        for (const auto& inode : *inodes)
            if (const auto at = found.find(inode);
                at != found.end() && (at->second == 0 || *number < at->second))
                at->second = static_cast<int>(*number);
    }
    return found;
}

Result<std::vector<Listener>> listeners(const Host& host)
{
    std::vector<Listener> found;
    for (auto& socket : TRY(sockets(host)))
        if (socket.listens)
            found.push_back({.socket = std::move(socket)});
    const auto held_by = TRY(holders(host, found));
    for (auto& listener : found) {
        listener.process = held_by.at(listener.socket.inode);
        const auto name = host.read(Path{"/proc"} / std::to_string(listener.process) / "comm");
        if (listener.process != 0 && name)
            listener.name = trim(*name);
    }
    const auto key = [](const Listener& each) {
        return std::tuple{each.socket.protocol, each.socket.port, each.socket.address, each.name};
    };
    std::ranges::sort(found, {}, key);
    const auto twice = std::ranges::unique(found, {}, key);
    found.erase(twice.begin(), twice.end());
    return found;
}

bool is_loopback(std::string_view address)
{
    return address.starts_with("127.") || address == "::1";
}

}
