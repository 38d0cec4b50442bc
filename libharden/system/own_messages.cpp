#include "system/own_messages.h"

#include "system/own_elements.h"
#include "system/own_rule.h"
#include "system/own_table_view.h"

#include <algorithm>
#include <libnftnl/chain.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <span>

namespace harden {

static constexpr std::size_t elements_in_a_message = 128; // of at most 100 bytes each
static constexpr std::uint32_t byte_order_of_host = 1;    // nft's numbers
static constexpr std::uint32_t byte_order_of_network = 2;

template<class Object>
using Owned = std::unique_ptr<Object, void (*)(const Object*)>;

std::uint32_t number_of(Hook hook)
{
    switch (hook) {
    case Hook::Prerouting:
        return NF_INET_PRE_ROUTING;
    case Hook::Input:
        return NF_INET_LOCAL_IN;
    case Hook::Forward:
        return NF_INET_FORWARD;
    case Hook::Output:
        return NF_INET_LOCAL_OUT;
    }
    return NF_INET_NUMHOOKS;
}

void OwnMessages::table(std::uint16_t type, std::uint16_t flags)
{
    const Owned<nftnl_table> table{nftnl_table_alloc(), nftnl_table_free};
    nftnl_table_set_str(table.get(), NFTNL_TABLE_NAME, own_table_name);
    batch_.add(type, NFPROTO_INET, flags,
               [&](nlmsghdr* message) { nftnl_table_nlmsg_build_payload(message, table.get()); });
}

void OwnMessages::flush_chain(const std::string& name)
{
    const NftRule all{nftnl_rule_alloc()};
    nftnl_rule_set_str(all.get(), NFTNL_RULE_TABLE, own_table_name);
    nftnl_rule_set_str(all.get(), NFTNL_RULE_CHAIN, name.c_str());
    batch_.add(NFT_MSG_DELRULE, NFPROTO_INET, 0,
               [&](nlmsghdr* message) { nftnl_rule_nlmsg_build_payload(message, all.get()); });
}

void OwnMessages::chain(std::uint16_t type, const std::string& name,
                        const std::optional<Hook>& hook)
{
    const Owned<nftnl_chain> chain{nftnl_chain_alloc(), nftnl_chain_free};
    nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TABLE, own_table_name);
    nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_NAME, name.c_str());
    if (hook) {
        nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TYPE, "filter");
        nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_HOOKNUM, number_of(*hook));
        nftnl_chain_set_s32(chain.get(), NFTNL_CHAIN_PRIO, priority_of(*hook));
        nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_POLICY, NF_ACCEPT);
    }
    batch_.add(type, NFPROTO_INET, type == NFT_MSG_NEWCHAIN ? NLM_F_CREATE : 0,
               [&](nlmsghdr* message) { nftnl_chain_nlmsg_build_payload(message, chain.get()); });
}

void OwnMessages::flush_set(const std::string& name)
{
    batch_.add(NFT_MSG_DELSETELEM, NFPROTO_INET, 0,
               [&](nlmsghdr* message) { put_elements(message, own_table_name, name, {}); });
}

// nft lists interface names the right way round only where it is told their byte order.
static void put_byte_order(nftnl_set* set, const TableSet& wanted)
{
    const std::unique_ptr<nftnl_udata_buf, void (*)(const nftnl_udata_buf*)> notes{
        nftnl_udata_buf_alloc(64), nftnl_udata_buf_free};
    const bool is_of_host =
        wanted.key == std::vector{Field::Interface} || wanted.key == std::vector{Field::Cgroup};
    nftnl_udata_put_u32(notes.get(), NFTNL_UDATA_SET_KEYBYTEORDER,
                        is_of_host ? byte_order_of_host : byte_order_of_network);
    nftnl_set_set_data(set, NFTNL_SET_USERDATA, nftnl_udata_buf_data(notes.get()),
                       nftnl_udata_buf_len(notes.get()));
}

