#include "system/legacy_glance.h"

namespace harden {

// None where it could not be read: the next time will tell.
std::optional<LegacyGlance::Filters> LegacyGlance::look() const
{
    Filters filters;
    for (std::size_t i = 0; i < filters.size(); ++i) {
        auto filter = backend_.look(xt_families[i]);
        if (!filter)
            return std::nullopt;
        filters[i] = *std::move(filter);
    }
    return filters;
}

bool LegacyGlance::is_needed()
{
    if (!last_)
        last_ = look();
    return last_ && ((*last_)[0] || (*last_)[1]);
}

bool LegacyGlance::has_changed()
{
    auto now = look();
    if (!now || now == last_)
        return false;
    last_ = std::move(now);
    return true;
}

}
