#include "system/nft_compat.h"
#include "system/nft_filter_batch.h"
#include "system/nft_socket.h"
#include "system/undisturbed.h"
#include "system/xt_backend.h"

#include <algorithm>
#include <libnftnl/chain.h>
#include <libnftnl/rule.h>
#include <linux/netfilter/nf_tables.h>
#include <map>
#include <memory>
#include <unistd.h>

namespace harden {

namespace {

struct KnownRule {
    std::uint64_t handle = 0;
    XtRule rule;
};
using KnownChains = std::map<std::string, std::vector<KnownRule>, std::less<>>;

}

static Result<> read_chains(NftSocket& socket, XtFamily family, KnownChains& chains)
{
    return socket.dump(
        NFT_MSG_GETCHAIN, nft_family(family), [](nlmsghdr*) {},
        [&](const nlmsghdr* message) {
            const std::unique_ptr<nftnl_chain, decltype(&nftnl_chain_free)> chain{
                nftnl_chain_alloc(), nftnl_chain_free};
            if (nftnl_chain_nlmsg_parse(message, chain.get()) == 0 &&
                nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_TABLE) ==
                    std::string_view{filter_table})
                chains[nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_NAME)];
        });
}

static Result<> read_rules(NftSocket& socket, XtFamily family, KnownChains& chains)
{
    const auto only_filter = [](nlmsghdr* request) {
        const NftRule rule{nftnl_rule_alloc()};
        nftnl_rule_set_str(rule.get(), NFTNL_RULE_TABLE, filter_table);
        nftnl_rule_nlmsg_build_payload(request, rule.get());
    };
    return socket.dump(
        NFT_MSG_GETRULE, nft_family(family), only_filter, [&](const nlmsghdr* message) {
            const NftRule rule{nftnl_rule_alloc()};
            if (nftnl_rule_nlmsg_parse(message, rule.get()) == 0)
                chains[nftnl_rule_get_str(rule.get(), NFTNL_RULE_CHAIN)].push_back(
                    {nftnl_rule_get_u64(rule.get(), NFTNL_RULE_HANDLE), from_nft(*rule, family)});
        });
}

static Result<KnownChains> read_filter(NftSocket& socket, XtFamily family)
{
    KnownChains chains;
    TRY(read_chains(socket, family, chains));
    TRY(read_rules(socket, family, chains));
    return chains;
}

static XtFilter filter_of(const KnownChains& chains)
{
    XtFilter filter;
    filter.has_docker_user = chains.contains(docker_user_chain);
    for (const auto& [name, rules] : chains) {
        XtChain chain{name, {}};
        for (const auto& [handle, rule] : rules) {
            chain.rules.push_back(rule);
            if (name == docker_user_chain && is_ours(rule))
                filter.copy.tagged.push_back(rule);
            if (name != forward_chain || !leads_to_docker_user(rule))
                continue;
            if (const auto made = made_by(rule); made != Made::Nothing)
                filter.made = made;
            else
                filter.is_hooked = true;
        }
        if (name.starts_with(our_chains))
            filter.copy.chains.push_back(std::move(chain));
    }
    if (const auto chain = chains.find(docker_user_chain); chain != chains.end())
        filter.is_all_ours = !filter.is_hooked && !filter.copy.tagged.empty() &&
                             filter.copy.tagged.size() == chain->second.size();
    return filter;
}

static bool has_ipv6()
{
    return access("/proc/thread-self/net/if_inet6", F_OK) == 0;
}

static Result<std::optional<XtFilter>> look(XtFamily family)
{
    if (family == XtFamily::V6 && !has_ipv6())
        return std::optional<XtFilter>{};
    return undisturbed([&]() -> Result<std::optional<XtFilter>> {
        auto socket = TRY(NftSocket::open());
        const auto chains = TRY(read_filter(socket, family));
        return std::optional{filter_of(chains)};
    });
}

