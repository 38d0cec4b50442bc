#include "system/legacy_tables.h"
#include "system/xt_backend.h"
#include "system/xt_lock.h"

#include <algorithm>
#include <fstream>

namespace harden {

static constexpr int most_attempts = 5;

// Opening a table that is not in this list would bring it to life, and a second hook with it.
static bool is_live(XtFamily family)
{
    // the thread's own network namespace, which is not always that of its process
    std::ifstream names{family == XtFamily::V4 ? "/proc/thread-self/net/ip_tables_names"
                                               : "/proc/thread-self/net/ip6_tables_names"};
    for (std::string name; std::getline(names, name);)
        if (name == filter_table)
            return true;
    return false;
}

static XtFilter filter_of(const LegacyTable& table)
{
    XtFilter filter;
    filter.has_docker_user = table.has_chain(docker_user_chain);
    if (filter.has_docker_user)
        std::ranges::copy_if(table.rules(docker_user_chain), std::back_inserter(filter.copy.tagged),
                             is_ours);
    for (const auto& rule : table.rules(forward_chain)) {
        if (!leads_to_docker_user(rule))
            continue;
        if (const auto made = made_by(rule); made != Made::Nothing)
            filter.made = made;
        else
            filter.is_hooked = true;
    }
    for (const auto& name : table.chains())
        if (name.starts_with(our_chains))
            filter.copy.chains.push_back({name, table.rules(name)});
    filter.is_all_ours = !filter.is_hooked && !filter.copy.tagged.empty() &&
                         filter.copy.tagged.size() == table.rules(docker_user_chain).size();
    return filter;
}

static Result<std::optional<XtFilter>> look(XtFamily family)
{
    if (!is_live(family))
        return std::optional<XtFilter>{};
    const auto table = TRY(LegacyTable::open(family));
    return std::optional{filter_of(table)};
}

static Result<> delete_tagged(LegacyTable& table, const std::string& chain)
{
    const auto rules = table.rules(chain);
    for (auto position = rules.size(); position-- > 0;)
        if (is_ours(rules[position]))
            TRY(table.delete_rule(chain, static_cast<unsigned>(position)));
    return done;
}

static Result<> empty_our_chains(LegacyTable& table)
{
    for (const auto& name : table.chains())
        if (name.starts_with(our_chains))
            TRY(table.flush_chain(name));
    return done;
}

static Result<> delete_stale_chains(LegacyTable& table, const XtCopy& wanted)
{
    for (const auto& name : table.chains())
        if (name.starts_with(our_chains) &&
            std::ranges::find(wanted.chains, name, &XtChain::name) == wanted.chains.end())
            TRY(table.delete_chain(name));
    return done;
}

static Result<> add_copy(LegacyTable& table, const XtCopy& copy)
{
    for (const auto& chain : copy.chains)
        if (!table.has_chain(chain.name))
            TRY(table.make_chain(chain.name));
    for (const auto& chain : copy.chains)
        for (const auto& rule : chain.rules)
            TRY(table.append_rule(chain.name, rule));
    unsigned position = 0;
    for (const auto& rule : copy.tagged)
        TRY(table.insert_rule(docker_user_chain, position++, rule));
    return done;
}

static Result<> add_way_in(LegacyTable& table, Made already)
{
    auto made = already == Made::Nothing ? Made::Jump : already;
    if (!table.has_chain(docker_user_chain)) {
        TRY(table.make_chain(docker_user_chain));
        made = Made::ChainAndJump;
    }
    return table.insert_rule(forward_chain, 0, own_jump(made));
}

// Takes away the chain that own_jump() says was made, unless somebody else has come to use it.
static Result<> delete_way_in(LegacyTable& table, const XtFilter& before)
{
    if (before.made != Made::ChainAndJump || before.is_hooked ||
        !table.rules(docker_user_chain).empty())
        return done;
    return table.delete_chain(docker_user_chain);
}

static Result<> change(LegacyTable& table, const XtWanted& wanted)
{
    const auto before = filter_of(table);
    if (before.has_docker_user)
        TRY(delete_tagged(table, docker_user_chain));
    TRY(delete_tagged(table, forward_chain));
    TRY(empty_our_chains(table));
    if (wanted.own_jump)
        TRY(add_way_in(table, already_made(before)));
    TRY(add_copy(table, wanted.copy));
    TRY(delete_stale_chains(table, wanted.copy));
    if (!wanted.own_jump)
        TRY(delete_way_in(table, before));
    return done;
}

static Result<> write_once(const XtWanted& wanted)
{
    auto table = TRY(LegacyTable::open(wanted.family));
    TRY(change(table, wanted));
    return table.commit();
}

static Result<> write(const std::vector<XtWanted>& all)
{
    const auto lock = TRY(lock_xtables());
    for (const auto& wanted : all) {
        auto written = write_once(wanted);
        for (int attempt = 1;
             attempt < most_attempts && !written && written.error().kind == ErrorKind::TimedOut;
             ++attempt)
            written = write_once(wanted);
        TRY(std::move(written));
    }
    return done;
}

XtBackend legacy_backend()
{
    return {"iptables-legacy", look, write};
}

}
