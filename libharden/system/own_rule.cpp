#include "system/own_rule.h"

#include "egress/own_names.h"

#include <array>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if.h>
#include <utility>

namespace harden {

namespace {

constexpr std::uint32_t port_offset = 2; // the destination's, of a TCP or UDP header
constexpr std::uint8_t inet_prohibited = NFT_REJECT_ICMPX_ADMIN_PROHIBITED;

std::uint32_t address_size(bool is_v6)
{
    return is_v6 ? 16 : 4;
}

// Appends what each part of a rule becomes.
class Encoder {
public:
    explicit Encoder(nftnl_rule* rule)
        : rule_{rule}
    {
    }

    void operator()(const part::Interface& p)
    {
        meta(p.way == Way::In ? NFT_META_IIFNAME : NFT_META_OIFNAME);
        lookup(interfaces_set, p.is_container ? 0 : NFT_LOOKUP_F_INV);
    }
    void operator()(const part::Reply&)
    {
        ct(NFT_CT_DIRECTION);
        compare(NFT_CMP_EQ, std::uint8_t{IP_CT_DIR_REPLY});
    }
    void operator()(const part::FirstPacket&)
    {
        ct(NFT_CT_STATUS);
        mask(IPS_CONFIRMED);
        compare(NFT_CMP_NEQ, std::uint32_t{IPS_CONFIRMED});
    }
    void operator()(const part::Family& p) { family(p.is_v6); }
    void operator()(const part::Protocol& p) { protocol(p.transport); }
    void operator()(const part::Address& p)
    {
        family(p.is_v6);
        address(p.side, p.is_v6, NFT_REG_1);
        lookup(p.set);
    }
    void operator()(const part::Port& p)
    {
        protocol(p.transport);
        port(NFT_REG_1);
        lookup(p.set);
    }
    void operator()(const part::PortMap& p)
    {
        protocol(p.transport);
        port(NFT_REG_1);
        nftnl_expr_set_u32(lookup(p.map), NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
    }
    void operator()(const part::Target& p);
    void operator()(const part::Loopback&)
    {
        meta(NFT_META_OIFNAME);
        std::array<char, IFNAMSIZ> name{'l', 'o'};
        compare(NFT_CMP_EQ, name);
    }
    void operator()(const part::Cgroup& p);
    void operator()(const part::Count& p)
    {
        auto* counter = add("objref");
        nftnl_expr_set_u32(counter, NFTNL_EXPR_OBJREF_IMM_TYPE, NFT_OBJECT_COUNTER);
        nftnl_expr_set_str(counter, NFTNL_EXPR_OBJREF_IMM_NAME, p.counter.c_str());
    }
    void operator()(const part::CountSource& p)
    {
        per_source(p.is_v6, p.set, NFT_DYNSET_OP_UPDATE, nftnl_expr_alloc("counter"));
    }
    void operator()(const part::RateOver& p)
    {
        per_source(p.is_v6, p.set, NFT_DYNSET_OP_ADD,
                   limit(p.per_second, p.burst, NFT_LIMIT_F_INV));
    }
    void operator()(const part::FlowsOver& p);
    void operator()(const part::LogLimit&)
    {
        nftnl_rule_add_expr(rule_, limit(logs_per_second, log_burst, 0));
    }
    void operator()(const part::Log& p)
    {
        auto* log = add("log");
        nftnl_expr_set_str(log, NFTNL_EXPR_LOG_PREFIX, p.prefix.c_str());
        nftnl_expr_set_u16(log, NFTNL_EXPR_LOG_GROUP, std::uint16_t{log_group});
    }
    void operator()(const part::Return&) { verdict(NFT_RETURN, {}); }
    void operator()(const part::Drop&) { verdict(NF_DROP, {}); }
    void operator()(const part::Jump& p) { verdict(NFT_JUMP, p.chain); }
    void operator()(const part::Goto& p) { verdict(NFT_GOTO, p.chain); }
    void operator()(const part::Reset&) { reject(NFT_REJECT_TCP_RST, 0); }
    void operator()(const part::Prohibited&) { reject(NFT_REJECT_ICMPX_UNREACH, inet_prohibited); }

private:
    nftnl_expr* add(const char* name)
    {
        auto* expression = nftnl_expr_alloc(name);
        nftnl_rule_add_expr(rule_, expression);
        return expression;
    }
    void meta(std::uint32_t key)
    {
        auto* meta = add("meta");
        nftnl_expr_set_u32(meta, NFTNL_EXPR_META_KEY, key);
        nftnl_expr_set_u32(meta, NFTNL_EXPR_META_DREG, NFT_REG_1);
    }
    void ct(std::uint32_t key)
    {
        auto* ct = add("ct");
        nftnl_expr_set_u32(ct, NFTNL_EXPR_CT_KEY, key);
        nftnl_expr_set_u32(ct, NFTNL_EXPR_CT_DREG, NFT_REG_1);
    }
    template<class Value>
    void compare(std::uint32_t operation, const Value& value)
    {
        auto* compare = add("cmp");
        nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
        nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_OP, operation);
        nftnl_expr_set(compare, NFTNL_EXPR_CMP_DATA, &value, sizeof value);
    }
    void mask(std::uint32_t bits);
    void family(bool is_v6)
    {
        if (std::exchange(knows_family_, true)) // of a rule that asked before
            return;
        meta(NFT_META_NFPROTO);
        compare(NFT_CMP_EQ, std::uint8_t{is_v6 ? NFPROTO_IPV6 : NFPROTO_IPV4});
    }
    void protocol(Transport transport)
    {
        meta(NFT_META_L4PROTO);
        compare(NFT_CMP_EQ, static_cast<std::uint8_t>(transport));
    }
    void payload(std::uint32_t base, std::uint32_t offset, std::uint32_t size, std::uint32_t to);
    void address(Side side, bool is_v6, std::uint32_t to)
    {
        payload(NFT_PAYLOAD_NETWORK_HEADER,
                side == Side::Source ? source_offset(is_v6) : destination_offset(is_v6),
                address_size(is_v6), to);
    }
    void port(std::uint32_t to)
    {
        payload(NFT_PAYLOAD_TRANSPORT_HEADER, port_offset, sizeof(std::uint16_t), to);
    }
    nftnl_expr* lookup(const std::string& set, std::uint32_t flags = 0);
    static nftnl_expr* limit(std::uint64_t per_second, std::uint32_t burst, std::uint32_t flags);
    void per_source(bool is_v6, const std::string& set, std::uint32_t operation,
                    nftnl_expr* expression);
    void verdict(int code, const std::string& chain);
    void reject(std::uint32_t type, std::uint8_t code)
    {
        auto* reject = add("reject");
        nftnl_expr_set_u32(reject, NFTNL_EXPR_REJECT_TYPE, type);
        nftnl_expr_set_u8(reject, NFTNL_EXPR_REJECT_CODE, code);
    }

