#include "checks/mounts.h"

#include <algorithm>

namespace harden {

// "\040" is a blank.
static std::string unescaped(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto digit = [&](std::size_t i) { return text[at + i] - '0'; };
        if (text[at] == '\\' && at + 3 < text.size()) {
            plain += static_cast<char>(digit(1) * 64 + digit(2) * 8 + digit(3));
            at += 3;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

static std::vector<std::string> options_in(std::string_view text)
{
    std::vector<std::string> options;
    for (const auto option : split(text, ','))
        options.emplace_back(option);
    return options;
}

std::vector<Mount> parse_mounts(std::string_view mountinfo)
{
    std::vector<Mount> found;
    for (const auto line : lines(mountinfo)) {
        const auto fields = split(trim(line), ' ');
        const auto mark = std::ranges::find(fields, "-");
        if (mark - fields.begin() < 6 || fields.end() - mark < 4)
            continue;
        found.push_back({.device = std::string{fields[2]},
                         .place = unescaped(fields[4]),
                         .options = options_in(fields[5]),
                         .type = std::string{mark[1]},
                         .source = unescaped(mark[2]),
                         .inner = options_in(mark[3])});
    }
    return found;
}

Result<std::vector<Mount>> mounts(const Facts& facts)
{
    return parse_mounts(TRY(facts.host().read("/proc/self/mountinfo")));
}

static bool holds(const Path& place, const Path& path)
{
    const auto [end, other] = std::ranges::mismatch(place, path);
    return end == place.end();
}

// Of mounts on one place the later one is seen.
const Mount* mount_of(const std::vector<Mount>& mounts, const Path& path)
{
    const Mount* best = nullptr;
    for (const auto& mount : mounts)
        if (holds(mount.place, path) &&
            (best == nullptr || mount.place.native().size() >= best->place.native().size()))
            best = &mount;
    return best;
}

bool has_option(const std::vector<std::string>& options, std::string_view option)
{
    return std::ranges::find(options, option) != options.end();
}

}
