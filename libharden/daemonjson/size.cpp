#include "daemonjson/size.h"

#include "base/text.h"

#include <cctype>
#include <charconv>
#include <string>

namespace harden {

std::optional<double> size_in_bytes(std::string_view text)
{
    double number = 0;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (failure != std::errc{})
        return std::nullopt;
    std::string unit;
    for (const char c : trim(text.substr(static_cast<std::size_t>(end - text.data()))))
        unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (unit.empty() || unit == "b")
        return number;
    constexpr std::string_view prefixes = "kmgtp";
    const auto step = prefixes.find(unit.front());
    const auto rest = std::string_view{unit}.substr(1);
    if (step == std::string_view::npos || !(rest.empty() || rest == "b" || rest == "ib"))
        return std::nullopt;
    for (std::size_t i = 0; i <= step; ++i)
        number *= 1024;
    return number;
}

}
