#include "system/nft_compat.h"

#include <algorithm>
#include <cstring>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if.h>
#include <utility>

namespace harden {

namespace {

// Follows a rule's expressions, of which each cmp gives meaning to the load before it.
class Decoder {
public:
    explicit Decoder(XtFamily family)
        : is_v6_{family == XtFamily::V6}
    {
    }

    void take(const nftnl_expr* expression);
    XtRule rule;

private:
    void take_meta(const nftnl_expr* expression)
    {
        key_ = nftnl_expr_get_u32(expression, NFTNL_EXPR_META_KEY);
    }
    void take_payload(const nftnl_expr* expression);
    void take_bitwise(const nftnl_expr* expression);
    void take_compare(const nftnl_expr* expression);
    void take_address(std::optional<Network>& address, const std::uint8_t* data, std::size_t size);
    void take_verdict(const nftnl_expr* expression);
    void foreign() { rule.is_foreign = true; }

    static constexpr std::uint32_t no_key = ~0U;
    static constexpr std::uint32_t destination_key = ~1U;
    static constexpr std::uint32_t source_key = ~2U;
    std::uint32_t address_size() const { return is_v6_ ? 16 : 4; }

    bool is_v6_;
    std::uint32_t key_ = no_key;
    int prefix_ = -1; // of a bitwise between load and cmp
};

const std::uint8_t* bytes(const nftnl_expr* expression, std::uint16_t attribute,
                          std::uint32_t& size)
{
    return static_cast<const std::uint8_t*>(nftnl_expr_get(expression, attribute, &size));
}

void Decoder::take_payload(const nftnl_expr* expression)
{
    const bool is_address =
        nftnl_expr_get_u32(expression, NFTNL_EXPR_PAYLOAD_BASE) == NFT_PAYLOAD_NETWORK_HEADER &&
        nftnl_expr_get_u32(expression, NFTNL_EXPR_PAYLOAD_LEN) == address_size();
    const auto offset = nftnl_expr_get_u32(expression, NFTNL_EXPR_PAYLOAD_OFFSET);
    key_ = no_key;
    if (is_address && offset == destination_offset(is_v6_))
        key_ = destination_key;
    if (is_address && offset == source_offset(is_v6_))
        key_ = source_key;
}

void Decoder::take_bitwise(const nftnl_expr* expression)
{
    std::uint32_t size = 0;
    const auto* mask = bytes(expression, NFTNL_EXPR_BITWISE_MASK, size);
    for (int prefix = 0;
         mask != nullptr && size == address_size() && prefix <= static_cast<int>(size) * 8;
         ++prefix)
        if (std::memcmp(mask, prefix_mask(prefix).data(), size) == 0)
            prefix_ = prefix;
    if (prefix_ < 0)
        foreign();
}

void Decoder::take_address(std::optional<Network>& address, const std::uint8_t* data,
                           std::size_t size)
{
    if (size != address_size())
        return foreign();
    Network network{.is_v6 = is_v6_};
    std::copy_n(data, size, network.bytes.begin());
    network.prefix = prefix_ < 0 ? network.full_prefix() : prefix_;
    address = network;
}

void Decoder::take_compare(const nftnl_expr* expression)
{
    std::uint32_t size = 0;
    const auto* data = bytes(expression, NFTNL_EXPR_CMP_DATA, size);
    if (data == nullptr || size == 0 ||
        nftnl_expr_get_u32(expression, NFTNL_EXPR_CMP_OP) != NFT_CMP_EQ)
        return foreign();
    const auto key = std::exchange(key_, no_key);
    if (key == NFT_META_IIFNAME || key == NFT_META_OIFNAME) {
        std::string name{
            data, data + strnlen(static_cast<const char*>(static_cast<const void*>(data)), size)};
        if (name.size() == size && size < IFNAMSIZ)
            name += '+';
        (key == NFT_META_IIFNAME ? rule.in : rule.out) = name;
    } else if (key == NFT_META_L4PROTO && size == 1)
        rule.protocol = *data;
    else if (key == destination_key)
        take_address(rule.destination, data, size);
    else if (key == source_key)
        take_address(rule.source, data, size);
    else
        foreign();
    prefix_ = -1;
}

void Decoder::take_verdict(const nftnl_expr* expression)
{
    const auto verdict = static_cast<int>(nftnl_expr_get_u32(expression, NFTNL_EXPR_IMM_VERDICT));
    const auto* chain = nftnl_expr_get_str(expression, NFTNL_EXPR_IMM_CHAIN);
    if (verdict == NFT_JUMP && chain != nullptr)
        rule.verdict = chain;
    else if (verdict == NFT_RETURN)
        rule.verdict = "RETURN";
    else
        foreign();
}

XtBlock block_of(const nftnl_expr* expression, std::uint16_t name, std::uint16_t revision,
                 std::uint16_t info)
{
    std::uint32_t size = 0;
    const auto* data = bytes(expression, info, size);
    return {nftnl_expr_get_str(expression, name),
            static_cast<std::uint8_t>(nftnl_expr_get_u32(expression, revision)),
            data == nullptr ? std::vector<std::uint8_t>{}
                            : std::vector<std::uint8_t>(data, data + size)};
}

void Decoder::take(const nftnl_expr* expression)
{
    const std::string_view name = nftnl_expr_get_str(expression, NFTNL_EXPR_NAME);
    if (name == "meta")
        take_meta(expression);
    else if (name == "payload")
        take_payload(expression);
    else if (name == "bitwise")
        take_bitwise(expression);
    else if (name == "cmp")
        take_compare(expression);
    else if (name == "match")
        rule.matches.push_back(
            block_of(expression, NFTNL_EXPR_MT_NAME, NFTNL_EXPR_MT_REV, NFTNL_EXPR_MT_INFO));
    else if (name == "target")
        rule.target =
            block_of(expression, NFTNL_EXPR_TG_NAME, NFTNL_EXPR_TG_REV, NFTNL_EXPR_TG_INFO);
    else if (name == "immediate")
        take_verdict(expression);
    else if (name != "counter")
        foreign();
}

}

XtRule from_nft(const nftnl_rule& rule, XtFamily family)
{
    Decoder decoder{family};
    auto* all = nftnl_expr_iter_create(&rule);
    while (auto* expression = nftnl_expr_iter_next(all))
        decoder.take(expression);
    nftnl_expr_iter_destroy(all);
    return std::move(decoder.rule);
}

}
