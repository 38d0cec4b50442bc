#include "system/host_firewall.h"

#include "node/host_firewall_names.h"
#include "system/network_namespace.h"
#include "system/nft_library.h"

#include <algorithm>
#include <unistd.h>

namespace harden {

namespace {

const std::string table = cat("inet ", inbound_table);

// The lines of a listing, each with the chain or set that it stands in.
struct Row {
    std::string place;
    std::string text;
    bool operator==(const Row&) const = default;
};

std::vector<Row> rows_of(std::string_view listing)
{
    std::vector<Row> rows;
    std::string place;
    for (const auto line : lines(listing)) {
        const auto text = trim(line);
        if (text.empty() || text == "}" || text.starts_with("table "))
            continue;
        if (!text.ends_with('{')) {
            rows.push_back({place, std::string{text}});
            continue;
        }
        place = trim(text.substr(0, text.size() - 1));
        rows.push_back({place, {}});
    }
    return rows;
}

// Of `rows`, each that `others` has not, as often as it has it more often.
std::vector<Row> missing_in(std::vector<Row> others, const std::vector<Row>& rows)
{
    std::vector<Row> missing;
    for (const auto& row : rows)
        if (const auto found = std::ranges::find(others, row); found != others.end())
            others.erase(found);
        else
            missing.push_back(row);
    return missing;
}

constexpr auto in_force = "in force";

RuleDrift drift_in(const Row& row, std::string from, std::string to)
{
    auto what = cat(inbound_table, row.place.empty() ? "" : " ", row.place);
    if (!row.text.empty())
        what += cat(": ", row.text);
    return {"nftables", "inet", std::move(what), std::move(from), std::move(to)};
}

std::vector<RuleDrift> difference_of(const std::string& is, const std::string& wanted)
{
    std::vector<RuleDrift> drifts;
    if (is == wanted)
        return drifts;
    if (wanted.empty())
        return {drift_in({}, in_force, "")};
    const auto present = rows_of(is);
    const auto shall = rows_of(wanted);
    for (const auto& row : missing_in(shall, present))
        drifts.push_back(drift_in(row, in_force, ""));
    for (const auto& row : missing_in(present, shall))
        drifts.push_back(drift_in(row, "", in_force));
    if (drifts.empty())
        drifts.push_back(drift_in({}, "rules in another order", "as written"));
    return drifts;
}

// What the kernel would say of `wanted`, asked where there is nothing else.
Result<std::string> listing_of(const std::string& wanted)
{
    std::string listing;
    if (wanted.empty())
        return listing;
    const auto scratch = TRY(NetworkNamespace::create());
    TRY(scratch.inside([&]() -> Result<> {
        NftLibrary library;
        TRY(library.commit(wanted));
        listing = TRY(library.list_rules(table));
        return done;
    }));
    return listing;
}

Result<std::string> current_listing()
{
    if (geteuid() != 0)
        return Error{ErrorKind::Denied, "reading the packet filter needs root", "run it as root"};
    return NftLibrary{}.list_rules(table);
}

}

Result<std::vector<RuleDrift>> HostFirewall::difference(const std::string& wanted) const
{
    const auto is = TRY(current_listing());
    return difference_of(is, TRY(listing_of(wanted)));
}

Result<std::vector<RuleHits>> HostFirewall::hits() const
{
    std::vector<RuleHits> hits;
    if (TRY(current_listing()).empty())
        return hits;
    std::string name;
    const auto counters = TRY(NftLibrary{}.list_counters(table));
    for (const auto line : lines(counters)) {
        const auto words = split(trim(line), ' ');
        if (words.size() > 1 && words[0] == "counter")
            name = words[1];
        if (words.size() > 1 && words[0] == "packets")
            hits.push_back(
                {name, "inet", static_cast<std::uint64_t>(to_number(words[1]).value_or(0))});
    }
    return hits;
}

// A remembered source keeps the limit that it was remembered with, so all of them are forgotten.
Result<> load_inbound_table(const std::string& text)
{
    return NftLibrary{}.commit(cat("add table ", table, "\nflush table ", table, "\n", text,
                                   "flush set ", table, " ssh_sources4\nflush set ", table,
                                   " ssh_sources6\n"));
}

Result<> HostFirewall::replace(const std::string& wanted)
{
    const auto is = TRY(current_listing());
    const auto shall = TRY(listing_of(wanted));
    if (is == shall)
        return done;
    NftLibrary library;
    if (wanted.empty())
        return library.commit(cat("delete table ", table));
    if (load_inbound_table(wanted) && TRY(library.list_rules(table)) == shall)
        return done;
    // somebody put in it what flushing leaves: another chain, a set of another type
    return library.commit(cat("add table ", table, "\ndelete table ", table, "\n", wanted));
}

}
