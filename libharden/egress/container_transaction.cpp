#include "egress/container_nft.h"
#include "egress/container_text.h"

namespace harden {

using container_text::Writer;

// A table that may be there or not, gone.
static std::string without_table(std::string_view family)
{
    return cat("add table ", family, " ", container_table, "\ndelete table ", family, " ",
               container_table, "\n");
}

static bool is_wanted(const std::string& rules, std::string_view kind, const std::string& name)
{
    return rules.find(cat("  ", kind, " ", name, " {")) != std::string::npos;
}

ContainerTableNames names_in(std::string_view listing)
{
    ContainerTableNames names;
    for (const auto line : lines(listing)) {
        const auto words = split(trim(line), ' ');
        if (words.size() != 3 || words[2] != "{")
            continue;
        if (words[0] == "chain")
            names.chains.emplace_back(words[1]);
        else if (words[0] == "set")
            names.sets.emplace_back(words[1]);
    }
    return names;
}

std::string container_transaction(const std::string& rules, const ContainerTableNames& present)
{
    if (rules.empty())
        return cat(without_table("inet"), without_table("netdev"));
    Writer to;
    to.line("add table inet ", container_table);
    for (const auto& chain : present.chains)
        to.line("flush chain inet ", container_table, " ", chain);
    for (const auto& chain : present.chains)
        if (!is_wanted(rules, "chain", chain))
            to.line("delete chain inet ", container_table, " ", chain);
    for (const auto& set : present.sets)
        if (!is_wanted(rules, "set", set))
            to.line("delete set inet ", container_table, " ", set);
    return cat(to.text, without_table("netdev"), rules);
}

}
