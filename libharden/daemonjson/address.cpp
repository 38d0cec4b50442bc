#include "daemonjson/address.h"

#include "base/text.h"

#include <algorithm>
#include <vector>

namespace harden {

static std::optional<int> bounded(std::string_view text, int most)
{
    if (text.empty() || text.size() > 3 ||
        text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    const auto number = to_number(text);
    if (!number || *number > most || (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    return static_cast<int>(*number);
}

static std::optional<IpAddress> address4(std::string_view text)
{
    IpAddress result;
    const auto parts = split(text, '.');
    if (parts.size() != 4)
        return std::nullopt;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto byte = bounded(parts[i], 255);
        if (!byte)
            return std::nullopt;
        result.bytes[i] = static_cast<std::uint8_t>(*byte);
    }
    return result;
}

// The 16-bit groups of one side of "::", with an IPv4 tail as two of them.
static std::optional<std::vector<std::uint8_t>> groups(std::string_view text)
{
    std::vector<std::uint8_t> bytes;
    if (text.empty())
        return bytes;
    const auto parts = split(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
            const auto tail = address4(parts[i]);
            if (!tail)
                return std::nullopt;
            bytes.insert(bytes.end(), tail->bytes.begin(), tail->bytes.begin() + 4);
            continue;
        }
        if (parts[i].empty() || parts[i].size() > 4 ||
            parts[i].find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
            return std::nullopt;
        const auto value = std::stoul(std::string{parts[i]}, nullptr, 16);
        bytes.push_back(static_cast<std::uint8_t>(value >> 8U));
        bytes.push_back(static_cast<std::uint8_t>(value & 0xFFU));
    }
    return bytes;
}

static std::optional<IpAddress> address6(std::string_view text)
{
    const auto gap = text.find("::");
    const bool has_gap = gap != std::string_view::npos;
    const auto head = groups(text.substr(0, gap));
    const auto tail = groups(has_gap ? text.substr(gap + 2) : std::string_view{});
    if (!head || !tail)
        return std::nullopt;
    const auto given = head->size() + tail->size();
    if (has_gap ? given > 14 : given != 16)
        return std::nullopt;
    IpAddress result{.family = IpFamily::V6};
    std::ranges::copy(*head, result.bytes.begin());
    std::ranges::copy(*tail, result.bytes.end() - static_cast<std::ptrdiff_t>(tail->size()));
    return result;
}

std::optional<IpAddress> ip_address(std::string_view text)
{
    return text.find(':') == std::string_view::npos ? address4(text) : address6(text);
}

std::optional<IpNetwork> ip_network(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        return std::nullopt;
    const auto base = ip_address(text.substr(0, slash));
    if (!base)
        return std::nullopt;
    const auto prefix = bounded(text.substr(slash + 1), bits_of(base->family));
    return prefix ? std::optional<IpNetwork>{{*base, *prefix}} : std::nullopt;
}

int bits_of(IpFamily family)
{
    return family == IpFamily::V4 ? 32 : 128;
}

bool is_loopback(const IpAddress& address)
{
    if (address.family == IpFamily::V4)
        return address.bytes[0] == 127;
    return std::all_of(address.bytes.begin(), address.bytes.end() - 1,
                       [](auto byte) { return byte == 0; }) &&
           address.bytes.back() == 1;
}

}
