#include "base/text.h"
#include "system/own_table_batch.h"

#include <algorithm>
#include <map>

namespace harden {

static constexpr std::size_t most_drifts_of_an_object = 16;

namespace {

// Says in nft's words what the kernel tells in libnftnl's.
class Difference {
public:
    Difference(const OwnTable& wanted, const OwnTableView& is)
        : wanted_{wanted}
        , is_{is}
    {
    }
    std::vector<RuleDrift> all();

private:
    void add(std::string what, std::string from, std::string to)
    {
        found_.push_back({"nftables", "inet", std::move(what), std::move(from), std::move(to)});
    }
    void compare(const TableChain& chain);
    void compare(const TableSet& set);
    void compare_lists(const std::string& what, std::vector<std::string> is,
                       std::vector<std::string> wanted);
    void find_strangers();

    const OwnTable& wanted_;
    const OwnTableView& is_;
    std::map<std::string, std::vector<std::string>, std::less<>> encoded_; // wanted, by chain
    std::map<std::string, std::string, std::less<>> words_; // of expressions that we know
    std::vector<RuleDrift> found_;
};

void Difference::compare_lists(const std::string& what, std::vector<std::string> is,
                               std::vector<std::string> wanted)
{
    if (is == wanted)
        return;
    if (is.empty() && wanted.size() > 1)
        return add(what, "", cat(std::to_string(wanted.size()), " entries"));
    const auto before = found_.size();
    for (const auto& entry : is)
        if (const auto known = std::ranges::find(wanted, entry); known != wanted.end())
            wanted.erase(known);
        else if (found_.size() - before < most_drifts_of_an_object)
            add(what, entry, "");
    for (const auto& entry : wanted)
        if (found_.size() - before < most_drifts_of_an_object)
            add(what, "", entry);
    if (found_.size() == before)
        add(what, "in another order", "in the order of the policy");
}

void Difference::compare(const TableChain& chain)
{
    const auto what = cat("chain ", chain.name);
    const auto view = is_.chains.find(chain.name);
    if (view == is_.chains.end())
        return add(what, "", cat("chain of ", std::to_string(chain.rules.size()), " rules"));
    if (!is_same_chain(chain, view->second))
        add(what, "of another hook, priority or policy", "as the policy has it");
    if (view->second.rules == encoded_[chain.name])
        return;
    std::vector<std::string> is;
    for (const auto& rule : view->second.rules) {
        const auto known = words_.find(rule);
        is.push_back(known == words_.end() ? escaped(rule, 200) : known->second);
    }
    std::vector<std::string> texts;
    for (const auto& rule : chain.rules)
        texts.push_back(to_text(rule));
    compare_lists(what, std::move(is), std::move(texts));
}

void Difference::compare(const TableSet& set)
{
    const auto what = cat(set.is_map ? "map " : "set ", set.name);
    const auto view = is_.sets.find(set.name);
    if (view == is_.sets.end())
        return add(what, "",
                   set.elements.size() == 1 ? to_text(set.elements.front(), set.key)
                                            : cat(std::to_string(set.elements.size()), " entries"));
    if (view->second.definition != definition_of(set))
        return add(what, "of another type", "as the policy has it");
    if (set.is_dynamic || view->second.elements == set.elements)
        return;
    std::vector<SetElement> gone;
    std::vector<SetElement> extra;
    std::ranges::set_difference(set.elements, view->second.elements, std::back_inserter(gone));
    std::ranges::set_difference(view->second.elements, set.elements, std::back_inserter(extra));
    const auto texts = [&](const std::vector<SetElement>& elements) {
        std::vector<std::string> all;
        for (const auto& element : elements)
            all.push_back(escaped(to_text(element, set.key), 200));
        return all;
    };
    compare_lists(what, texts(extra), texts(gone));
}

void Difference::find_strangers()
{
    for (const auto& [name, view] : is_.chains)
        if (std::ranges::find(wanted_.chains, name, &TableChain::name) == wanted_.chains.end())
            add(cat("chain ", escaped(name)), "chain", "");
    for (const auto& [name, view] : is_.sets)
        if (std::ranges::find(wanted_.sets, name, &TableSet::name) == wanted_.sets.end())
            add(cat("set ", escaped(name)), "set", "");
    for (const auto& [name, view] : is_.counters)
        if (std::ranges::find(wanted_.counters, name) == wanted_.counters.end())
            add(cat("counter ", escaped(name)), "counter", "");
    for (const auto& name : wanted_.counters)
        if (!is_.counters.contains(name))
            add(cat("counter ", name), "", "counter");
}

std::vector<RuleDrift> Difference::all()
{
    if (!is_.exists) {
        add(cat("table ", own_table_name), "", "the policy");
        return std::move(found_);
    }
    for (const auto& chain : wanted_.chains) {
        const auto& expressions = encoded_[chain.name] = expressions_of(chain);
        for (std::size_t rule = 0; rule < expressions.size(); ++rule)
            words_.emplace(expressions[rule], to_text(chain.rules[rule]));
    }
    for (const auto& chain : wanted_.chains)
        compare(chain);
    for (const auto& set : wanted_.sets)
        compare(set);
    find_strangers();
    return std::move(found_);
}

}

std::vector<RuleDrift> difference(const OwnTable& wanted, const OwnTableView& is)
{
    return Difference{wanted, is}.all();
}

}