    nftnl_rule* rule_;
    bool knows_family_ = false;
};

void Encoder::mask(std::uint32_t bits)
{
    const std::uint32_t nothing = 0;
    auto* bitwise = add("bitwise");
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
    nftnl_expr_set_u32(bitwise, NFTNL_EXPR_BITWISE_LEN, sizeof bits);
    nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_MASK, &bits, sizeof bits);
    nftnl_expr_set(bitwise, NFTNL_EXPR_BITWISE_XOR, &nothing, sizeof nothing);
}

void Encoder::payload(std::uint32_t base, std::uint32_t offset, std::uint32_t size,
                      std::uint32_t to)
{
    auto* payload = add("payload");
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_BASE, base);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_LEN, size);
    nftnl_expr_set_u32(payload, NFTNL_EXPR_PAYLOAD_DREG, to);
}

nftnl_expr* Encoder::lookup(const std::string& set, std::uint32_t flags)
{
    auto* lookup = add("lookup");
    nftnl_expr_set_u32(lookup, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
    nftnl_expr_set_str(lookup, NFTNL_EXPR_LOOKUP_SET, set.c_str());
    nftnl_expr_set_u32(lookup, NFTNL_EXPR_LOOKUP_FLAGS, flags);
    return lookup;
}

// Fields of a concatenation stand in registers one after the other: addresses of IPv6 fill one of
// 16 bytes each, everything else takes four.
void Encoder::operator()(const part::Target& p)
{
    std::uint32_t to = NFT_REG_1;
    const auto next = [&] {
        if (p.is_v6)
            return ++to;
        return to = to == NFT_REG_1 ? std::uint32_t{NFT_REG32_01} : to + 1;
    };
    family(p.is_v6);
    protocol(p.transport);
    if (p.has_source) {
        address(Side::Source, p.is_v6, to);
        next();
    }
    address(Side::Destination, p.is_v6, to);
    port(next());
    lookup(p.set);
}

void Encoder::operator()(const part::Cgroup& p)
{
    auto* socket = add("socket");
    nftnl_expr_set_u32(socket, NFTNL_EXPR_SOCKET_KEY, NFT_SOCKET_CGROUPV2);
    nftnl_expr_set_u32(socket, NFTNL_EXPR_SOCKET_DREG, NFT_REG_1);
    nftnl_expr_set_u32(socket, NFTNL_EXPR_SOCKET_LEVEL, p.level);
    lookup(p.set);
}

void Encoder::operator()(const part::FlowsOver& p)
{
    auto* count = nftnl_expr_alloc("connlimit");
    nftnl_expr_set_u32(count, NFTNL_EXPR_CONNLIMIT_COUNT, p.flows);
    nftnl_expr_set_u32(count, NFTNL_EXPR_CONNLIMIT_FLAGS, NFT_CONNLIMIT_F_INV);
    per_source(p.is_v6, p.set, NFT_DYNSET_OP_ADD, count);
}

nftnl_expr* Encoder::limit(std::uint64_t per_second, std::uint32_t burst, std::uint32_t flags)
{
    auto* limit = nftnl_expr_alloc("limit");
    nftnl_expr_set_u64(limit, NFTNL_EXPR_LIMIT_RATE, per_second);
    nftnl_expr_set_u64(limit, NFTNL_EXPR_LIMIT_UNIT, 1); // seconds
    nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_BURST, burst);
    nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
    nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_FLAGS, flags);
    return limit;
}

