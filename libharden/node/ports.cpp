#include "node/ports.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

static Result<std::uint16_t> parse_port(std::string_view text)
{
    const auto number = to_number(text);
    if (!number)
        return Error{ErrorKind::Malformed,
                     cat("\"", escaped(text, 64), "\" is no port or range of ports"),
                     {}};
    if (*number < 1 || *number > 65535)
        return Error{ErrorKind::Malformed, cat("port ", text, " is out of range (1 to 65535)"), {}};
    return static_cast<std::uint16_t>(*number);
}

Result<PortRange> parse_ports(std::string_view text)
{
    const auto dash = text.find('-', 1);
    const auto first = TRY(parse_port(text.substr(0, dash)));
    if (dash == std::string_view::npos)
        return PortRange{first, first};
    const auto last = TRY(parse_port(text.substr(dash + 1)));
    if (last < first)
        return Error{ErrorKind::Malformed, cat("range of ports ", text, " runs backwards"), {}};
    return PortRange{first, last};
}

std::string to_text(const PortRange& range)
{
    if (range.first == range.last)
        return std::to_string(range.first);
    return cat(std::to_string(range.first), "-", std::to_string(range.last));
}

static void add_less(std::vector<PortRange>& kept, int first, int last, const PortRange& taken)
{
    if (first < taken.first)
        kept.push_back({static_cast<std::uint16_t>(first),
                        static_cast<std::uint16_t>(std::min<int>(last, taken.first - 1))});
    if (last > taken.last)
        kept.push_back({static_cast<std::uint16_t>(std::max<int>(first, taken.last + 1)),
                        static_cast<std::uint16_t>(last)});
}

std::vector<PortRange> without(const std::vector<PortRange>& ranges,
                               const std::vector<PortRange>& taken)
{
    auto left = ranges;
    for (const auto& gone : taken) {
        std::vector<PortRange> kept;
        for (const auto& range : left)
            add_less(kept, range.first, range.last, gone);
        left = std::move(kept);
    }
    return left;
}

std::vector<PortRange> disjoint(std::vector<PortRange> ranges)
{
    std::ranges::sort(ranges, {}, [](const PortRange& range) {
        return std::pair{range.first, range.last};
    });
    std::vector<PortRange> result;
    for (auto range : ranges) {
        if (!result.empty() && range.last <= result.back().last)
            continue;
        if (!result.empty() && range.first <= result.back().last)
            range.first = static_cast<std::uint16_t>(result.back().last + 1);
        result.push_back(range);
    }
    return result;
}

}
