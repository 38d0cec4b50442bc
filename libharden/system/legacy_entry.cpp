#include "system/legacy_entry.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

namespace harden {

static constexpr std::size_t aligned(std::size_t size)
{
    return (size + 7) & ~std::size_t{7};
}

// Matches and targets begin with the same header: size, name, revision.
static_assert(sizeof(xt_entry_match) == sizeof(xt_entry_target));

static void append(std::vector<char>& entry, const XtBlock& block)
{
    xt_entry_match header{};
    const auto size = sizeof header + aligned(block.info.size());
    header.u.user.match_size = static_cast<__u16>(size);
    header.u.user.revision = block.revision;
    block.name.copy(header.u.user.name, sizeof header.u.user.name - 1);
    const auto start = entry.size();
    entry.resize(start + size);
    std::memcpy(entry.data() + start, &header, sizeof header);
    std::memcpy(entry.data() + start + sizeof header, block.info.data(), block.info.size());
}

static XtBlock block_at(const char* place)
{
    xt_entry_match header;
    std::memcpy(&header, place, sizeof header);
    const auto* info = place + sizeof header;
    const auto size =
        std::max<std::size_t>(header.u.user.match_size, sizeof header) - sizeof header;
    return {{header.u.user.name, strnlen(header.u.user.name, sizeof header.u.user.name)},
            header.u.user.revision,
            {info, info + size}};
}

// "br-+" masks three bytes, a whole name its end as well.
static void set_interface(char (&field)[IFNAMSIZ], unsigned char (&mask)[IFNAMSIZ],
                          const std::string& name)
{
    if (name.empty())
        return;
    const bool is_prefix = name.ends_with('+');
    const auto length = std::min<std::size_t>(name.size() - (is_prefix ? 1 : 0), IFNAMSIZ - 1);
    name.copy(field, length);
    std::fill_n(mask, is_prefix ? length : length + 1, 0xff);
}

static std::string interface_of(const char (&field)[IFNAMSIZ],
                                const unsigned char (&mask)[IFNAMSIZ])
{
    const auto masked = static_cast<std::size_t>(std::ranges::count(mask, 0xff));
    const auto length = strnlen(field, IFNAMSIZ);
    if (masked == 0)
        return {};
    return masked > length ? std::string{field, length} : cat(std::string{field, length}, "+");
}

template<class Address>
static void set_network(const std::optional<Network>& network, Address& address, Address& mask)
{
    if (!network)
        return;
    std::memcpy(&address, network->bytes.data(), sizeof address);
    std::memcpy(&mask, prefix_mask(network->prefix).data(), sizeof mask);
}

// None where any address fits.
template<class Address>
static std::optional<Network> network_of(const Address& address, const Address& mask)
{
    const auto* bits = static_cast<const unsigned char*>(static_cast<const void*>(&mask));
    Network network{.is_v6 = sizeof address == 16};
    for (std::size_t byte = 0; byte < sizeof mask; ++byte)
        network.prefix += std::popcount(bits[byte]);
    std::memcpy(network.bytes.data(), &address, sizeof address);
    if (network.prefix == 0)
        return {};
    return network;
}

static void set_protocol(ipt_ip& head, std::uint8_t protocol)
{
    head.proto = protocol;
}
static void set_protocol(ip6t_ip6& head, std::uint8_t protocol)
{
    head.proto = protocol;
    if (protocol != 0)
        head.flags |= IP6T_F_PROTO;
}

static bool has_foreign_flags(const ipt_ip& head)
{
    return head.flags != 0 || head.invflags != 0;
}
static bool has_foreign_flags(const ip6t_ip6& head)
{
    return (head.flags & ~IP6T_F_PROTO) != 0 || head.invflags != 0;
}

static ipt_ip& head_of(ipt_entry& entry)
{
    return entry.ip;
}
static ip6t_ip6& head_of(ip6t_entry& entry)
{
    return entry.ipv6;
}

static XtBlock standard_target(const std::string& verdict)
{
    return {
        verdict, 0,
        std::vector<std::uint8_t>(aligned(sizeof(int)))}; // libiptc fills in what the name means
}

template<class Entry>
static std::vector<char> encode(const XtRule& rule)
{
    Entry entry{};
    auto& head = head_of(entry);
    set_interface(head.iniface, head.iniface_mask, rule.in);
    set_interface(head.outiface, head.outiface_mask, rule.out);
    set_network(rule.source, head.src, head.smsk);
    set_network(rule.destination, head.dst, head.dmsk);
    set_protocol(head, rule.protocol);
    std::vector<char> bytes(aligned(sizeof entry));
    for (const auto& match : rule.matches)
        append(bytes, match);
    entry.target_offset = static_cast<__u16>(bytes.size());
    append(bytes, rule.target ? *rule.target : standard_target(rule.verdict));
    entry.next_offset = static_cast<__u16>(bytes.size());
    std::memcpy(bytes.data(), &entry, sizeof entry);
    return bytes;
}

std::vector<char> to_entry(const XtRule& rule, XtFamily family)
{
    return family == XtFamily::V4 ? encode<ipt_entry>(rule) : encode<ip6t_entry>(rule);
}

template<class Entry>
static XtRule decode(const char* place, const char* verdict)
{
    Entry entry;
    std::memcpy(&entry, place, sizeof entry);
    const auto& head = head_of(entry);
    XtRule rule{.in = interface_of(head.iniface, head.iniface_mask),
                .out = interface_of(head.outiface, head.outiface_mask),
                .source = network_of(head.src, head.smsk),
                .destination = network_of(head.dst, head.dmsk),
                .protocol = static_cast<std::uint8_t>(head.proto)};
    rule.is_foreign = has_foreign_flags(head);
    for (std::size_t offset = aligned(sizeof entry);
         offset + sizeof(xt_entry_match) <= entry.target_offset;) {
        rule.matches.push_back(block_at(place + offset));
        offset += sizeof(xt_entry_match) + rule.matches.back().info.size();
    }
    auto target = block_at(place + entry.target_offset);
    if (target.name.empty())
        rule.verdict = verdict == nullptr ? "" : verdict;
    else
        rule.target = std::move(target);
    return rule;
}

XtRule from_entry(const void* entry, XtFamily family, const char* verdict)
{
    const auto* place = static_cast<const char*>(entry);
    return family == XtFamily::V4 ? decode<ipt_entry>(place, verdict)
                                  : decode<ip6t_entry>(place, verdict);
}

}
