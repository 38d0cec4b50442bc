#pragma once

#include "base/settings.h"
#include "base/time.h"
#include "dockerfile/scan_finding.h"

namespace harden {

inline constexpr auto site_suppressions = "/etc/harden/scan-suppressions.toml";

// A finding that the operator answers for, until a day. All that an entry says must hold.
struct Suppression {
    std::string rule;   // "*" stands for any text
    std::string path;   // of the file, "*" stands for any text; what a finding's path is
    std::string digest; // "sha256:…" of the file, or the image's; empty: any
    std::string reason; // empty: it does not count
    std::string owner;
    TimePoint expires; // from this day on it does not count
    Origin origin;
};
Result<std::vector<Suppression>> parse_suppressions(std::string_view text, std::string_view file);

// Whether any of them needs to know what a file's digest is.
bool asks_for_digest(const std::vector<Suppression>& suppressions);

struct Suppressed {
    std::vector<ScanFinding> findings;   // that stand
    std::vector<ScanFinding> suppressed; // whose message says by whom and until when
    std::vector<std::string> warnings;   // of entries that would cover one and do not count
};
Suppressed suppress(std::vector<ScanFinding> findings, std::string_view path,
                    std::string_view digest, const std::vector<Suppression>& suppressions,
                    TimePoint now);

}
