#include "dockerfile/glance_variables.h"

#include "dockerfile/white_space.h"
#include "dockerfile/words.h"

#include <algorithm>

namespace harden {

static constexpr auto npos = std::string_view::npos;

static bool is_name_byte(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

// Whether it stands for itself; find_first_of() looks each byte up in a loop of its own.
static bool is_plain(std::string_view value)
{
    return std::ranges::none_of(value, [](char c) {
        return c == '$' || c == '"' || c == '\'' || c == '\\' || c == '`';
    });
}

std::optional<UsedVariable> variable_at(std::string_view text, std::size_t at)
{
    const auto is_braced = at + 1 < text.size() && text[at + 1] == '{';
    const auto begin = at + (is_braced ? 2 : 1);
    auto end = begin;
    while (end < text.size() && is_name_byte(text[end]))
        ++end;
    if (is_braced && (end >= text.size() || text[end] != '}'))
        return std::nullopt;
    return UsedVariable{text.substr(begin, end - begin), end + (is_braced ? 1 : 0)};
}

GlanceVariables::GlanceVariables(const Dockerfile& file)
    : file_{file}
{
    constexpr std::size_t most_files_set = 8;
    settings_.reserve(most_files_set);
    variables_.reserve(most_files_set);
    for (const auto& instruction : file.instructions())
        if (instruction.keyword == Keyword::Env || instruction.keyword == Keyword::Arg)
            learn(instruction);
}

// "ENV a=b c=d", "ARG a=b c", "ENV a b c"
void GlanceVariables::learn(const Instruction& instruction)
{
    settings_.push_back(instruction.body);
    const auto body = file_.text(instruction.body);
    std::size_t at = 0;
    for (auto word = next_word(body, at, file_.escape()); !word.empty();
         word = next_word(body, at, file_.escape())) {
        const auto equals = word.find('=');
        if (equals != npos) {
            set(word.substr(0, equals), word.substr(equals + 1));
        } else if (instruction.keyword == Keyword::Env) {
            const auto name_end = blank_after(body, 0);
            return set(body.substr(0, name_end), body.substr(skip_blanks(body, name_end)));
        }
    }
}

void GlanceVariables::set(std::string_view name, std::string_view value)
{
    const auto is_quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                           value.front() == value.back();
    if (is_quoted)
        value = value.substr(1, value.size() - 2);
    const auto known = std::ranges::find(variables_, name, &Variable::name);
    if (known == variables_.end())
        variables_.push_back({name, value, is_plain(value)});
    else
        known->is_plain = known->is_plain && is_plain(value) && known->value == value;
}

std::optional<GlanceVariables::Variable> GlanceVariables::set_by_shell(std::string_view name) const
{
    const auto text = file_.joined();
    const auto is_setting = [&](std::size_t at) {
        return std::ranges::any_of(
            settings_, [&](TextRange range) { return at >= range.begin && at < range.end; });
    };
    Variable found{name, {}, true};
    int seen = 0;
    for (auto at = text.find(name); at != npos; at = text.find(name, at + 1)) {
        const auto after = at + name.size();
        if (is_setting(at) ||
            (at > 0 && (is_name_byte(text[at - 1]) || text[at - 1] == '$' || text[at - 1] == '{')))
            continue;
        if (after < text.size() && text[after] == ' ') {
            found.is_plain = false; // for NAME in …, read NAME
            ++seen;
        }
        if (after >= text.size() || text[after] != '=')
            continue;
        found.value = text.substr(after + 1);
        found.value = found.value.substr(0, found.value.find_first_of(" \t\n;&|)"));
        if (++seen > 1 || !is_plain(found.value))
            found.is_plain = false;
    }
    return seen > 0 ? std::optional{found} : std::nullopt;
}

const GlanceVariables::Variable& GlanceVariables::find(std::string_view name)
{
    auto known = std::ranges::find(variables_, name, &Variable::name);
    if (known != variables_.end() && known->is_complete)
        return *known;
    const auto shell = set_by_shell(name);
    if (known == variables_.end())
        known = variables_.insert(known, shell.value_or(Variable{name, {}, true}));
    else if (shell)
        known->is_plain = known->is_plain && shell->is_plain && known->value == shell->value;
    known->is_complete = true;
    return *known;
}

std::optional<std::string> GlanceVariables::filled(std::string_view word)
{
    std::string text;
    std::size_t copied = 0;
    for (auto at = word.find('$'); at != npos; at = word.find('$', copied)) {
        const auto used = variable_at(word, at);
        if (!used || used->name.empty())
            return std::nullopt;
        const auto& variable = find(used->name);
        if (!variable.is_plain)
            return std::nullopt;
        text.append(word, copied, at - copied).append(variable.value);
        copied = used->end;
    }
    return text.append(word, copied, npos);
}

}
