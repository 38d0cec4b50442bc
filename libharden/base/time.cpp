#include "base/time.h"

#include "base/text.h"

#include <cstdio>

namespace harden {

using namespace std::chrono;

std::string to_rfc3339(TimePoint time)
{
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(time - day)};
    char text[40];
    const auto length = std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", int{date.year()},
        unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return {text, static_cast<std::size_t>(length)};
}

std::optional<TimePoint> from_rfc3339(std::string_view text)
{
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != shape.size())
        return {};
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return {};
    const auto part = [&](std::size_t from, std::size_t length) {
        return static_cast<int>(*to_number(text.substr(from, length)));
    };
    const auto date = year{part(0, 4)} / part(5, 2) / part(8, 2);
    constexpr year first{1678}; // between them nanoseconds since the epoch fit
    constexpr year last{2261};
    if (!date.ok() || date.year() < first || date.year() > last || part(11, 2) > 23 ||
        part(14, 2) > 59 || part(17, 2) > 60)
        return {};
    return sys_days{date} + hours{part(11, 2)} + minutes{part(14, 2)} + seconds{part(17, 2)};
}

}
