// The only file that knows toml++.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
// toml++ 3.3 asserts, where it should complain, on a bracket with no key behind it ("[%", "[}").
struct TomlGaveUp {};
#define TOML_ASSERT(expression) static_cast<void>((expression) || (throw TomlGaveUp{}, true))
#include "base/settings.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnull-dereference" // in toml++ itself, when it is inlined
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wterminate" // where it throws from noexcept it would have aborted
#endif
#include <toml++/toml.h>
#pragma GCC diagnostic pop

namespace harden {

static constexpr std::size_t largest_document = 4U << 20U; // bytes

static Origin origin_of(const toml::source_region& region, std::string_view file)
{
    return {std::string{file}, static_cast<int>(region.begin.line),
            static_cast<int>(region.begin.column)};
}

static Result<Setting> converted(const toml::node& node, std::string_view file);

static Result<Setting> converted_table(const toml::table& table, std::string_view file)
{
    Setting::Table entries;
    for (const auto& [key, value] : table) {
        auto entry = TRY(converted(value, file));
        entry.origin = origin_of(key.source(), file);
        entries.emplace(key.str(), std::move(entry));
    }
    return Setting{std::move(entries), origin_of(table.source(), file)};
}

static Result<Setting> converted_array(const toml::array& array, std::string_view file)
{
    Setting::Array entries;
    for (const auto& value : array)
        entries.push_back(TRY(converted(value, file)));
    return Setting{std::move(entries), origin_of(array.source(), file)};
}

static Result<Setting> converted(const toml::node& node, std::string_view file)
{
    const auto origin = origin_of(node.source(), file);
    if (const auto* table = node.as_table())
        return converted_table(*table, file);
    if (const auto* array = node.as_array())
        return converted_array(*array, file);
    if (const auto* text = node.as_string())
        return Setting{text->get(), origin};
    if (const auto* integer = node.as_integer())
        return Setting{integer->get(), origin};
    if (const auto* number = node.as_floating_point())
        return Setting{number->get(), origin};
    if (const auto* boolean = node.as_boolean())
        return Setting{boolean->get(), origin};
    return Error{ErrorKind::Malformed, cat(to_text(origin), ": dates and times are not used here"),
                 "write a text in quotes"};
}

static Result<Setting> parsed(std::string_view text, std::string_view file)
{
    const auto parsed = toml::parse(text, file);
    if (parsed)
        return converted_table(parsed.table(), file);
    const auto& problem = parsed.error();
    return Error{ErrorKind::Malformed,
                 cat(to_text(origin_of(problem.source(), file)), ": ", problem.description()),
                 {}};
}

static bool gives_up(std::string_view text)
{
    try {
        static_cast<void>(toml::parse(text));
        return false;
    } catch (const TomlGaveUp&) {
        return true;
    }
}

// The parser goes from the first line to the last, so the fewest lines on which it gives up end
// with the one that it gives up at.
static int line_of_giving_up(std::string_view text)
{
    const auto all = lines(text);
    std::size_t good = 0;
    std::size_t bad = all.size();
    while (bad - good > 1) {
        const auto middle = good + (bad - good) / 2;
        const auto end =
            static_cast<std::size_t>(all[middle - 1].data() - text.data()) + all[middle - 1].size();
        (gives_up(text.substr(0, end)) ? bad : good) = middle;
    }
    return static_cast<int>(bad);
}

Result<Setting> parse_toml(std::string_view text, std::string_view file)
{
    if (text.size() > largest_document)
        return Error{ErrorKind::Malformed, cat(file, ": larger than 4 MiB"), {}};
    try {
        return parsed(text, file);
    } catch (const TomlGaveUp&) {
        const Origin origin{std::string{file}, line_of_giving_up(text), 1};
        return Error{ErrorKind::Malformed,
                     cat(to_text(origin), ": a bracket with no name or value behind it"),
                     {}};
    }
}

}
