#include "base/text.h"
#include "egress/own_table.h"

namespace harden {

static std::string_view name_of(Hook hook)
{
    switch (hook) {
    case Hook::Prerouting:
        return "prerouting";
    case Hook::Input:
        return "input";
    case Hook::Forward:
        return "forward";
    case Hook::Output:
        return "output";
    }
    return {};
}

static std::string_view name_of(Field field)
{
    switch (field) {
    case Field::Interface:
        return "ifname";
    case Field::Address4:
        return "ipv4_addr";
    case Field::Address6:
        return "ipv6_addr";
    case Field::Port:
        return "inet_service";
    case Field::Cgroup:
        return "cgroupsv2";
    }
    return {};
}

static std::string definition(const TableSet& set)
{
    std::vector<std::string> fields;
    for (const auto field : set.key)
        fields.emplace_back(name_of(field));
    std::vector<std::string> flags;
    if (set.is_dynamic)
        flags.emplace_back("dynamic");
    if (set.is_interval)
        flags.emplace_back("interval");
    if (set.timeout.count() > 0)
        flags.emplace_back("timeout");
    return cat("type ", join(fields, " . "), set.is_map ? " : verdict" : "",
               flags.empty() ? "" : cat("; flags ", join(flags, ",")),
               set.size > 0 ? cat("; size ", std::to_string(set.size)) : "",
               set.timeout.count() > 0 ? cat("; timeout ", std::to_string(set.timeout.count()), "s")
                                       : "",
               ";");
}

static std::string elements(const TableSet& set)
{
    std::vector<std::string> texts;
    for (const auto& element : set.elements)
        texts.push_back(to_text(element, set.key));
    return texts.empty() ? std::string{} : cat(" elements = { ", join(texts, ", "), " }");
}

static std::string set_text(const TableSet& set)
{
    return cat("    ", set.is_map ? "map " : "set ", set.name, " { ", definition(set),
               elements(set), " }\n");
}

static std::string chain_text(const TableChain& chain)
{
    auto text = cat("    chain ", chain.name, " {\n");
    if (chain.hook)
        text += cat("        type filter hook ", name_of(*chain.hook), " priority ",
                    std::to_string(priority_of(*chain.hook)), "; policy accept;\n");
    for (const auto& rule : chain.rules)
        text += cat("        ", to_text(rule), "\n");
    return text + "    }\n";
}

std::string to_nft_text(const OwnTable& table)
{
    auto text = cat("add table inet ", own_table_name, "\ndelete table inet ", own_table_name,
                    "\ntable inet ", own_table_name, " {\n");
    for (const auto& counter : table.counters)
        text += cat("    counter ", counter, " { }\n");
    for (const auto& set : table.sets)
        if (!set.is_map)
            text += set_text(set);
    for (const auto& chain : table.chains)
        if (!chain.hook)
            text += chain_text(chain);
    for (const auto& set : table.sets) // their chains must be there
        if (set.is_map)
            text += set_text(set);
    for (const auto& chain : table.chains)
        if (chain.hook)
            text += chain_text(chain);
    return text + "}\n";
}

}
