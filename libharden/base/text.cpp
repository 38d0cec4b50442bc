#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <numeric>
#include <utility>

namespace harden {

std::string_view trim(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string_view> lines(std::string_view text)
{
    auto all = split(text, '\n');
    if (all.back().empty())
        all.pop_back();
    return all;
}

std::string join(std::span<const std::string> parts, std::string_view separator)
{
    std::string joined;
    for (const auto& part : parts)
        joined.append(joined.empty() && &part == parts.data() ? "" : separator).append(part);
    return joined;
}

namespace {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 0; // 0: not UTF-8
};

CodePoint decode(std::string_view text)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = at(0);
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || lead > 0xf4 || text.size() < length)
        return {};
    std::uint32_t value = lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xc0U) != 0x80)
            return {};
        value = value << 6U | (at(i) & 0x3fU);
    }
    constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return {};
    return {value, length};
}

// Marks that reorder or hide the text around them, and the C1 controls.
bool deceives(std::uint32_t point)
{
    return (point >= 0x80 && point < 0xa0) || (point >= 0x200b && point <= 0x200f) ||
           (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
           point == 0xfeff;
}

std::string hex(std::uint32_t value, std::size_t digits)
{
    constexpr std::string_view symbols = "0123456789abcdef";
    std::string text(digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4U)
        *digit = symbols[value & 0xfU];
    return text;
}

std::string escaped_point(std::string_view text, CodePoint point)
{
    if (point.bytes == 0 || point.value < 0x20 || point.value == 0x7f)
        return cat("\\x", hex(static_cast<unsigned char>(text[0]), 2));
    if (point.value == '\\')
        return "\\\\";
    if (deceives(point.value))
        return cat("\\u{", hex(point.value, 4), "}");
    return std::string{text.substr(0, point.bytes)};
}

}

std::string escaped(std::string_view foreign, std::size_t limit)
{
    std::string safe;
    while (!foreign.empty()) {
        const auto point = decode(foreign);
        const auto piece = escaped_point(foreign, point);
        if (safe.size() + piece.size() > limit)
            return safe.append("…");
        safe.append(piece);
        foreign.remove_prefix(std::max<std::size_t>(point.bytes, 1));
    }
    return safe;
}

// Levenshtein's distance, one row at a time.
static std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates)
{
    if (word.size() > 64)
        return {};
    std::optional<std::string> best;
    // two slips (a swap is two) in a short word, more in a long one, never all of it
    auto least = std::min(std::max<std::size_t>(word.size() / 3, 2) + 1, word.size());
    for (const auto& candidate : candidates) {
        const auto away = distance(word, candidate);
        if (away < least) {
            least = away;
            best = candidate;
        }
    }
    return best;
}

std::optional<long long> to_number(std::string_view text)
{
    long long number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    if (problem != std::errc{} || stop != end || text.empty())
        return {};
    return number;
}

}
