#include "node/tiers.h"

#include "base/text.h"
#include "node/site_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace harden {

static constexpr auto shipped_tiers = "rules/tiers.toml";
static constexpr std::int64_t most_pids = 4'194'304; // the kernel's own
static constexpr double most_cpus = 4096;
static constexpr std::array<char, 4> units{'k', 'm', 'g', 't'};

std::optional<std::int64_t> parse_size(std::string_view text)
{
    if (text.size() > 1 && (text.back() == 'b' || text.back() == 'B'))
        text.remove_suffix(1);
    std::int64_t factor = 1;
    if (!text.empty()) {
        const auto letter = static_cast<char>(text.back() | 0x20);
        if (const auto* unit = std::ranges::find(units, letter); unit != units.end()) {
            factor = std::int64_t{1} << (10 * (unit - units.begin() + 1));
            text.remove_suffix(1);
        }
    }
    const auto number = to_number(text);
    constexpr std::int64_t most = std::int64_t{1} << 60;
    if (!number || *number < 0 || *number > most / factor)
        return std::nullopt;
    return *number * factor;
}

std::string size_text(std::int64_t bytes)
{
    constexpr std::array<std::string_view, 4> names{" KiB", " MiB", " GiB", " TiB"};
    for (std::size_t i = names.size(); i > 0; --i) {
        const auto unit = std::int64_t{1} << (10 * i);
        if (bytes >= unit && (bytes % unit == 0 || bytes >= 10 * unit))
            return cat(std::to_string(bytes / unit), names.at(i - 1));
    }
    return cat(std::to_string(bytes), " bytes");
}

static Result<std::int64_t> size_in(TableReader& table, std::string_view key)
{
    const auto text = TRY(table.text(key));
    const auto size = parse_size(text);
    if (!size || *size == 0)
        return table.error_at(key, cat("is \"", escaped(text, 40), "\", no size as in \"512m\""));
    return *size;
}

static Result<ResourceTier> read_tier(const std::string& name, TableReader table)
{
    ResourceTier tier{.name = name,
                      .memory = TRY(size_in(table, "memory")),
                      .cpus = TRY(table.number("cpus", 0.01, most_cpus)),
                      .disk = TRY(size_in(table, "disk")),
                      .pids = TRY(table.integer("pids", 1, most_pids)),
                      .open_ended = TRY(table.boolean_or("open_ended", false)),
                      .by_label = TRY(table.boolean_or("by_label", false))};
    TRY(table.finish());
    return tier;
}

Result<ResourceTiers> tiers_from(const Setting& document)
{
    TableReader reader{document, ""};
    TRY(reader.integer("version", 1, 1));
    ResourceTiers tiers{.label = TRY(reader.text("label"))};
    for (auto& [name, table] : TRY(reader.tables("tiers")))
        tiers.all.push_back(TRY(read_tier(name, table)));
    TRY(reader.finish());
    std::ranges::sort(tiers.all, {}, &ResourceTier::memory);
    return tiers;
}

Result<Setting> tier_settings(const Host& host)
{
    return site_settings(host, shipped_tiers, site_tiers);
}

Result<ResourceTiers> tiers_of(const Host& host)
{
    return tiers_from(TRY(tier_settings(host)));
}

template<class Number>
static bool within(const std::optional<Number>& limit, Number most)
{
    return !limit || *limit <= most;
}

bool fits(const ContainerUse& use, const ResourceTier& tier)
{
    return tier.open_ended || (within(use.memory, tier.memory) && within(use.cpus, tier.cpus) &&
                               within(use.disk, tier.disk) && within(use.pids, tier.pids));
}

const ResourceTier* fitting_tier(const ContainerUse& use, std::span<const ResourceTier> candidates)
{
    const auto found =
        std::ranges::find_if(candidates, [&](const ResourceTier& tier) { return fits(use, tier); });
    return found == candidates.end() ? nullptr : &*found;
}

std::vector<ResourceTier>
candidates_for(const ResourceTiers& tiers,
               const std::map<std::string, std::string, std::less<>>& labels)
{
    const auto label = tiers.label.empty() ? labels.end() : labels.find(tiers.label);
    std::vector<ResourceTier> candidates;
    for (const auto& tier : tiers.all)
        if (label == labels.end() ? !tier.by_label : tier.name == label->second)
            candidates.push_back(tier);
    return candidates;
}

std::string beyond_tiers(const ResourceTiers& tiers, const ContainerLabels& labels,
                         const ContainerUse& one, std::string_view what)
{
    const auto candidates = candidates_for(tiers, labels);
    if (candidates.empty())
        return cat("its label ", escaped(tiers.label, 40), " names no tier");
    if (fitting_tier(one, candidates) != nullptr)
        return {};
    const auto& widest = candidates.back();
    return candidates.size() == 1 ? cat(what, " is more than tier ", escaped(widest.name), " has")
                                  : cat(what, " is more than any tier has");
}

bool fit_together(const ResourceTiers& tiers, const ContainerLabels& labels,
                  const ContainerUse& use)
{
    const auto candidates = candidates_for(tiers, labels);
    const auto fit = [&](const ContainerUse& part) {
        return fitting_tier(part, candidates) != nullptr;
    };
    return !fit({.memory = use.memory}) || !fit({.cpus = use.cpus}) || !fit({.pids = use.pids}) ||
           fit(use);
}

std::string cpus_text(double cpus)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), cpus).ptr;
    return {text.data(), end};
}

std::int64_t tmpfs_size(std::string_view options)
{
    for (const auto option : split(options, ','))
        if (option.starts_with("size="))
            return parse_size(option.substr(5)).value_or(0);
    return 0;
}

}