static void delete_ours(const KnownChains& chains, FilterBatch& batch)
{
    for (const auto& [name, rules] : chains)
        for (const auto& [handle, rule] : rules)
            if ((name == docker_user_chain || name == forward_chain) && is_ours(rule))
                batch.delete_rule(name, handle);
    for (const auto& [name, rules] : chains)
        if (name.starts_with(our_chains))
            batch.flush_chain(name);
}

static void delete_stale_chains(const KnownChains& chains, const XtCopy& wanted, FilterBatch& batch)
{
    for (const auto& [name, rules] : chains)
        if (name.starts_with(our_chains) &&
            std::ranges::find(wanted.chains, name, &XtChain::name) == wanted.chains.end())
            batch.delete_chain(name);
}

static void add_copy(const XtCopy& copy, FilterBatch& batch)
{
    for (const auto& chain : copy.chains)
        batch.add_chain(chain.name);
    for (const auto& chain : copy.chains)
        for (const auto& rule : chain.rules)
            batch.append_rule(chain.name, rule);
    for (auto rule = copy.tagged.rbegin(); rule != copy.tagged.rend(); ++rule)
        batch.insert_rule(docker_user_chain, *rule);
}

static Made add_way_in(const KnownChains& chains, Made already, FilterBatch& batch)
{
    const auto made = already != Made::Nothing             ? already
                      : chains.empty()                     ? Made::TableChainAndJump
                      : chains.contains(docker_user_chain) ? Made::Jump
                                                           : Made::ChainAndJump;
    if (!chains.contains(forward_chain)) {
        batch.add_table();
        batch.add_forward_chain();
    }
    if (!chains.contains(docker_user_chain))
        batch.add_chain(docker_user_chain);
    batch.insert_rule(forward_chain, own_jump(made));
    return made;
}

static bool only_ours_is_in(const std::vector<KnownRule>& rules)
{
    return std::ranges::all_of(rules, is_ours, &KnownRule::rule);
}

// Takes away what own_jump() says was made, unless somebody else has come to use it.
static void delete_way_in(const KnownChains& chains, const XtFilter& filter, FilterBatch& batch)
{
    const auto docker_user = chains.find(docker_user_chain);
    const auto forward = chains.find(forward_chain);
    if (filter.made == Made::Nothing || filter.made == Made::Jump || filter.is_hooked ||
        docker_user == chains.end() || !only_ours_is_in(docker_user->second))
        return;
    batch.delete_chain(docker_user_chain);
    const auto is_bare = [](const auto& chain) {
        return chain.first == forward_chain || chain.first == docker_user_chain ||
               chain.first.starts_with(our_chains);
    };
    if (filter.made != Made::TableChainAndJump || !std::ranges::all_of(chains, is_bare) ||
        forward == chains.end() || !only_ours_is_in(forward->second))
        return;
    batch.delete_chain(forward_chain);
    batch.delete_table();
}

static void add_changes(const KnownChains& chains, const XtWanted& wanted, NftBatch& messages)
{
    FilterBatch batch{messages, wanted.family};
    const auto filter = filter_of(chains);
    delete_ours(chains, batch);
    if (wanted.own_jump)
        add_way_in(chains, already_made(filter), batch);
    add_copy(wanted.copy, batch);
    delete_stale_chains(chains, wanted.copy, batch);
    if (!wanted.own_jump)
        delete_way_in(chains, filter, batch);
}

static Result<> write_once(const std::vector<XtWanted>& all)
{
    auto socket = TRY(NftSocket::open());
    NftBatch batch{TRY(socket.generation())};
    for (const auto& wanted : all) {
        const auto chains = TRY(read_filter(socket, wanted.family));
        add_changes(chains, wanted, batch);
    }
    return socket.commit(batch);
}

static Result<> write(const std::vector<XtWanted>& all)
{
    return undisturbed([&] { return write_once(all); });
}

XtBackend nft_backend()
{
    return {"iptables-nft", look, write};
}

}