// The set's element of this sender, which the first packet makes, carries `expression`.
void Encoder::per_source(bool is_v6, const std::string& set, std::uint32_t operation,
                         nftnl_expr* expression)
{
    family(is_v6);
    address(Side::Source, is_v6, NFT_REG_1);
    auto* dynamic = add("dynset");
    nftnl_expr_set_u32(dynamic, NFTNL_EXPR_DYNSET_SREG_KEY, NFT_REG_1);
    nftnl_expr_set_u32(dynamic, NFTNL_EXPR_DYNSET_OP, operation);
    nftnl_expr_set_str(dynamic, NFTNL_EXPR_DYNSET_SET_NAME, set.c_str());
    nftnl_expr_add_expr(dynamic, NFTNL_EXPR_DYNSET_EXPRESSIONS, expression);
    nftnl_expr_set_u32(dynamic, NFTNL_EXPR_DYNSET_FLAGS, NFT_DYNSET_F_EXPR);
}

void Encoder::verdict(int code, const std::string& chain)
{
    auto* verdict = add("immediate");
    nftnl_expr_set_u32(verdict, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
    nftnl_expr_set_u32(verdict, NFTNL_EXPR_IMM_VERDICT, static_cast<std::uint32_t>(code));
    if (!chain.empty())
        nftnl_expr_set_str(verdict, NFTNL_EXPR_IMM_CHAIN, chain.c_str());
}

}

NftRule to_nft(const RuleParts& rule, const std::string& table, const std::string& chain)
{
    NftRule made{nftnl_rule_alloc()};
    nftnl_rule_set_u32(made.get(), NFTNL_RULE_FAMILY, NFPROTO_INET);
    nftnl_rule_set_str(made.get(), NFTNL_RULE_TABLE, table.c_str());
    nftnl_rule_set_str(made.get(), NFTNL_RULE_CHAIN, chain.c_str());
    Encoder encoder{made.get()};
    for (const auto& each : rule)
        std::visit([&](const auto& p) { encoder(p); }, each);
    return made;
}

}
