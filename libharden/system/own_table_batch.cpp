#include "system/own_table_batch.h"

#include "egress/own_names.h"
#include "system/own_messages.h"
#include "system/own_rule.h"

#include <algorithm>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <set>
#include <type_traits>

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

bool mentions(const TableChain& chain, const std::string& set)
{
    const auto names = [&](const auto& p) {
        if constexpr (requires { p.set; })
            return p.set == set;
        else if constexpr (requires { p.map; })
            return p.map == set;
        else if constexpr (std::is_same_v<decltype(p), const part::Interface&>)
            return set == interfaces_set;
        else
            return false;
    };
    for (const auto& rule : chain.rules)
        for (const auto& each : rule)
            if (std::visit(names, each))
                return true;
    return false;
}

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
    // A set is changed by the elements that differ: until the very end of a transaction the kernel
    // would find neither the old nor the new twin of one that is deleted and added again.
    bool is_remade(const TableSet& set) const
    {
        const auto* view = present(set);
        return view != nullptr && view->definition != definition_of(set);
    }
    bool is_remade(const TableChain& chain) const
    {
        const auto* view = present(chain);
        return view != nullptr && !is_same_chain(chain, *view);
    }
    bool has_to_be_rewritten(const TableChain& chain) const
    {
        return is_changed(chain) || is_remade(chain) ||
               std::ranges::any_of(wanted_.sets, [&](const TableSet& set) {
                   return is_remade(set) && mentions(chain, set.name);
               });
    }
    bool is_rewritten(const TableChain& chain) const { return rewritten_.contains(chain.name); }
    bool is_changed(const TableChain& chain) const
    {
        const auto* view = present(chain);
        return view == nullptr || view->rules != expressions_of(chain);
    }

    NftBatch& batch_;
    OwnMessages messages_;
    const OwnTable& wanted_;
    const OwnTableView& is_;
    std::set<std::string> rewritten_; // chains
};

// Only a chain that nothing leads to can become another one.
bool Writer::fits() const
{
    return std::ranges::all_of(wanted_.chains, [&](const TableChain& chain) {
        return !is_remade(chain) || (chain.hook && present(chain)->is_base);
    });
}

template<class Wanted>
bool has_name(const std::vector<Wanted>& all, const std::string& name)
{
    return std::ranges::find(all, name, &Wanted::name) != all.end();
}

// A key is deleted whatever it leads to.
std::vector<KernelElement> without_chains(std::vector<KernelElement> elements)
{
    for (auto& element : elements)
        element.chain.clear();
    return elements;
}

bool is_marker(const KernelElement& element)
{
    return element.is_end && element.key.find_first_not_of('\0') == std::string::npos;
}

// What has to be written for `from` to become `to`, or with the two exchanged be deleted: whole
// intervals, since the kernel takes no boundary that lies inside another one.
std::vector<KernelElement> missing(const TableSet& set, std::vector<SetElement> from,
                                   const std::vector<SetElement>& to)
{
    const auto kernel = [&](std::vector<SetElement> elements) {
        auto part = set;
        part.elements = std::move(elements);
        return to_kernel(part);
    };
    std::vector<SetElement> more;
    std::ranges::sort(from);
    std::ranges::copy_if(to, std::back_inserter(more), [&](const SetElement& element) {
        return !std::ranges::binary_search(from, element);
    });
    auto elements = kernel(std::move(more));
    std::erase_if(elements, is_marker);
    const auto before_all = kernel(from);
    for (auto& element : kernel(to))
        if (is_marker(element) && std::ranges::none_of(before_all, is_marker))
            elements.insert(elements.begin(), std::move(element));
    return elements;
}

void Writer::empty_what_changes()
{
    for (const auto& [name, view] : is_.chains)
        if (!has_name(wanted_.chains, name))
            messages_.flush_chain(name);
    for (const auto& chain : wanted_.chains)
        if (present(chain) != nullptr && is_rewritten(chain))
            messages_.flush_chain(chain.name);
    for (const auto& set : wanted_.sets)
        if (const auto* view = present(set); view != nullptr && is_changed(set) && !is_remade(set))
            messages_.elements(NFT_MSG_DELSETELEM, set.name,
                               without_chains(missing(set, set.elements, view->elements)));
}

void Writer::delete_what_is_over()
{
    for (const auto& [name, view] : is_.sets) // maps hold chains
        if (!has_name(wanted_.sets, name))
            messages_.delete_set(name);
    for (const auto& set : wanted_.sets)
        if (is_remade(set))
            messages_.delete_set(set.name);
    for (const auto& [name, view] : is_.chains)
        if (!has_name(wanted_.chains, name))
            messages_.chain(NFT_MSG_DELCHAIN, name, {});
    for (const auto& chain : wanted_.chains)
        if (is_remade(chain))
            messages_.chain(NFT_MSG_DELCHAIN, chain.name, {});
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
        if (present(wanted) == nullptr || is_remade(wanted))
            messages_.chain(NFT_MSG_NEWCHAIN, wanted.name, wanted.hook);
    for (const auto& wanted : wanted_.sets)
        if (present(wanted) == nullptr || is_remade(wanted))
            messages_.set(wanted);
}

void Writer::fill()
{
    for (const auto& set : wanted_.sets)
        if (is_changed(set)) {
            const auto* view = present(set);
            messages_.elements(NFT_MSG_NEWSETELEM, set.name,
                               view == nullptr || is_remade(set)
                                   ? to_kernel(set)
                                   : missing(set, view->elements, set.elements));
        }
    for (const auto& chain : wanted_.chains)
        if (is_rewritten(chain))
            messages_.rules(chain);
}

void Writer::write()
{
    messages_.table(NFT_MSG_NEWTABLE, NLM_F_CREATE);
    if (!fits()) {
        messages_.table(NFT_MSG_DELTABLE, 0);
        return Writer{batch_, wanted_, OwnTableView{}}.write();
    }
    for (const auto& chain : wanted_.chains)
        if (has_to_be_rewritten(chain))
            rewritten_.insert(chain.name);
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
