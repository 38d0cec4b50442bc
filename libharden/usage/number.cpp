#include "usage/number.h"

#include <array>
#include <charconv>
#include <cmath>

namespace harden {

std::string number(double value, int digits)
{
    if (!std::isfinite(value))
        return "null";
    std::array<char, 400> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                   std::chars_format::fixed, digits)
                         .ptr;
    std::string shown{text.data(), end};
    if (shown.find('.') != std::string::npos)
        shown.erase(shown.find_last_not_of('0') + 1);
    if (shown.ends_with('.'))
        shown.pop_back();
    return shown == "-0" ? "0" : shown;
}

std::string number_or_null(std::optional<double> value, int digits)
{
    return value ? number(*value, digits) : "null";
}

}
