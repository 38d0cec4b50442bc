#include "usage/day_line.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::size_t hours = 24;
static constexpr double hour = 3600; // seconds

struct Hour {
    double seconds = 0;
    double demand = 0; // seconds of it
};

// Lays the intervals back to back, from now into the past.
static std::array<Hour, hours> hours_of(const Ring& ring)
{
    std::array<Hour, hours> day{};
    double age = 0;
    for (auto index = ring.size(); index > 0 && age < hours * hour; --index) {
        const auto interval = ring.at(index - 1);
        const auto end = age + interval.seconds;
        while (age < std::min(end, hours * hour)) {
            const auto which = static_cast<std::size_t>(age / hour);
            const auto part = std::min(end, static_cast<double>(which + 1) * hour) - age;
            if (interval.demand) {
                day.at(which).seconds += part;
                day.at(which).demand += part * *interval.demand;
            }
            age += part;
        }
    }
    return day;
}

static std::string_view letter_for(const Hour& each, Letters letters)
{
    static constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static constexpr std::array<std::string_view, 8> plain{"_", ".", "-", "~", "=", "+", "*", "#"};
    constexpr double least = 60; // seconds that say something of an hour
    if (each.seconds < least)
        return " ";
    const auto share = std::clamp(each.demand / each.seconds, 0.0, 1.0);
    const auto step = std::min<std::size_t>(7, static_cast<std::size_t>(share * 8));
    return letters == Letters::Unicode ? blocks.at(step) : plain.at(step);
}

std::string day_line(const Ring& ring, Letters letters)
{
    const auto day = hours_of(ring);
    std::string line;
    for (auto each = day.rbegin(); each != day.rend(); ++each)
        line += letter_for(*each, letters);
    return line;
}

}
