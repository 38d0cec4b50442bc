#include "system/nft_filter_batch.h"

#include "system/nft_compat.h"

#include <libnftnl/chain.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

namespace harden {

void FilterBatch::table_message(std::uint16_t type, std::uint16_t flags)
{
    const std::unique_ptr<nftnl_table, decltype(&nftnl_table_free)> table{nftnl_table_alloc(),
                                                                          nftnl_table_free};
    nftnl_table_set_str(table.get(), NFTNL_TABLE_NAME, filter_table);
    batch_.add(type, nft_family(family_), flags,
               [&](nlmsghdr* message) { nftnl_table_nlmsg_build_payload(message, table.get()); });
}

FilterBatch::Chain FilterBatch::chain(const std::string& name) const
{
    Chain made{nftnl_chain_alloc(), nftnl_chain_free};
    nftnl_chain_set_str(made.get(), NFTNL_CHAIN_TABLE, filter_table);
    nftnl_chain_set_str(made.get(), NFTNL_CHAIN_NAME, name.c_str());
    return made;
}

void FilterBatch::add_chain(const std::string& name)
{
    const auto made = chain(name);
    batch_.add(NFT_MSG_NEWCHAIN, nft_family(family_), NLM_F_CREATE,
               [&](nlmsghdr* message) { nftnl_chain_nlmsg_build_payload(message, made.get()); });
}

// As ip6tables makes it: it refuses to work with a base chain of another hook or priority.
void FilterBatch::add_forward_chain()
{
    const auto made = chain(forward_chain);
    nftnl_chain_set_str(made.get(), NFTNL_CHAIN_TYPE, "filter");
    nftnl_chain_set_u32(made.get(), NFTNL_CHAIN_HOOKNUM, NF_INET_FORWARD);
    nftnl_chain_set_s32(made.get(), NFTNL_CHAIN_PRIO, 0);
    nftnl_chain_set_u32(made.get(), NFTNL_CHAIN_POLICY, NF_ACCEPT);
    batch_.add(NFT_MSG_NEWCHAIN, nft_family(family_), NLM_F_CREATE,
               [&](nlmsghdr* message) { nftnl_chain_nlmsg_build_payload(message, made.get()); });
}

void FilterBatch::delete_chain(const std::string& name)
{
    const auto gone = chain(name);
    batch_.add(NFT_MSG_DELCHAIN, nft_family(family_), 0,
               [&](nlmsghdr* message) { nftnl_chain_nlmsg_build_payload(message, gone.get()); });
}

void FilterBatch::delete_rules(const std::string& chain, std::optional<std::uint64_t> handle)
{
    const NftRule rule{nftnl_rule_alloc()};
    nftnl_rule_set_str(rule.get(), NFTNL_RULE_TABLE, filter_table);
    nftnl_rule_set_str(rule.get(), NFTNL_RULE_CHAIN, chain.c_str());
    if (handle)
        nftnl_rule_set_u64(rule.get(), NFTNL_RULE_HANDLE, *handle);
    batch_.add(NFT_MSG_DELRULE, nft_family(family_), 0,
               [&](nlmsghdr* message) { nftnl_rule_nlmsg_build_payload(message, rule.get()); });
}

void FilterBatch::add_rule(const std::string& chain, const XtRule& rule, std::uint16_t position)
{
    const auto made = to_nft(rule, family_, chain);
    batch_.add(NFT_MSG_NEWRULE, nft_family(family_),
               static_cast<std::uint16_t>(NLM_F_CREATE | position),
               [&](nlmsghdr* message) { nftnl_rule_nlmsg_build_payload(message, made.get()); });
}

}
