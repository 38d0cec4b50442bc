#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// An upstream version; a candidate ("1.0.0-rc95") comes before its release.
struct Version {
    int major = 0;
    int minor = 0;
    int patch = 0;
    int candidate = 1 << 30; // 0 for "-rc", 1 for "-rc.1"; a release comes after all of them
    auto operator<=>(const Version&) const = default;
};

// "1.1.5+ds1", "v2.0.7", "1.0.0~rc93", "20.10.24+dfsg1", "9.9p2": what a distribution adds does not
// count.
std::optional<Version> parse_version(std::string_view text);

// Whether `version` has what each of these versions brought to its own branch (major.minor). A
// branch newer than all of them has it; an older one without an entry has not.
bool has_fix(const Version& version, const std::vector<std::string>& fixed_in);

}
