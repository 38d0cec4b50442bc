#pragma once

#include "base/settings.h"
#include "node/host.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace harden {

inline constexpr auto site_tiers = "/etc/harden/tiers.toml";

// How much one tenant's container may use.
struct ResourceTier {
    std::string name;
    std::int64_t memory = 0; // bytes
    double cpus = 0;         // processors
    std::int64_t disk = 0;   // bytes, in tmpfs mounts
    std::int64_t pids = 0;
    bool open_ended = false; // where it begins; it ends nowhere
    bool by_label = false;   // only for a container that is labelled with it
};

// rules/tiers.toml with the site's file on top.
struct ResourceTiers {
    std::string label; // of containers, whose value is a tier's name; empty: none counts
    std::vector<ResourceTier> all; // smallest memory first
};

Result<Setting> tier_settings(const Host& host);
Result<ResourceTiers> tiers_from(const Setting& document);
Result<ResourceTiers> tiers_of(const Host& host);

// What a container is limited to; what is absent has no limit.
struct ContainerUse {
    std::optional<std::int64_t> memory;
    std::optional<double> cpus;
    std::optional<std::int64_t> disk;
    std::optional<std::int64_t> pids;
};

// Whether a tier is wide enough for one limit that is there; what is absent is not compared.
bool fits(const ContainerUse& use, const ResourceTier& tier);
// The smallest that is wide enough among the candidates; none: nullptr.
const ResourceTier* fitting_tier(const ContainerUse& use, std::span<const ResourceTier> candidates);
// Those that a container with these labels may be in: the one it is labelled with where the label
// counts, else all that are not `by_label`.
std::vector<ResourceTier>
candidates_for(const ResourceTiers& tiers,
               const std::map<std::string, std::string, std::less<>>& labels);

using ContainerLabels = std::map<std::string, std::string, std::less<>>;

// What is wrong where `one` limit is wider than the tiers that these labels allow; empty where it
// is not. `what` begins the sentence.
std::string beyond_tiers(const ResourceTiers& tiers, const ContainerLabels& labels,
                         const ContainerUse& one, std::string_view what);
// Whether limits that fit some tier each fit one together: those that fit none are not asked about.
bool fit_together(const ResourceTiers& tiers, const ContainerLabels& labels,
                  const ContainerUse& use);

std::string cpus_text(double cpus); // "0.25", "2"
// Of a tmpfs with these options; 0 where they have no size.
std::int64_t tmpfs_size(std::string_view options);

// "512m", "2g", "1073741824": bytes, with k, m, g or t of 1024; nothing where it is no size.
std::optional<std::int64_t> parse_size(std::string_view text);
std::string size_text(std::int64_t bytes); // "512 MiB"

}
