#include "base/text.h"
#include "dockerfile/parser.h"
#include "dockerfile/white_space.h"

#include <algorithm>
#include <array>

namespace harden {

namespace {

enum class DirectiveName { Syntax, Escape, Check };
constexpr std::array<std::string_view, 3> names{"syntax", "escape", "check"};

// # name = value
struct Directive {
    DirectiveName name;
    std::string_view value;
};

}

static std::size_t skip_narrow_space(std::string_view text, std::size_t at)
{
    return std::min(text.find_first_not_of(" \t\r\f", at), text.size());
}

static bool is_letter(char byte)
{
    const char lower = static_cast<char>(byte | 0x20);
    return lower >= 'a' && lower <= 'z';
}

static std::optional<DirectiveName> directive_name(std::string_view word)
{
    for (std::size_t i = 0; i < names.size(); ++i)
        if (word.size() == names[i].size() &&
            std::equal(word.begin(), word.end(), names[i].begin(), [](char byte, char wanted) {
                return is_letter(byte) && static_cast<char>(byte | 0x20) == wanted;
            }))
            return static_cast<DirectiveName>(i);
    return {};
}

// A line from which `mark` ("#", or "//" for the frontend alone) is taken already.
static std::optional<Directive> directive_of(std::string_view line)
{
    const auto begin = skip_space(line, 0);
    auto end = begin;
    while (end < line.size() && is_letter(line[end]))
        ++end;
    const auto name = directive_name(line.substr(begin, end - begin));
    const auto equals = skip_narrow_space(line, end);
    if (!name || equals == line.size() || line[equals] != '=')
        return {};
    const auto value = line.substr(skip_narrow_space(line, equals + 1));
    const auto last = value.find_last_not_of(" \t\r\f");
    if (last == std::string_view::npos)
        return {};
    return Directive{*name, value.substr(0, last + 1)};
}

// The lines at the top that say how the rest is read. Each is a comment to what follows.
void DockerfileParser::read_directives()
{
    read_frontend();
    std::array<bool, names.size()> seen{};
    while (at_ < source_.size()) {
        const auto line = line_at(at_);
        const auto begin = text_begin(line);
        if (begin == line.end || source_[begin] != '#')
            return;
        const auto directive = directive_of(text_between(begin + 1, line.end));
        if (!directive)
            return;
        auto& was_seen = seen.at(static_cast<std::size_t>(directive->name));
        if (was_seen)
            complain_at(begin, "a parser directive is given twice");
        else if (directive->name == DirectiveName::Escape)
            set_escape(directive->value);
        was_seen = true;
        keep_comment(begin, line.end);
        at_ = line.next;
    }
}

void DockerfileParser::set_escape(std::string_view value)
{
    if (value == "\\" || value == "`")
        file_.escape_ = value.front();
    else
        complain_at(static_cast<std::size_t>(value.data() - source_.data()),
                    cat("the escape character is \\ or `, not ", escaped(value, 16)));
}

// BuildKit looks for the frontend on its own: after a line of #!, and behind // too.
void DockerfileParser::read_frontend()
{
    auto begin = at_;
    if (text_between(begin, source_.size()).starts_with("#!"))
        begin = line_at(begin).next;
    for (const std::string_view mark : {"#", "//"})
        if (!file_.frontend_)
            find_frontend(begin, mark);
}

void DockerfileParser::find_frontend(std::size_t begin, std::string_view mark)
{
    while (begin < source_.size()) {
        const auto line = line_at(begin);
        const auto text = text_between(begin, line.end);
        const auto directive =
            text.starts_with(mark) ? directive_of(text.substr(mark.size())) : std::nullopt;
        if (!directive)
            return;
        if (directive->name == DirectiveName::Syntax) {
            const auto at = static_cast<std::size_t>(directive->value.data() - source_.data());
            const auto length = std::min(directive->value.find(' '), directive->value.size());
            file_.frontend_ = {joined_at(at), joined_at(at + length)};
            return;
        }
        begin = line.next;
    }
}

}
