#include "checks/version.h"

#include "base/text.h"

#include <algorithm>
#include <cctype>

namespace harden {

static std::optional<int> take_number(std::string_view& text)
{
    const auto end =
        std::ranges::find_if_not(text, [](unsigned char c) { return std::isdigit(c); });
    const auto digits = static_cast<std::size_t>(end - text.begin());
    if (digits == 0 || digits > 8)
        return std::nullopt;
    const auto number = to_number(text.substr(0, digits));
    text.remove_prefix(digits);
    return static_cast<int>(*number);
}

static bool skip(std::string_view& text, std::string_view expected)
{
    if (!text.starts_with(expected))
        return false;
    text.remove_prefix(expected.size());
    return true;
}

std::optional<Version> parse_version(std::string_view text)
{
    Version version;
    skip(text, "v");
    const auto major = take_number(text);
    if (!major || !skip(text, "."))
        return std::nullopt;
    const auto minor = take_number(text);
    if (!minor)
        return std::nullopt;
    version.major = *major;
    version.minor = *minor;
    if (skip(text, ".") || skip(text, "p"))
        version.patch = take_number(text).value_or(0);
    if (skip(text, "-rc") || skip(text, "~rc")) {
        skip(text, ".");
        version.candidate = take_number(text).value_or(0);
    }
    return version;
}

bool has_fix(const Version& version, const std::vector<std::string>& fixed_in)
{
    Version newest;
    for (const auto& text : fixed_in) {
        const auto fix = parse_version(text).value_or(Version{});
        if (fix.major == version.major && fix.minor == version.minor)
            return version >= fix;
        newest = std::max(newest, fix);
    }
    return version > newest;
}

}
