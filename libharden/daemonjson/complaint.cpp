#include "daemonjson/complaint.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

// What is shown of a line on either side of the place: minified files are one long line.
static constexpr std::size_t shown_before = 60;
static constexpr std::size_t shown_after = 40;

bool any_error(const std::vector<JsonComplaint>& complaints)
{
    return std::ranges::any_of(complaints,
                               [](const auto& one) { return one.weight == Weight::Error; });
}

static bool begins_character(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

static std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

static std::size_t line_begin(std::string_view text, std::size_t offset)
{
    const auto before = text.substr(0, offset).rfind('\n');
    return before == std::string_view::npos ? 0 : before + 1;
}

TextPlace place_of(std::string_view text, std::size_t offset)
{
    offset = std::min(offset, text.size());
    const auto begin = line_begin(text, offset);
    const auto line = std::ranges::count(text.substr(0, begin), '\n');
    return {static_cast<std::size_t>(line) + 1, characters(text.substr(begin, offset - begin)) + 1};
}

static std::string_view name_of(Weight weight)
{
    return weight == Weight::Error ? "error" : "warning";
}

static std::string prefix(const JsonComplaint& complaint, std::string_view file,
                          std::string_view text)
{
    const auto place = place_of(text, complaint.where.begin);
    return cat(escaped(file), ":", std::to_string(place.line), ":", std::to_string(place.column),
               ": ");
}

// Tabs become spaces, so that the carets stand under what they mean.
static std::string plain(std::string_view text)
{
    std::string spaced{text};
    std::ranges::replace(spaced, '\t', ' ');
    std::erase(spaced, '\r');
    return escaped(spaced, 4 * (shown_before + shown_after));
}

static std::string excerpt(TextSpan where, std::string_view text)
{
    const auto at = std::min(where.begin, text.size());
    auto begin = line_begin(text, at);
    const auto line_end = std::min(text.find('\n', at), text.size());
    if (at - begin > shown_before)
        begin = at - shown_before;
    while (begin < at && !begins_character(text[begin]))
        ++begin;
    const auto end = std::min(line_end, at + shown_after + shown_before);
    const auto marked_end = std::clamp(where.end, at, end);
    const auto before = plain(text.substr(begin, at - begin));
    const auto marked = plain(text.substr(at, marked_end - at));
    const auto number = std::to_string(place_of(text, at).line);
    const auto carets = std::max<std::size_t>(characters(marked), 1);
    return cat("  ", number, " | ", before, marked,
               plain(text.substr(marked_end, end - marked_end)), "\n",
               std::string(number.size() + 2, ' '), " | ", std::string(characters(before), ' '),
               "^", std::string(carets - 1, '~'), "\n");
}

std::string headline(const JsonComplaint& complaint, std::string_view file, std::string_view text)
{
    return cat(prefix(complaint, file, text), complaint.message);
}

std::string show(const JsonComplaint& complaint, std::string_view file, std::string_view text)
{
    const auto first = cat(prefix(complaint, file, text), name_of(complaint.weight), ": ",
                           complaint.message, " [", complaint.id, "]\n");
    const auto hint = complaint.hint.empty() ? "" : cat("hint: ", complaint.hint, "\n");
    return cat(first, excerpt(complaint.where, text), hint);
}

static std::string to_json(const JsonComplaint& complaint, std::string_view text)
{
    const auto place = place_of(text, complaint.where.begin);
    return cat("{\"id\": ", json_string(complaint.id), ", \"level\": \"", name_of(complaint.weight),
               "\", \"line\": ", std::to_string(place.line),
               ", \"column\": ", std::to_string(place.column),
               ", \"message\": ", json_string(complaint.message),
               ", \"hint\": ", json_string(complaint.hint), "}");
}

std::string to_json(const std::vector<JsonComplaint>& complaints, std::string_view file,
                    std::string_view text, std::string_view docker_version)
{
    std::vector<std::string> findings;
    for (const auto& complaint : complaints)
        findings.push_back(cat("\n    ", to_json(complaint, text)));
    const auto errors = std::ranges::count(complaints, Weight::Error, &JsonComplaint::weight);
    const auto all = static_cast<std::ptrdiff_t>(complaints.size());
    return cat("{\n  \"schema\": \"harden.daemonjson/1\",\n  \"file\": ", json_string(file),
               ",\n  \"docker_version\": ", json_string(docker_version), ",\n  \"findings\": [",
               join(findings, ","), findings.empty() ? "" : "\n  ",
               "],\n  \"summary\": {\"errors\": ", std::to_string(errors),
               ", \"warnings\": ", std::to_string(all - errors), "}\n}\n");
}

}
