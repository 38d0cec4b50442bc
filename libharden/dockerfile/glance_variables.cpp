#include "dockerfile/glance_variables.h"

#include "dockerfile/glance_signs.h"
#include "dockerfile/white_space.h"
#include "dockerfile/words.h"

#include <algorithm>

namespace harden {

static constexpr auto npos = std::string_view::npos;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_byte(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

// Whether it stands for itself; find_first_of() looks each byte up in a loop of its own.
static bool is_plain(std::string_view value)
{
    return std::ranges::none_of(
        value, [](char c) { return c == '$' || c == '"' || c == '\'' || c == '\\' || c == '`'; });
}

std::optional<UsedVariable> variable_at(std::string_view text, std::size_t at)
{
    const auto is_braced = at + 1 < text.size() && text[at + 1] == '{';
    const auto begin = at + (is_braced ? 2 : 1);
    auto end = begin;
    if (!is_braced && end < text.size() && is_digit(text[end]))
        return UsedVariable{{}, end + 1};
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
    asked_.reserve(most_files_set);
    for (const auto& instruction : file.instructions())
        if (instruction.keyword == Keyword::Env || instruction.keyword == Keyword::Arg)
            learn(instruction);
}

// "ENV a=b c=d", "ARG a=b c", "ENV a b c"
void GlanceVariables::learn(const Instruction& instruction)
{
    const auto body = file_.text(instruction.body);
    std::size_t at = 0;
    for (auto word = next_word(body, at, file_.escape()); !word.empty();
         word = next_word(body, at, file_.escape())) {
        const auto equals = word.find('=');
        if (equals != npos) {
            set(instruction, word.substr(0, equals), word.substr(equals + 1));
        } else if (instruction.keyword == Keyword::Env) {
            const auto name_end = blank_after(body, 0);
            return set(instruction, body.substr(0, name_end),
                       body.substr(skip_blanks(body, name_end)));
        } else {
            set(instruction, word, {});
        }
    }
}

void GlanceVariables::set(const Instruction& instruction, std::string_view name,
                          std::string_view value)
{
    const auto is_quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                           value.front() == value.back();
    if (is_quoted)
        value = value.substr(1, value.size() - 2);
    has_plain_names_ = has_plain_names_ && std::ranges::all_of(name, is_name_byte);
    settings_.push_back({name, value, is_plain(value) && !instruction.on_build, instruction.stage,
                         instruction.body.end});
}

unsigned GlanceVariables::stage_at(std::size_t offset) const
{
    const auto all = file_.instructions();
    const auto next = std::ranges::upper_bound(
        all, offset, {}, [](const Instruction& one) { return one.word.begin; });
    return next == all.begin() ? 0 : std::prev(next)->stage;
}

// Empty for what is not set. None where it was not set yet, or in another stage, or to several
// things.
std::optional<std::string_view> GlanceVariables::value_at(std::string_view name,
                                                          std::size_t use) const
{
    const Setting* first = nullptr;
    for (const auto& one : settings_) {
        if (one.name != name)
            continue;
        if (first == nullptr)
            first = &one;
        if (!one.is_plain || one.stage != first->stage || one.value != first->value)
            return std::nullopt;
    }
    if (first == nullptr)
        return std::string_view{};
    return first->end <= use && first->stage == stage_at(use) ? std::optional{first->value}
                                                              : std::nullopt;
}

bool GlanceVariables::is_name_of_setting(const char* at) const
{
    return std::ranges::any_of(settings_,
                               [&](const Setting& one) { return one.name.data() == at; });
}

// Whether it is named where it is not read: a shell may set it there.
bool GlanceVariables::looks_set_elsewhere(std::string_view name) const
{
    const auto text = file_.joined();
    for (auto at = text.find(name.front()); at != npos; at = text.find(name.front(), at + 1)) {
        const auto before = at > 0 ? text[at - 1] : ' ';
        const auto is_read = before == '$' || (before == '{' && at > 1 && text[at - 2] == '$');
        if (is_name_byte(before) || is_read || is_name_of_setting(text.data() + at))
            continue;
        auto end = at;
        std::size_t same = 0;
        for (; end < text.size() && (is_passed_over(text[end]) || same < name.size()); ++end) {
            if (is_passed_over(text[end]))
                continue;
            if (text[end] != name[same])
                break;
            ++same;
        }
        if (same == name.size() && (end == text.size() || !is_name_byte(text[end])))
            return true;
    }
    return false;
}

bool GlanceVariables::is_set_elsewhere(std::string_view name)
{
    const auto asked = std::ranges::find(asked_, name, &Asked::name);
    if (asked != asked_.end())
        return asked->is_set;
    return asked_.emplace_back(Asked{name, looks_set_elsewhere(name)}).is_set;
}

std::optional<std::string> GlanceVariables::filled(std::string_view word)
{
    if (std::ranges::any_of(word, [](char c) { return c == '\'' || c == '\\'; }))
        return std::nullopt; // a $ may stand for itself
    const auto offset = static_cast<std::size_t>(word.data() - file_.joined().data());
    std::string text;
    std::size_t copied = 0;
    for (auto at = word.find('$'); at != npos; at = word.find('$', copied)) {
        const auto used = variable_at(word, at);
        const auto is_named = used && !used->name.empty() && !is_digit(used->name.front());
        if (!is_named || !has_plain_names_ || is_set_elsewhere(used->name))
            return std::nullopt;
        const auto value = value_at(used->name, offset + at);
        if (!value)
            return std::nullopt;
        text.append(word, copied, at - copied).append(*value);
        copied = used->end;
    }
    return text.append(word, copied, npos);
}

}
