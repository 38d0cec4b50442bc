#pragma once

#include "base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Regular expressions of a site's rules (RE2: linear time whatever the text), in any case. Safe to
// ask from several threads.
class LinePatterns {
public:
    // Adds one for the rule of that number; Malformed with RE2's own reason.
    Result<> add(const std::string& pattern, std::size_t rule);
    bool is_empty() const { return patterns_.empty(); }
    // The rules whose pattern is found in the line.
    std::vector<std::size_t> found_in(std::string_view line) const;

private:
    struct Pattern;
    std::vector<std::shared_ptr<const Pattern>> patterns_;
};

}
