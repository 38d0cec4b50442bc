#include "cli/completion.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

namespace {

using Rows = std::vector<const Option*>;

void add(Rows& rows, const std::vector<Option>& options)
{
    for (const auto& option : options)
        rows.push_back(&option);
}

bool is_positional(const Option& option)
{
    return !option.names.starts_with('-');
}

bool is_named(const Option& option, std::string_view name)
{
    const auto names = split(option.names, ',');
    return std::ranges::find(names, name) != names.end();
}

bool takes_value(const Option& option)
{
    return !is_positional(option) && !std::holds_alternative<bool*>(option.target);
}

const Option* awaiting_value(const Rows& rows, std::string_view before)
{
    const auto found = std::ranges::find_if(rows, [&](const Option* option) {
        return takes_value(*option) && is_named(*option, before);
    });
    return found == rows.end() ? nullptr : *found;
}

std::string candidate(std::string_view name, std::string_view help, std::string_view begun)
{
    return name.starts_with(begun) ? cat(name, "\t", help, "\n") : "";
}

std::string values(const Option& option, std::string_view begun)
{
    std::string text;
    for (const auto& choice : option.choices)
        text += candidate(choice, option.help, begun);
    const bool names_a_file = option.value.find("FILE") != std::string::npos ||
                              option.value.find("DIR") != std::string::npos ||
                              option.value.find("PATH") != std::string::npos;
    return names_a_file ? cat(text, ":file\n") : text;
}

std::string options(const Rows& rows, std::string_view begun)
{
    std::string text;
    for (const auto* option : rows)
        if (!is_positional(*option))
            for (const auto name : split(option->names, ','))
                text += candidate(name, option->help, begun);
    return cat(text, candidate("--help", "Print this help", begun));
}

// The word among those that are typed whole, and where it stands.
const Word* word_among(const Tool& tool, std::span<const std::string> whole)
{
    for (const auto& typed : whole) {
        const auto found = std::ranges::find(tool.words, typed, &Word::name);
        if (!typed.empty() && found != tool.words.end())
            return &*found;
    }
    return nullptr;
}

}

std::string completions(const Tool& tool, std::span<const std::string> typed)
{
    if (typed.empty())
        return "";
    const auto& begun = typed.back();
    const auto whole = typed.first(typed.size() - 1);
    const auto* word = word_among(tool, whole);
    Rows rows;
    add(rows, tool.options);
    for (const auto& row : tool.words)
        if (&row == word || (word == nullptr && row.name.empty()))
            add(rows, row.options);
    if (!whole.empty())
        if (const auto* option = awaiting_value(rows, whole.back()))
            return values(*option, begun);
    if (begun.starts_with('-'))
        return options(rows, begun);
    std::string text;
    if (word == nullptr)
        for (const auto& row : tool.words)
            if (!row.name.empty())
                text += candidate(row.name, row.help, begun);
    for (const auto* option : rows)
        if (is_positional(*option))
            text += values(*option, begun);
    return text.empty() ? options(rows, begun) : text;
}

}
