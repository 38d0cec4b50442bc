#include "node/change.h"

#include "base/text.h"
#include "node/firewall.h"

namespace harden {

std::string contents_for_change(std::string_view contents)
{
    constexpr std::string_view nul{"\0", 1};
    if (contents.substr(0, 4096).find(nul) == std::string_view::npos)
        return std::string{contents};
    return cat("a binary of ", std::to_string(contents.size()), " bytes");
}

Change change_of(const RuleDrift& drift)
{
    return {cat(drift.backend, " ", drift.family, ": ", drift.what), drift.from, drift.to};
}

}
