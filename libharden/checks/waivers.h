#pragma once

#include "base/settings.h"
#include "base/time.h"
#include "checks/check.h"

#include <string>
#include <vector>

namespace harden {

inline constexpr auto site_waivers = "/etc/harden/waivers.toml";

// A failure that somebody has answered for, until a day.
struct Waiver {
    std::string id;
    std::string scope; // names of nodes, "*" for any text
    std::string reason;
    std::string owner;
    TimePoint expires;
    Origin origin;
};

// Every waiver names a check that exists and may be waived, a reason, an owner and a day.
Result<std::vector<Waiver>> parse_waivers(std::string_view text, std::string_view file,
                                          const std::vector<Check>& checks);

// Failures with a waiver that holds become Waived. An expired one is named in its failure's
// evidence.
void waive(std::vector<Finding>& findings, const std::vector<Waiver>& waivers,
           std::string_view node, TimePoint now);

// Waivers that hold and met no failure of these: worth a look, since they hide the next one.
std::vector<Waiver> unused(const std::vector<Waiver>& waivers,
                           const std::vector<Finding>& findings);

}
