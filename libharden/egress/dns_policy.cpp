#include "egress/dns_policy.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::uint32_t shortest_open = 60;
static constexpr std::uint32_t longest_open = 24 * 60 * 60;
static constexpr std::size_t longest_name = 253; // characters of text
static constexpr std::size_t longest_label = 63;

// What is closed to names within IPv4, and within the part of IPv6 that is given out to sites:
// nothing of IPv6 outside of that is open to names at all.
static constexpr std::string_view given_out = "2000::/3";
static constexpr std::array<std::string_view, 16> closed{
    "0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10", "127.0.0.0/8",    "168.63.129.16",
    "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",  "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15",  "224.0.0.0/4",   "240.0.0.0/4",   "2001::/32",      "2001:20::/28",
    "2002::/16"}; // the last three carry tunnels and hashes

static Error no_domain(std::string_view text, std::string_view why)
{
    return {ErrorKind::Malformed, cat("domain \"", escaped(text, 64), "\" ", why),
            "write example.org, or *.example.org for every name below it"};
}

static bool is_label(std::string_view label)
{
    return !label.empty() && label.size() <= longest_label &&
           label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") ==
               std::string_view::npos;
}

Result<DomainGlob> parse_domain_glob(std::string_view text)
{
    auto name = text;
    if (name.ends_with('.'))
        name.remove_suffix(1);
    DomainGlob glob;
    glob.is_below = name.starts_with("*.");
    if (glob.is_below)
        name.remove_prefix(2);
    if (name.size() > longest_name)
        return no_domain(text, "is longer than 253 characters");
    for (const auto label : split(name, '.')) {
        std::string lower{label};
        std::ranges::transform(lower, lower.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (!is_label(lower))
            return no_domain(text, "is no host name");
        glob.name.push_back(std::move(lower));
    }
    return glob;
}

std::string to_text(const DomainGlob& glob)
{
    return cat(glob.is_below ? "*." : "", dns_text(glob.name));
}

bool matches(const DomainGlob& glob, const DnsName& name)
{
    if (!glob.is_below)
        return name == glob.name;
    return name.size() > glob.name.size() &&
           std::equal(glob.name.rbegin(), glob.name.rend(), name.rbegin());
}

static Network known(std::string_view text)
{
    return *parse_network(text);
}

bool may_be_opened_by_name(const Network& address)
{
    if (address.is_v6 && !contains(known(given_out), address))
        return false;
    return std::ranges::none_of(
        closed, [&](std::string_view text) { return contains(known(text), address); });
}

std::uint32_t seconds_open(std::uint32_t seconds_to_live)
{
    return std::clamp(seconds_to_live, shortest_open, longest_open);
}

std::vector<Network> parse_resolvers(std::string_view resolv_conf)
{
    constexpr std::size_t most = 3; // as many as the C library asks
    constexpr std::string_view keyword = "nameserver";
    std::vector<Network> found;
    for (const auto line : lines(resolv_conf)) {
        if (!line.starts_with(keyword) || found.size() == most)
            continue;
        const auto address = parse_network(trim(line.substr(keyword.size())));
        if (address && address->prefix == address->full_prefix())
            found.push_back(*address);
    }
    return found;
}

}
