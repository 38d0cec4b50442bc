#include "usage/pool_names.h"

#include <algorithm>
#include <charconv>

namespace harden {

static bool is_of_a_name(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.' ||
           byte == '-';
}

static std::string_view name_before(std::string_view text)
{
    constexpr std::size_t longest = 253;
    const auto least = text.size() > longest ? text.size() - longest : 0;
    auto begin = text.size();
    while (begin > least && is_of_a_name(text[begin - 1]))
        --begin;
    return text.substr(begin);
}

static bool is_below(std::string_view name, std::string_view domain)
{
    if (!name.ends_with(domain))
        return false;
    const auto rest = name.size() - domain.size();
    return rest == 0 || name[rest - 1] == '.';
}

PoolAddresses pool_addresses_in(std::string_view text, const MinerRules::Evidence& rules)
{
    PoolAddresses addresses;
    for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
        if (at == 0 || text[at - 1] < 'a' || text[at - 1] > 'z')
            continue;
        std::uint16_t port = 0;
        const auto digits = text.substr(at + 1, 6);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (error != std::errc{})
            continue;
        const auto name = name_before(text.substr(0, at));
        for (const auto& pool : rules.pools)
            if (is_below(name, pool))
                addresses.emplace(pool, port);
    }
    return addresses;
}

std::set<std::string> pools_in(std::string_view text, const MinerRules::Evidence& rules)
{
    std::set<std::string> pools;
    for (const auto& [pool, port] : pool_addresses_in(text, rules))
        pools.insert(pool);
    return pools;
}

}
