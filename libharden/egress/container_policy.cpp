#include "egress/container_policy.h"

#include "node/ports.h"

#include <algorithm>
#include <array>
#include <limits>

namespace harden {

static constexpr std::uint64_t least_rate = 8'000;         // bits per second
static constexpr std::uint64_t most_rate = 10'000'000'000; // what a shaper keeps up with
static constexpr std::uint64_t most_bytes = 1'000'000'000'000'000'000;
static constexpr std::size_t most_entries = 256; // domains, targets
static constexpr std::string_view nothing = "none";

static constexpr std::array<std::pair<std::string_view, ContainerMode>, 3> modes{
    {{"open", ContainerMode::Open},
     {"allow", ContainerMode::Allow},
     {"none", ContainerMode::None}}};

static constexpr std::array<std::pair<char, std::uint64_t>, 4> units{
    {{'T', 1'000'000'000'000}, {'G', 1'000'000'000}, {'M', 1'000'000}, {'k', 1'000}}};

static constexpr std::array<std::pair<std::string_view, std::chrono::seconds>, 5> periods{
    {{"minute", std::chrono::minutes{1}},
     {"hour", std::chrono::hours{1}},
     {"day", std::chrono::hours{24}},
     {"week", std::chrono::hours{24 * 7}},
     {"month", std::chrono::hours{24 * 30}}}};

static Error no(std::string_view what, std::string_view text, std::string_view hint)
{
    return {ErrorKind::Malformed, cat("\"", escaped(text, 64), "\" is no ", what),
            std::string{hint}};
}

std::string_view name_of(ContainerMode mode)
{
    return std::ranges::find(modes, mode, &std::pair<std::string_view, ContainerMode>::second)
        ->first;
}

Result<ContainerMode> parse_container_mode(std::string_view text)
{
    for (const auto& [name, mode] : modes)
        if (name == text)
            return mode;
    return no("mode", text, "write open, allow or none");
}

Result<AllowedTarget> parse_allowed_target(std::string_view text)
{
    constexpr auto hint = "write 198.51.100.0/24, 192.0.2.7:443 or [2001:db8::/32]:443";
    auto address = text;
    auto ports = std::string_view{};
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || (end + 1 < text.size() && text[end + 1] != ':'))
            return no("target", text, hint);
        address = text.substr(1, end - 1);
        ports = end + 1 < text.size() ? text.substr(end + 2) : std::string_view{};
    } else if (std::ranges::count(text, ':') == 1) {
        address = text.substr(0, text.find(':'));
        ports = text.substr(text.find(':') + 1);
    }
    AllowedTarget target{.network = TRY(parse_network(address).hint(hint))};
    if (!ports.empty())
        target.ports = TRY(parse_ports(ports));
    else if (text.ends_with(':'))
        return no("target", text, hint);
    return target;
}

std::string to_text(const AllowedTarget& target)
{
    const auto network = to_text(target.network);
    if (!target.ports)
        return network;
    const auto ports = to_text(*target.ports);
    return target.network.is_v6 ? cat("[", network, "]:", ports) : cat(network, ":", ports);
}

// A whole number with a unit of 1000; nothing where it is none or beyond `most`.
static std::optional<std::uint64_t> with_unit(std::string_view text, std::uint64_t most)
{
    std::uint64_t factor = 1;
    for (const auto& [letter, value] : units)
        if (!text.empty() && (text.back() == letter || (letter == 'k' && text.back() == 'K')))
            factor = value;
    if (factor > 1)
        text.remove_suffix(1);
    const auto number = to_number(text);
    if (!number || *number < 1 || static_cast<std::uint64_t>(*number) > most / factor)
        return std::nullopt;
    return static_cast<std::uint64_t>(*number) * factor;
}

static std::string unit_text(std::uint64_t value)
{
    for (const auto& [letter, factor] : units)
        if (value != 0 && value % factor == 0)
            return cat(std::to_string(value / factor), std::string(1, letter));
    return std::to_string(value);
}

Result<std::uint64_t> parse_rate(std::string_view text)
{
    const auto rate = with_unit(text, most_rate);
    if (!rate || *rate < least_rate)
        return no("rate", text, "write bits per second from 8k to 10G, as in 50M");
    return *rate;
}

std::string rate_to_text(std::uint64_t bits_per_second)
{
    return unit_text(bits_per_second);
}

Result<ByteQuota> parse_byte_quota(std::string_view text)
{
    constexpr auto hint = "write bytes per minute, hour, day, week or month, as in 10G/day";
    const auto slash = text.find('/');
    const auto bytes = with_unit(text.substr(0, slash), most_bytes);
    if (!bytes || slash == std::string_view::npos)
        return no("quota", text, hint);
    for (const auto& [name, period] : periods)
        if (name == text.substr(slash + 1))
            return ByteQuota{*bytes, period};
    return no("quota", text, hint);
}

std::string to_text(const ByteQuota& quota)
{
    for (const auto& [name, period] : periods)
        if (period == quota.period)
            return cat(unit_text(quota.bytes), "/", name);
    return cat(unit_text(quota.bytes), "/", std::to_string(quota.period.count()), "s");
}

bool is_container_id(std::string_view text)
{
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The list that `texts` asks for: the present one where nothing is said, none for "none".
template<class Entry>
static Result<std::vector<Entry>> wished(const std::vector<std::string>& texts,
                                         const std::vector<Entry>& present,
                                         Result<Entry> (*parse)(std::string_view))
{
    if (texts.empty())
        return present;
    std::vector<Entry> entries;
    if (texts.size() == 1 && texts.front() == nothing)
        return entries;
    for (const auto& text : texts) {
        auto entry = TRY(parse(text));
        if (std::ranges::find(entries, entry) == entries.end())
            entries.push_back(std::move(entry));
    }
    if (entries.size() > most_entries)
        return Error{ErrorKind::Malformed, "more than 256 domains or CIDR blocks for one container",
                     "allow a wider block, or a wildcard"};
    return entries;
}

Result<ContainerPolicy> with_wish(ContainerPolicy policy, const ContainerWish& wish)
{
    if (!wish.mode.empty())
        policy.mode = TRY(parse_container_mode(wish.mode));
    policy.domains = TRY(wished(wish.domains, policy.domains, parse_domain_glob));
    policy.targets = TRY(wished(wish.targets, policy.targets, parse_allowed_target));
    if (wish.rate == nothing)
        policy.rate = 0;
    else if (!wish.rate.empty())
        policy.rate = TRY(parse_rate(wish.rate));
    if (wish.quota == nothing)
        policy.quota.reset();
    else if (!wish.quota.empty())
        policy.quota = TRY(parse_byte_quota(wish.quota));
    if (policy.mode == ContainerMode::Open && !(wish.domains.empty() && wish.targets.empty()))
        return Error{ErrorKind::Malformed, "domains and CIDR blocks mean nothing in the mode open",
                     "add --mode allow"};
    return policy;
}

}
