#include "usage/memory_map.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace harden {

// gVisor keeps the memory of all programs of a sandbox in one file without a name. Seen with
// releases 20240729 on the platforms systrap and ptrace: the sentry maps the whole of it, and each
// stub process maps its program's pages where the program has them.
static constexpr std::string_view guest_memory = "/memfd:runsc-memory (deleted)";

static std::optional<std::uint64_t> address(std::string_view digits)
{
    std::uint64_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value, 16);
    return error == std::errc{} && rest == end ? std::optional{value} : std::nullopt;
}

// "/dev/zero" and "/dev/shm" are memory; others may be registers of a card.
static bool is_device(std::string_view name)
{
    return name.starts_with("/dev/") && !name.starts_with("/dev/zero") &&
           !name.starts_with("/dev/shm/");
}

static bool is_shared_file(std::string_view rights, std::string_view name)
{
    return rights.ends_with('s') && name.starts_with('/') && !name.ends_with("(deleted)") &&
           !name.starts_with("/dev/");
}

static std::optional<MemoryRange> range_in(std::string_view line)
{
    const auto words = split(line, ' ');
    if (words.size() < 5 || !words[1].starts_with("rw"))
        return std::nullopt;
    const auto path = line.find_first_of("/[");
    const auto name = path == std::string_view::npos ? std::string_view{} : line.substr(path);
    const auto dash = words[0].find('-');
    if (dash == std::string_view::npos || is_device(name) || is_shared_file(words[1], name))
        return std::nullopt;
    const auto begin = address(words[0].substr(0, dash));
    const auto end = address(words[0].substr(dash + 1));
    if (!begin || !end || *begin >= *end)
        return std::nullopt;
    return MemoryRange{*begin, *end, name == guest_memory};
}

std::vector<MemoryRange> searchable_memory(std::string_view maps)
{
    std::vector<MemoryRange> ranges;
    for (const auto line : lines(maps))
        if (const auto range = range_in(line))
            ranges.push_back(*range);
    std::stable_sort(ranges.begin(), ranges.end(),
                     [](const auto& one, const auto& other) { return one.size() < other.size(); });
    return ranges;
}

}
