#include "node/address.h"

#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h> // text to bytes and back: no socket is opened

namespace harden {

std::array<std::uint8_t, 16> prefix_mask(int prefix)
{
    std::array<std::uint8_t, 16> mask{};
    for (std::size_t byte = 0; byte < mask.size(); ++byte) {
        const int bits = std::clamp(prefix - static_cast<int>(byte) * 8, 0, 8);
        mask[byte] = static_cast<std::uint8_t>(0xff00 >> bits);
    }
    return mask;
}

static Network masked(Network network)
{
    const auto mask = prefix_mask(network.prefix);
    for (std::size_t byte = 0; byte < mask.size(); ++byte)
        network.bytes[byte] &= mask[byte];
    return network;
}

static Error not_an_address(std::string_view text)
{
    return {ErrorKind::Malformed,
            cat("\"", escaped(text, 64), "\" is no IP address or CIDR block"),
            {}};
}

Result<Network> parse_network(std::string_view text)
{
    const auto slash = text.find('/');
    const std::string address{text.substr(0, slash)};
    Network network;
    network.is_v6 = address.find(':') != std::string::npos;
    if (inet_pton(network.is_v6 ? AF_INET6 : AF_INET, address.c_str(), network.bytes.data()) != 1 ||
        address.find('\0') != std::string::npos)
        return not_an_address(text);
    network.prefix = network.full_prefix();
    if (slash == std::string_view::npos)
        return network;
    const auto prefix = to_number(text.substr(slash + 1));
    if (!prefix || *prefix < 0 || *prefix > network.full_prefix())
        return not_an_address(text);
    network.prefix = static_cast<int>(*prefix);
    if (masked(network) != network)
        return Error{ErrorKind::Malformed, cat("\"", text, "\" has bits set beyond its prefix"),
                     cat("write ", to_text(masked(network)))};
    return network;
}

std::string to_text(const Network& network)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(network.is_v6 ? AF_INET6 : AF_INET, network.bytes.data(), text.data(), text.size());
    if (network.prefix == network.full_prefix())
        return text.data();
    return cat(text.data(), "/", std::to_string(network.prefix));
}

bool contains(const Network& outer, const Network& inner)
{
    if (outer.is_v6 != inner.is_v6 || outer.prefix > inner.prefix)
        return false;
    Network cut = inner;
    cut.prefix = outer.prefix;
    return masked(cut) == outer;
}

}
