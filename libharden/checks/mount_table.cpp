#include "checks/mount_table.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

// The kernel writes blanks and the like as "\040".
static std::string unescaped(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_octal =
            text[i] == '\\' && i + 3 < text.size() &&
            text.substr(i + 1, 3).find_first_not_of("01234567") == std::string_view::npos;
        if (!is_octal) {
            plain += text[i];
            continue;
        }
        plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                   (text[i + 3] - '0'));
        i += 3;
    }
    return plain;
}

// "36 35 98:0 /root /place rw,noatime shared:1 - ext3 /dev/root rw,errors=continue"
static std::optional<MountRow> parse_row(std::string_view line)
{
    const auto words = split(line, ' ');
    const auto dash = std::ranges::find(words, "-");
    if (words.size() < 10 || words.end() - dash < 4 || dash - words.begin() < 6)
        return std::nullopt;
    MountRow row{.device = std::string{words[2]},
                 .root = unescaped(words[3]),
                 .place = unescaped(words[4]),
                 .type = std::string{dash[1]},
                 .source = unescaped(dash[2])};
    for (const auto option : split(words[5], ','))
        row.options.emplace_back(option);
    row.read_only = has_option(row, "ro");
    for (const auto option : split(dash[3], ','))
        row.options.emplace_back(option);
    row.shared =
        std::any_of(words.begin() + 6, dash, [](auto word) { return word.starts_with("shared:"); });
    return row;
}

std::vector<MountRow> parse_mount_table(std::string_view mountinfo)
{
    std::vector<MountRow> rows;
    for (const auto line : lines(mountinfo))
        if (auto row = parse_row(line))
            rows.push_back(*std::move(row));
    return rows;
}

const MountRow* mount_at(const std::vector<MountRow>& rows, std::string_view place)
{
    const auto found = std::find_if(rows.rbegin(), rows.rend(),
                                    [&](const MountRow& row) { return row.place == place; });
    return found == rows.rend() ? nullptr : &*found;
}

const MountRow* mount_of(const std::vector<MountRow>& rows, std::string_view path)
{
    const MountRow* holder = nullptr;
    for (const auto& row : rows)
        if (is_within(path, row.place) &&
            (holder == nullptr || row.place.size() >= holder->place.size()))
            holder = &row;
    return holder;
}

bool has_option(const MountRow& row, std::string_view option)
{
    return std::ranges::find(row.options, option) != row.options.end();
}

std::optional<std::string> option_value(const MountRow& row, std::string_view name)
{
    for (const auto& option : row.options)
        if (option.starts_with(name) && option.substr(name.size()).starts_with('='))
            return option.substr(name.size() + 1);
    return std::nullopt;
}

std::vector<std::string> places_on_host(const std::vector<MountRow>& host, const MountRow& row)
{
    std::vector<std::string> places;
    for (const auto& own : host) {
        if (own.device != row.device || !is_within(row.root, own.root))
            continue;
        const auto below = own.root == "/" ? row.root : row.root.substr(own.root.size());
        const bool is_whole = below.empty() || below == "/";
        auto place = is_whole ? own.place : own.place == "/" ? below : cat(own.place, below);
        if (std::ranges::find(places, place) == places.end())
            places.push_back(std::move(place));
    }
    return places;
}

}
