#include "system/own_elements.h"

#include "base/text.h"
#include "system/netlink_attributes.h"

#include <algorithm>
#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <tuple>

namespace harden {

static bool is_concatenation(const TableSet& set)
{
    return set.key.size() > 1;
}

static std::string predecessor(std::string key)
{
    for (auto byte = key.rbegin(); byte != key.rend(); ++byte) {
        const bool borrows = *byte == '\0';
        *byte = static_cast<char>(*byte - 1);
        if (!borrows)
            break;
    }
    return key;
}

std::vector<KernelElement> to_kernel(const TableSet& set)
{
    std::vector<KernelElement> elements;
    if (!set.is_interval || is_concatenation(set)) {
        for (const auto& each : set.elements)
            elements.push_back({.key = each.first,
                                .key_end = set.is_interval ? each.last : std::string{},
                                .chain = each.chain});
        return elements;
    }
    if (set.elements.empty())
        return elements;
    // as nft does: what lies below the first interval is the end of one before it
    if (const std::string zero(set.elements.front().first.size(), '\0');
        set.elements.front().first != zero)
        elements.push_back({.key = zero, .is_end = true});
    for (const auto& each : set.elements) {
        elements.push_back({.key = each.first, .chain = each.chain});
        if (auto next = successor(each.last); !next.empty())
            elements.push_back({.key = std::move(next), .is_end = true});
    }
    return elements;
}

static std::vector<SetElement> intervals(std::vector<KernelElement> elements)
{
    std::ranges::sort(elements, [](const auto& left, const auto& right) {
        return std::tie(left.key, right.is_end) < std::tie(right.key, left.is_end);
    });
    std::vector<SetElement> found;
    bool is_open = false;
    for (auto& each : elements) {
        if (is_open)
            found.back().last = predecessor(each.key);
        is_open = !each.is_end;
        if (is_open)
            found.push_back({each.key, std::string(each.key.size(), '\xff'), each.chain});
    }
    return found;
}

std::vector<SetElement> from_kernel(std::vector<KernelElement> elements, bool is_interval)
{
    const bool has_ends =
        std::ranges::any_of(elements, [](const auto& each) { return !each.key_end.empty(); });
    if (is_interval && !has_ends)
        return intervals(std::move(elements));
    std::vector<SetElement> found;
    for (auto& each : elements)
        found.push_back({each.key, each.key_end.empty() ? each.key : each.key_end, each.chain});
    std::ranges::sort(found, {}, &SetElement::first);
    return found;
}

static void put_value(nlmsghdr* message, std::uint16_t attribute, const std::string& value)
{
    auto* nest = mnl_attr_nest_start(message, attribute);
    mnl_attr_put(message, NFTA_DATA_VALUE, value.size(), value.data());
    mnl_attr_nest_end(message, nest);
}

static void put_jump(nlmsghdr* message, const std::string& chain)
{
    auto* data = mnl_attr_nest_start(message, NFTA_SET_ELEM_DATA);
    auto* verdict = mnl_attr_nest_start(message, NFTA_DATA_VERDICT);
    mnl_attr_put_u32(message, NFTA_VERDICT_CODE, htonl(static_cast<std::uint32_t>(NFT_JUMP)));
    mnl_attr_put_strz(message, NFTA_VERDICT_CHAIN, chain.c_str());
    mnl_attr_nest_end(message, verdict);
    mnl_attr_nest_end(message, data);
}

void put_elements(nlmsghdr* message, const std::string& table, const std::string& set,
                  std::span<const KernelElement> elements)
{
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, table.c_str());
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, set.c_str());
    if (elements.empty())
        return;
    auto* list = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
    for (const auto& each : elements) {
        auto* element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
        put_value(message, NFTA_SET_ELEM_KEY, each.key);
        if (!each.key_end.empty())
            put_value(message, NFTA_SET_ELEM_KEY_END, each.key_end);
        if (each.is_end)
            mnl_attr_put_u32(message, NFTA_SET_ELEM_FLAGS, htonl(NFT_SET_ELEM_INTERVAL_END));
        if (!each.chain.empty())
            put_jump(message, each.chain);
        mnl_attr_nest_end(message, element);
    }
    mnl_attr_nest_end(message, list);
}

static std::string value_of(const nlattr* nest)
{
    std::string value;
    each_nested(nest, [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == NFTA_DATA_VALUE)
            value.assign(static_cast<const char*>(mnl_attr_get_payload(attribute)),
                         mnl_attr_get_payload_len(attribute));
    });
    return value;
}

// A jump is its chain; every other verdict is none of ours.
static std::string verdict_of(const nlattr* data)
{
    std::string chain;
    int code = 0;
    const auto take = [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == NFTA_VERDICT_CODE)
            code = static_cast<int>(ntohl(mnl_attr_get_u32(attribute)));
        if (mnl_attr_get_type(attribute) == NFTA_VERDICT_CHAIN)
            chain = mnl_attr_get_str(attribute);
    };
    each_nested(data, [&](const nlattr* outer) {
        if (mnl_attr_get_type(outer) == NFTA_DATA_VERDICT)
            each_nested(outer, take);
    });
    return code == NFT_JUMP ? chain : cat("verdict ", std::to_string(code), " ", chain);
}

static std::uint64_t packets_of(const nlattr* expression)
{
    std::uint64_t packets = 0;
    const auto take = [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == NFTA_COUNTER_PACKETS)
            packets = be64toh(mnl_attr_get_u64(attribute));
    };
    each_nested(expression, [&](const nlattr* outer) {
        if (mnl_attr_get_type(outer) == NFTA_EXPR_DATA)
            each_nested(outer, take);
    });
    return packets;
}

static KernelElement element_of(const nlattr* nest)
{
    KernelElement element;
    each_nested(nest, [&](const nlattr* attribute) {
        switch (mnl_attr_get_type(attribute)) {
        case NFTA_SET_ELEM_KEY:
            element.key = value_of(attribute);
            break;
        case NFTA_SET_ELEM_KEY_END:
            element.key_end = value_of(attribute);
            break;
        case NFTA_SET_ELEM_DATA:
            element.chain = verdict_of(attribute);
            break;
        case NFTA_SET_ELEM_EXPR:
            element.packets = packets_of(attribute);
            break;
        case NFTA_SET_ELEM_FLAGS:
            element.is_end = (ntohl(mnl_attr_get_u32(attribute)) & NFT_SET_ELEM_INTERVAL_END) != 0;
            break;
        default:
            break;
        }
    });
    return element;
}

void take_elements(const nlmsghdr* message, std::vector<KernelElement>& elements)
{
    each_attribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == NFTA_SET_ELEM_LIST_ELEMENTS)
            each_nested(attribute,
                        [&](const nlattr* element) { elements.push_back(element_of(element)); });
    });
}

}
