#include "system/nft_compat.h"

#include <cstdlib>
#include <cstring>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

namespace harden {

void FreeNftRule::operator()(nftnl_rule* rule) const
{
    nftnl_rule_free(rule);
}

std::uint8_t nft_family(XtFamily family)
{
    return family == XtFamily::V4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
}

static nftnl_expr* add(nftnl_rule* rule, const char* name)
{
    auto* expression = nftnl_expr_alloc(name);
    nftnl_rule_add_expr(rule, expression);
    return expression;
}

static void add_meta(nftnl_rule* rule, std::uint32_t key)
{
    auto* meta = add(rule, "meta");
    nftnl_expr_set_u32(meta, NFTNL_EXPR_META_KEY, key);
    nftnl_expr_set_u32(meta, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

static void add_equals(nftnl_rule* rule, const void* data, std::size_t size)
{
    auto* compare = add(rule, "cmp");
    nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
    nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_OP, NFT_CMP_EQ);
    nftnl_expr_set(compare, NFTNL_EXPR_CMP_DATA, data, static_cast<std::uint32_t>(size));
}

// "br-+" compares three bytes, a whole name compares its end as well.
static void add_interface(nftnl_rule* rule, std::uint32_t key, const std::string& name)
{
    if (name.empty())
        return;
    add_meta(rule, key);
    const bool is_prefix = name.ends_with('+');
    add_equals(rule, name.c_str(), is_prefix ? name.size() - 1 : name.size() + 1);
}

static void add_network(nftnl_rule* rule, std::uint32_t offset, const Network& network)
{
    const std::uint32_t size = network.is_v6 ? 16 : 4;
    auto* payload = add(rule, "payload");
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_LEN, size);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
    if (network.prefix != network.full_prefix()) {
        auto* bitwise = add(rule, "bitwise");
        const auto mask = prefix_mask(network.prefix);
        const std::array<std::uint8_t, 16> nothing{};
        nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
        nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
        nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_LEN, size);
        nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_MASK, mask.data(), size);
        nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_XOR, nothing.data(), size);
    }
    add_equals(rule, network.bytes.data(), size);
}

static void add_protocol(nftnl_rule* rule, std::uint8_t protocol)
{
    if (protocol == 0)
        return;
    // xtables' modules ask the rule itself for its protocol
    nftnl_rule_set_u32(rule, NFTNL_RULE_COMPAT_PROTO, protocol);
    nftnl_rule_set_u32(rule, NFTNL_RULE_COMPAT_FLAGS, 0);
    add_meta(rule, NFT_META_L4PROTO);
    add_equals(rule, &protocol, sizeof protocol);
}

// The expression takes over memory from malloc.
static void set_info(nftnl_expr* expression, std::uint16_t attribute, const XtBlock& block)
{
    auto* info = std::malloc(block.info.size());
    std::memcpy(info, block.info.data(), block.info.size());
    nftnl_expr_set(expression, attribute, info, static_cast<std::uint32_t>(block.info.size()));
}

static void add_match(nftnl_rule* rule, const XtBlock& block)
{
    auto* match = add(rule, "match");
    nftnl_expr_set_str(match, NFTNL_EXPR_MT_NAME, block.name.c_str());
    nftnl_expr_set_u32(match, NFTNL_EXPR_MT_REV, block.revision);
    set_info(match, NFTNL_EXPR_MT_INFO, block);
}

static void add_ending(nftnl_rule* rule, const XtRule& wanted)
{
    add(rule, "counter");
    if (wanted.target) {
        auto* target = add(rule, "target");
        nftnl_expr_set_str(target, NFTNL_EXPR_TG_NAME, wanted.target->name.c_str());
        nftnl_expr_set_u32(target, NFTNL_EXPR_TG_REV, wanted.target->revision);
        return set_info(target, NFTNL_EXPR_TG_INFO, *wanted.target);
    }
    auto* verdict = add(rule, "immediate");
    nftnl_expr_set_u32(verdict, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
    const bool is_return = wanted.verdict == "RETURN";
    nftnl_expr_set_u32(verdict, NFTNL_EXPR_IMM_VERDICT,
                       static_cast<std::uint32_t>(is_return ? NFT_RETURN : NFT_JUMP));
    if (!is_return)
        nftnl_expr_set_str(verdict, NFTNL_EXPR_IMM_CHAIN, wanted.verdict.c_str());
}

NftRule to_nft(const XtRule& rule, XtFamily family, const std::string& chain)
{
    NftRule made{nftnl_rule_alloc()};
    nftnl_rule_set_u32(made.get(), NFTNL_RULE_FAMILY, nft_family(family));
    nftnl_rule_set_str(made.get(), NFTNL_RULE_TABLE, filter_table);
    nftnl_rule_set_str(made.get(), NFTNL_RULE_CHAIN, chain.c_str());
    add_interface(made.get(), NFT_META_IIFNAME, rule.in);
    add_interface(made.get(), NFT_META_OIFNAME, rule.out);
    if (rule.source)
        add_network(made.get(), source_offset(rule.source->is_v6), *rule.source);
    if (rule.destination)
        add_network(made.get(), destination_offset(rule.destination->is_v6), *rule.destination);
    add_protocol(made.get(), rule.protocol);
    for (const auto& match : rule.matches)
        add_match(made.get(), match);
    add_ending(made.get(), rule);
    return made;
}

}
