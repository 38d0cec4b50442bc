#include "system/own_table_batch.h"

#include "system/own_messages.h"
#include "system/own_rule.h"

#include <algorithm>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

namespace harden {

std::vector<std::string> expressions_of(const TableChain& chain)
{
    std::vector<std::string> rules;
    for (const auto& rule : chain.rules)
        rules.push_back(expressions_of(*to_nft(rule, own_table_name, chain.name)));
    return rules;
}

bool is_same_chain(const TableChain& wanted, const ChainView& is)
{
    if (!wanted.hook)
        return !is.is_base;
    return is.is_base && is.hook == number_of(*wanted.hook) &&
           is.priority == priority_of(*wanted.hook) && is.policy == NF_ACCEPT;
}

namespace {

// One transaction: what goes is emptied and deleted before anything is made.
class Writer {
public:
    Writer(NftBatch& batch, const OwnTable& wanted, const OwnTableView& is)
        : batch_{batch}
        , messages_{batch}
        , wanted_{wanted}
        , is_{is}
    {
    }
    void write();

private:
    bool fits() const;
    void empty_what_changes();
    void delete_what_is_over();
    void make_objects();
    void fill();

    const ChainView* present(const TableChain& chain) const
    {
        const auto found = is_.chains.find(chain.name);
        return found == is_.chains.end() ? nullptr : &found->second;
    }
    const SetView* present(const TableSet& set) const
    {
        const auto found = is_.sets.find(set.name);
        return found == is_.sets.end() ? nullptr : &found->second;
    }
    bool is_changed(const TableSet& set) const
    {
        const auto* view = present(set);
        return !set.is_dynamic && (view == nullptr || view->elements != set.elements);
    }
    bool is_changed(const TableChain& chain) const
    {
        const auto* view = present(chain);
        return view == nullptr || view->rules != expressions_of(chain);
    }

    NftBatch& batch_;
    OwnMessages messages_;
    const OwnTable& wanted_;
    const OwnTableView& is_;
};

bool Writer::fits() const
{
    return std::ranges::all_of(wanted_.sets,
                               [&](const TableSet& set) {
                                   const auto* view = present(set);
                                   return view == nullptr || view->definition == definition_of(set);
                               }) &&
           std::ranges::all_of(wanted_.chains, [&](const TableChain& chain) {
               const auto* view = present(chain);
               return view == nullptr || is_same_chain(chain, *view);
           });
}

template<class Wanted>
bool has_name(const std::vector<Wanted>& all, const std::string& name)
{
    return std::ranges::find(all, name, &Wanted::name) != all.end();
}

void Writer::empty_what_changes()
{
    for (const auto& [name, view] : is_.chains)
        if (!has_name(wanted_.chains, name))
            messages_.flush_chain(name);
    for (const auto& chain : wanted_.chains)
        if (present(chain) != nullptr && is_changed(chain))
            messages_.flush_chain(chain.name);
    for (const auto& set : wanted_.sets)
        if (present(set) != nullptr && is_changed(set))
            messages_.flush_set(set.name);
}

void Writer::delete_what_is_over()
{
    for (const auto& [name, view] : is_.sets) // maps hold chains
        if (!has_name(wanted_.sets, name))
            messages_.delete_set(name);
    for (const auto& [name, view] : is_.chains)
        if (!has_name(wanted_.chains, name))
            messages_.chain(NFT_MSG_DELCHAIN, name, {});
    for (const auto& [name, view] : is_.counters)
        if (std::ranges::find(wanted_.counters, name) == wanted_.counters.end())
            messages_.counter(NFT_MSG_DELOBJ, name);
}

void Writer::make_objects()
{
    for (const auto& name : wanted_.counters)
        if (!is_.counters.contains(name))
            messages_.counter(NFT_MSG_NEWOBJ, name);
    for (const auto& wanted : wanted_.chains)
        if (present(wanted) == nullptr)
            messages_.chain(NFT_MSG_NEWCHAIN, wanted.name, wanted.hook);
    for (const auto& wanted : wanted_.sets)
        if (present(wanted) == nullptr)
            messages_.set(wanted);
}

void Writer::fill()
{
    for (const auto& set : wanted_.sets)
        if (is_changed(set))
            messages_.elements(set);
    for (const auto& chain : wanted_.chains)
        if (is_changed(chain))
            messages_.rules(chain);
}

void Writer::write()
{
    messages_.table(NFT_MSG_NEWTABLE, NLM_F_CREATE);
    if (!fits()) {
        messages_.table(NFT_MSG_DELTABLE, 0);
        return Writer{batch_, wanted_, OwnTableView{}}.write();
    }
    empty_what_changes();
    delete_what_is_over();
    make_objects();
    fill();
}

}

void write_own_table(NftBatch& batch, const OwnTable& wanted, const OwnTableView& is)
{
    Writer{batch, wanted, is}.write();
}

void delete_own_table(NftBatch& batch)
{
    OwnMessages{batch}.table(NFT_MSG_DELTABLE, 0);
}

}
