#include "egress/nft_listing.h"

#include "base/text.h"
#include "egress/nft_text.h"

#include <algorithm>

namespace harden {

static constexpr auto table_object = "table";
static constexpr std::size_t most_drifts_of_an_object = 16;

static bool is_definition(std::string_view kind, std::string_view line)
{
    return kind == "chain" ? line.starts_with("type ") || line.starts_with("policy ") : true;
}

static void add_elements(NftObject& object, std::string_view line)
{
    for (const auto element : split(line, ','))
        if (const auto bare = trim(element); !bare.empty())
            object.contents.emplace_back(bare);
}

namespace {

// Follows the listing line by line: a table, its objects, and lists of elements that span lines.
class Reader {
public:
    NftListing read(std::string_view text)
    {
        for (const auto raw : lines(text))
            take(trim(raw));
        std::erase_if(listing_,
                      [](const auto& entry) { return entry.first.starts_with("counter "); });
        for (auto& [name, object] : listing_)
            if (object.definition.find("dynamic") != std::string::npos)
                object.contents.clear();
        return std::move(listing_);
    }

private:
    void take(std::string_view line)
    {
        if (in_elements_)
            take_elements(line);
        else if (line.starts_with("elements = {"))
            start_elements(line.substr(line.find('{') + 1));
        else if (line == "}")
            kind_.clear();
        else if (kind_.empty() && line.ends_with('{'))
            start_object(trim(line.substr(0, line.size() - 1)));
        else if (!line.empty())
            take_line(line);
    }

    void start_elements(std::string_view rest)
    {
        in_elements_ = true;
        take_elements(rest);
    }

    void take_elements(std::string_view line)
    {
        const bool last = line.ends_with('}');
        add_elements(current(), last ? line.substr(0, line.size() - 1) : line);
        in_elements_ = !last;
    }

    void start_object(std::string_view heading)
    {
        name_ = heading.starts_with("table ") ? table_object : heading;
        kind_ = heading.starts_with("table ") ? "" : heading.substr(0, heading.find(' '));
        listing_[name_];
    }

    void take_line(std::string_view line)
    {
        if (kind_ == "counter")
            return;
        auto& object = kind_.empty() ? listing_[table_object] : current();
        if (is_definition(kind_, line))
            object.definition += cat(object.definition.empty() ? "" : "; ", line);
        else
            object.contents.emplace_back(line);
    }

    NftObject& current() { return listing_[name_]; }

    NftListing listing_;
    std::string name_;
    std::string kind_;
    bool in_elements_ = false;
};

}

NftListing parse_nft_listing(std::string_view text)
{
    return Reader{}.read(text);
}

static RuleDrift drift(std::string what, std::string from, std::string to)
{
    return {"nftables", "inet", cat(own_table, " ", what), std::move(from), std::move(to)};
}

static std::string summary(const NftObject& object)
{
    if (!object.contents.empty())
        return cat(std::to_string(object.contents.size()), " entries");
    return object.definition.empty() ? "present" : object.definition;
}

// What stands in `all` and not in `others`, as often as it stands there.
static std::vector<std::string> missing_from(std::vector<std::string> others,
                                             const std::vector<std::string>& all)
{
    std::ranges::sort(others);
    std::vector<std::string> sorted = all;
    std::ranges::sort(sorted);
    std::vector<std::string> missing;
    std::ranges::set_difference(sorted, others, std::back_inserter(missing));
    return missing;
}

static void add_contents_drift(const std::string& name, const NftObject& is,
                               const NftObject& wanted, std::vector<RuleDrift>& found)
{
    const auto extra = missing_from(wanted.contents, is.contents);
    const auto absent = missing_from(is.contents, wanted.contents);
    if (extra.empty() && absent.empty())
        found.push_back(drift(name, "in another order", "in the order of the policy"));
    else if (extra.size() + absent.size() > most_drifts_of_an_object)
        found.push_back(drift(name, cat(std::to_string(is.contents.size()), " entries"),
                              cat(std::to_string(wanted.contents.size()), " entries")));
    else {
        for (const auto& line : extra)
            found.push_back(drift(name, line, ""));
        for (const auto& line : absent)
            found.push_back(drift(name, "", line));
    }
}

std::vector<RuleDrift> difference(const NftListing& is, const NftListing& wanted)
{
    std::vector<RuleDrift> found;
    for (const auto& [name, object] : wanted) {
        const auto actual = is.find(name);
        if (actual == is.end()) {
            found.push_back(drift(name, "", summary(object)));
            continue;
        }
        if (actual->second.definition != object.definition)
            found.push_back(drift(name, actual->second.definition, object.definition));
        if (actual->second.contents != object.contents)
            add_contents_drift(name, actual->second, object, found);
    }
    for (const auto& [name, object] : is)
        if (!wanted.contains(name))
            found.push_back(drift(name, summary(object), ""));
    return found;
}

bool has_same_objects(const NftListing& is, const NftListing& wanted)
{
    return std::ranges::equal(is, wanted, [](const auto& one, const auto& other) {
        return one.first == other.first && one.second.definition == other.second.definition;
    });
}

// "counter smtp_ip {" and, on the next line, "packets 3 bytes 180".
std::vector<RuleHits> counted_hits(std::string_view listing)
{
    std::vector<RuleHits> hits;
    for (const auto raw : lines(listing)) {
        const auto words = split(trim(raw), ' ');
        if (words.size() == 3 && words[0] == "counter") {
            const auto mark = words[1].rfind('_');
            if (mark != std::string_view::npos)
                hits.push_back({std::string{words[1].substr(0, mark)},
                                std::string{words[1].substr(mark + 1)}, 0});
        } else if (words.size() == 4 && words[0] == "packets" && !hits.empty()) {
            if (const auto packets = to_number(words[1]))
                hits.back().packets = static_cast<std::uint64_t>(*packets);
        }
    }
    return hits;
}

}
