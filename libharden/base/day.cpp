#include "base/day.h"

namespace harden {

std::optional<TimePoint> from_day(std::string_view text)
{
    return from_rfc3339(cat(text, "T00:00:00Z"));
}

std::string to_day(TimePoint time)
{
    return to_rfc3339(time).substr(0, std::string_view{"2027-03-31"}.size());
}

Result<TimePoint> read_day(TableReader& table, std::string_view key)
{
    const auto day = from_day(TRY(table.text(key)));
    if (!day)
        return table.error_at(key, "must be a day in quotes, as in \"2027-03-31\", before 2262");
    return *day;
}

}
