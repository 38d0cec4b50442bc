#include "usage/cgroup_files.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace harden {

static Error malformed(std::string_view what, std::string_view text)
{
    return {ErrorKind::Malformed, cat(what, ": '", escaped(text, 64), "'"), {}};
}

Result<std::uint64_t> parse_counter(std::string_view text)
{
    const auto digits = trim(text);
    std::uint64_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [rest, code] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || code != std::errc{} || rest != end)
        return malformed("not a counter", text);
    return value;
}

Result<std::uint64_t> stat_value(std::string_view text, std::string_view name)
{
    for (const auto line : lines(text))
        if (line.starts_with(name) && line.substr(name.size()).starts_with(' '))
            return parse_counter(line.substr(name.size()));
    return Error{ErrorKind::NotFound, cat("no line '", name, "'"), {}};
}

static Result<std::optional<double>> share(std::string_view quota, std::string_view period)
{
    const auto length = TRY(parse_counter(period));
    const auto allowed = TRY(parse_counter(quota));
    if (length == 0)
        return malformed("not a period", period);
    return std::optional{static_cast<double>(allowed) / static_cast<double>(length)};
}

Result<std::optional<double>> parse_cpu_max(std::string_view text)
{
    const auto words = split(trim(text), ' ');
    if (words.size() != 2)
        return malformed("not a processor limit", text);
    if (words[0] == "max")
        return std::optional<double>{};
    return share(words[0], words[1]);
}

bool is_unlimited(std::string_view quota)
{
    return quota.starts_with('-');
}

Result<std::optional<double>> parse_cfs_quota(std::string_view quota, std::string_view period)
{
    if (is_unlimited(trim(quota)))
        return std::optional<double>{};
    return share(quota, period);
}

static Result<long long> processors_in_range(std::string_view range)
{
    constexpr long long most = 1 << 16;
    const auto dash = range.find('-');
    const auto first = to_number(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : to_number(range.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last >= most)
        return malformed("not a range of processors", range);
    return *last - *first + 1;
}

Result<int> processors_in(std::string_view list)
{
    constexpr long long most = 1 << 16;
    long long count = 0;
    for (const auto range : split(trim(list), ','))
        count = std::min(most, count + TRY(processors_in_range(range)));
    return static_cast<int>(count);
}

Result<std::uint64_t> parse_pressure_total(std::string_view text)
{
    for (const auto line : lines(text)) {
        const auto total = line.rfind("total=");
        if (line.starts_with("some ") && total != std::string_view::npos)
            return parse_counter(line.substr(total + 6));
    }
    return malformed("no pressure", text);
}

Result<std::chrono::nanoseconds> parse_start(std::string_view text)
{
    // The program's name is in brackets and may hold spaces and brackets itself.
    const auto end = text.rfind(')');
    const auto words =
        split(trim(text.substr(end == std::string_view::npos ? text.size() : end)), ' ');
    constexpr std::size_t start = 20; // field 22 of proc(5)
    if (words.size() <= start)
        return malformed("no process", text);
    constexpr std::uint64_t ticks = 100; // a second, to user space always
    constexpr std::uint64_t most = std::uint64_t{1} << 40U;
    const auto value = TRY(parse_counter(words[start]));
    if (value > most)
        return malformed("no start of a process", text);
    return std::chrono::nanoseconds{value * (1'000'000'000 / ticks)};
}

}
