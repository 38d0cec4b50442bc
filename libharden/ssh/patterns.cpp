#include "ssh/patterns.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <functional>
#include <optional>

namespace harden {

bool matches_pattern(std::string_view text, std::string_view pattern)
{
    // where to go on when the part after the last '*' does not fit here
    std::optional<std::size_t> star;
    std::size_t retry = 0;
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    while (at < text.size()) {
        const bool more = in_pattern < pattern.size();
        if (more && pattern[in_pattern] == '*') {
            star = in_pattern++;
            retry = at;
        } else if (more && (pattern[in_pattern] == '?' || pattern[in_pattern] == text[at])) {
            ++in_pattern;
            ++at;
        } else if (star) {
            in_pattern = *star + 1;
            at = ++retry;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && pattern[in_pattern] == '*')
        ++in_pattern;
    return in_pattern == pattern.size();
}

namespace {

enum class Listed { No, Yes, Excepted };

using Matches = std::function<bool(std::string_view pattern)>;

Listed look_up(std::string_view list, const Matches& matches)
{
    auto found = Listed::No;
    for (auto pattern : split(list, ',')) {
        pattern = trim(pattern);
        const bool is_exception = pattern.starts_with('!');
        if (is_exception)
            pattern.remove_prefix(1);
        if (pattern.empty() || !matches(pattern))
            continue;
        if (is_exception)
            return Listed::Excepted;
        found = Listed::Yes;
    }
    return found;
}

struct Address {
    std::array<unsigned char, 16> bytes{};
    int bits = 0;
};

std::optional<Address> address_of(std::string_view text)
{
    const std::string word{text.substr(0, text.find('%'))};
    Address address;
    if (inet_pton(AF_INET, word.c_str(), address.bytes.data()) == 1)
        address.bits = 32;
    else if (inet_pton(AF_INET6, word.c_str(), address.bytes.data()) == 1)
        address.bits = 128;
    else
        return {};
    return address;
}

}

bool matches_list(std::string_view text, std::string_view list)
{
    return look_up(list, [&](auto pattern) { return matches_pattern(text, pattern); }) ==
           Listed::Yes;
}

bool is_in_network(std::string_view address, std::string_view network)
{
    const auto slash = network.find('/');
    const auto one = address_of(address);
    const auto other = address_of(network.substr(0, slash));
    if (!one || !other || one->bits != other->bits)
        return false;
    long long length = other->bits;
    if (slash != std::string_view::npos)
        length = to_number(network.substr(slash + 1)).value_or(-1);
    if (length < 0 || length > other->bits)
        return false;
    const auto whole = static_cast<std::size_t>(length / 8);
    if (std::memcmp(one->bytes.data(), other->bytes.data(), whole) != 0)
        return false;
    const auto rest = static_cast<unsigned>(length % 8);
    return rest == 0 ||
           (one->bytes.at(whole) >> (8 - rest)) == (other->bytes.at(whole) >> (8 - rest));
}

static Listed look_up_address(std::string_view address, std::string_view list)
{
    return look_up(list, [&](auto pattern) {
        return is_in_network(address, pattern) || matches_pattern(address, pattern);
    });
}

bool matches_addresses(std::string_view address, std::string_view list)
{
    return look_up_address(address, list) == Listed::Yes;
}

bool matches_origin(std::string_view host, std::string_view address, std::string_view list)
{
    const auto by_address = look_up_address(address, list);
    const auto by_name =
        look_up(list, [&](auto pattern) { return matches_pattern(host, pattern); });
    if (by_address == Listed::Excepted || by_name == Listed::Excepted)
        return false;
    return by_address == Listed::Yes || by_name == Listed::Yes;
}

bool matches_user(std::string_view user, std::string_view host, std::string_view address,
                  std::string_view pattern)
{
    const auto at = pattern.find('@');
    if (at == std::string_view::npos)
        return matches_pattern(user, pattern);
    return matches_pattern(user, pattern.substr(0, at)) &&
           matches_origin(host, address, pattern.substr(at + 1));
}

}