void OwnMessages::set(const TableSet& wanted)
{
    static std::uint32_t number = 0; // what the kernel knows a set by until the transaction ends
    const auto definition = definition_of(wanted);
    const Owned<nftnl_set> set{nftnl_set_alloc(), nftnl_set_free};
    nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, own_table_name);
    nftnl_set_set_str(set.get(), NFTNL_SET_NAME, wanted.name.c_str());
    nftnl_set_set_u32(set.get(), NFTNL_SET_ID, ++number);
    nftnl_set_set_u32(set.get(), NFTNL_SET_FLAGS, definition.flags);
    nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_TYPE, definition.key_type);
    nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_LEN, definition.key_size);
    if (wanted.is_map) {
        nftnl_set_set_u32(set.get(), NFTNL_SET_DATA_TYPE, definition.data_type);
        nftnl_set_set_u32(set.get(), NFTNL_SET_DATA_LEN, 16); // of a verdict
    }
    if (definition.timeout_ms > 0)
        nftnl_set_set_u64(set.get(), NFTNL_SET_TIMEOUT, definition.timeout_ms);
    if (definition.size > 0)
        nftnl_set_set_u32(set.get(), NFTNL_SET_DESC_SIZE, definition.size);
    if (wanted.key.size() > 1) {
        std::vector<std::uint8_t> sizes;
        for (const auto field : wanted.key)
            sizes.push_back(static_cast<std::uint8_t>(size_of(field)));
        nftnl_set_set_data(set.get(), NFTNL_SET_DESC_CONCAT, sizes.data(),
                           static_cast<std::uint32_t>(sizes.size()));
    }
    put_byte_order(set.get(), wanted);
    batch_.add(NFT_MSG_NEWSET, NFPROTO_INET, NLM_F_CREATE,
               [&](nlmsghdr* message) { nftnl_set_nlmsg_build_payload(message, set.get()); });
}

void OwnMessages::delete_set(const std::string& name)
{
    const Owned<nftnl_set> set{nftnl_set_alloc(), nftnl_set_free};
    nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, own_table_name);
    nftnl_set_set_str(set.get(), NFTNL_SET_NAME, name.c_str());
    batch_.add(NFT_MSG_DELSET, NFPROTO_INET, 0,
               [&](nlmsghdr* message) { nftnl_set_nlmsg_build_payload(message, set.get()); });
}

void OwnMessages::counter(std::uint16_t type, const std::string& name)
{
    const Owned<nftnl_obj> object{nftnl_obj_alloc(), nftnl_obj_free};
    nftnl_obj_set_str(object.get(), NFTNL_OBJ_TABLE, own_table_name);
    nftnl_obj_set_str(object.get(), NFTNL_OBJ_NAME, name.c_str());
    nftnl_obj_set_u32(object.get(), NFTNL_OBJ_TYPE, NFT_OBJECT_COUNTER);
    if (type == NFT_MSG_NEWOBJ) // the kernel wants its values, if only nothing
        nftnl_obj_set_u64(object.get(), NFTNL_OBJ_CTR_PKTS, 0);
    batch_.add(type, NFPROTO_INET, type == NFT_MSG_NEWOBJ ? NLM_F_CREATE : 0,
               [&](nlmsghdr* message) { nftnl_obj_nlmsg_build_payload(message, object.get()); });
}

void OwnMessages::elements(const TableSet& set)
{
    const auto all = to_kernel(set);
    for (std::size_t at = 0; at < all.size(); at += elements_in_a_message) {
        const std::span part{all.data() + at, std::min(elements_in_a_message, all.size() - at)};
        batch_.add(NFT_MSG_NEWSETELEM, NFPROTO_INET, NLM_F_CREATE, [&](nlmsghdr* message) {
            put_elements(message, own_table_name, set.name, part);
        });
    }
}

void OwnMessages::rules(const TableChain& chain)
{
    for (const auto& parts : chain.rules) {
        const auto rule = to_nft(parts, own_table_name, chain.name);
        batch_.add(NFT_MSG_NEWRULE, NFPROTO_INET, NLM_F_CREATE | NLM_F_APPEND,
                   [&](nlmsghdr* message) { nftnl_rule_nlmsg_build_payload(message, rule.get()); });
    }
}

}
