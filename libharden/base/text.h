#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Joins its arguments, which convert to string_view, into one string.
template<class... Parts>
std::string cat(const Parts&... parts)
{
    std::string joined;
    joined.reserve((std::string_view{parts}.size() + ... + 0));
    (joined.append(std::string_view{parts}), ...);
    return joined;
}

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::vector<std::string_view> lines(std::string_view text);
std::string join(std::span<const std::string> parts, std::string_view separator);

// Text that somebody else wrote, safe in one line of a log or on a terminal: control bytes,
// escape sequences, bidirectional marks and invalid UTF-8 become \xNN or \u{NNNN}. At most `limit`
// bytes, then "…".
std::string escaped(std::string_view foreign, std::size_t limit = 256);

// The candidate a reader most likely meant: none where all differ in more than a third of the word.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// A whole decimal number and nothing else.
std::optional<long long> to_number(std::string_view text);

}
