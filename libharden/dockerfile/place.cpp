#include "dockerfile/dockerfile.h"

#include <algorithm>

namespace harden {

FilePlace file_place(std::string_view source, std::size_t offset)
{
    const auto before = source.substr(0, std::min(offset, source.size()));
    const auto last = before.rfind('\n');
    const auto line_begin = last == std::string_view::npos ? 0 : last + 1;
    return {static_cast<int>(1 + std::count(before.begin(), before.end(), '\n')),
            static_cast<int>(1 + before.size() - line_begin)};
}

std::size_t Dockerfile::source_offset(std::size_t joined_offset) const
{
    const auto after = std::upper_bound(
        segments_.begin(), segments_.end(), joined_offset,
        [](std::size_t offset, const Segment& segment) { return offset < segment.joined; });
    if (after == segments_.begin())
        return joined_offset;
    const auto& segment = *std::prev(after);
    return segment.source + (joined_offset - segment.joined);
}

}
