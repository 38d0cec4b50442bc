#include "dockerfile/arguments.h"

#include "base/text.h"
#include "dockerfile/heredoc_word.h"
#include "dockerfile/white_space.h"
#include "dockerfile/words.h"

#include <algorithm>

namespace harden {

using Problem = std::optional<ArgumentProblem>;

static Problem problem_at(std::size_t at, std::string message)
{
    return ArgumentProblem{at, std::move(message)};
}

static bool is_word(std::string_view text, std::string_view capitals)
{
    return text.size() == capitals.size() &&
           std::equal(text.begin(), text.end(), capitals.begin(), [](char byte, char capital) {
               return byte == capital || byte == static_cast<char>(capital | 0x20);
           });
}

static Problem pairs_problem(const Arguments& arguments)
{
    const auto name = name_of(arguments.keyword);
    std::size_t at = 0;
    for (bool is_first = true;; is_first = false) {
        const auto word = next_word(arguments.body, at, arguments.escape);
        if (word.empty())
            return {};
        const auto begin = at - word.size();
        const auto equals = word.find('=');
        if (equals == std::string_view::npos && is_first)
            return blank_after(arguments.body, 0) == arguments.body.size()
                       ? problem_at(0, cat(name, " requires a name and a value"))
                       : Problem{};
        if (equals == std::string_view::npos)
            return problem_at(begin, cat("expected name=value, not ", escaped(word, 64)));
        if (equals == 0 && !arguments.on_build)
            return problem_at(begin, cat("a name of ", name, " is empty"));
    }
}

static Problem names_problem(const Arguments& arguments)
{
    for (std::size_t at = 0;;) {
        const auto word = next_word(arguments.body, at, arguments.escape);
        if (word.empty())
            return {};
        if (word.front() == '=')
            return problem_at(at - word.size(), "a name of ARG is empty");
    }
}

static std::size_t count_words(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at = skip_blanks(text, blank_after(text, at)))
        ++count;
    return count;
}

static std::string_view last_word(std::string_view text)
{
    auto begin = text.size();
    while (begin > 0 && !is_blank(text[begin - 1]))
        --begin;
    return text.substr(begin);
}

static Problem copy_problem(const Arguments& arguments)
{
    const auto name = name_of(arguments.keyword);
    const auto count = arguments.is_exec ? arguments.words.size() : count_words(arguments.body);
    if (count < 2)
        return problem_at(0, cat(name, " requires a source and a destination"));
    const auto target = arguments.is_exec ? std::string_view{arguments.words.back().text}
                                          : last_word(arguments.body);
    if (heredoc_word(target))
        return problem_at(0, cat(name, " takes no heredoc as its destination"));
    return {};
}

static bool is_stage_name(std::string_view name)
{
    const auto is_letter = [](char byte) {
        const char lower = static_cast<char>(byte | 0x20);
        return lower >= 'a' && lower <= 'z';
    };
    return is_letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char byte) {
               return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '-' ||
                      byte == '_' || byte == '.';
           });
}

static Problem from_problem(std::string_view body)
{
    const auto as = skip_blanks(body, blank_after(body, 0));
    const auto as_end = blank_after(body, as);
    const auto name = skip_blanks(body, as_end);
    const auto count = count_words(body);
    if (count != 1 && !(count == 3 && is_word(body.substr(as, as_end - as), "AS")))
        return problem_at(0, "FROM requires an image, or an image AS a name");
    if (count == 3 && !is_stage_name(body.substr(name)))
        return problem_at(name, "a stage's name starts with a letter and has letters, digits, "
                                "dashes, underscores and dots only");
    return {};
}

static std::size_t word_end(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size() && !is_byte_space(text[at]))
        ++at;
    return at;
}

std::size_t healthcheck_command(std::string_view body)
{
    auto at = word_end(body);
    while (at < body.size() && is_byte_space(body[at]))
        ++at;
    return at;
}

bool is_healthcheck_none(std::string_view body)
{
    return is_word(body.substr(0, word_end(body)), "NONE");
}

static Problem healthcheck_problem(const Arguments& arguments)
{
    const auto type = arguments.body.substr(0, word_end(arguments.body));
    const auto command = healthcheck_command(arguments.body);
    const bool has_command =
        arguments.is_exec ? !arguments.words.empty() : command < arguments.body.size();
    if (is_healthcheck_none(arguments.body))
        return command < arguments.body.size() && (!arguments.is_exec || has_command)
                   ? problem_at(command, "HEALTHCHECK NONE takes no arguments")
                   : Problem{};
    if (!is_word(type, "CMD"))
        return problem_at(0, cat("HEALTHCHECK is NONE or CMD, not ", escaped(type, 64)));
    return has_command ? Problem{} : problem_at(0, "HEALTHCHECK CMD requires a command");
}

static bool is_space(std::string_view text)
{
    return skip_space(text, 0) == text.size();
}

static Problem volume_problem(const Arguments& arguments)
{
    if (arguments.is_exec && arguments.words.empty())
        return problem_at(0, "VOLUME requires an argument");
    for (const auto& word : arguments.words)
        if (is_space(word.text))
            return problem_at(0, "a path of VOLUME is empty");
    for (std::size_t at = 0; at < arguments.body.size();) {
        const auto end = blank_after(arguments.body, at);
        if (is_space(arguments.body.substr(at, end - at)))
            return problem_at(at, "a path of VOLUME is empty");
        at = skip_blanks(arguments.body, end);
    }
    return {};
}

static Problem shell_problem(const Arguments& arguments)
{
    if (!arguments.is_exec)
        return problem_at(0, "SHELL requires the JSON form");
    return arguments.words.empty() ? problem_at(0, "SHELL requires an argument") : Problem{};
}

// Those left out say more themselves.
static Problem missing_problem(const Arguments& arguments)
{
    switch (arguments.keyword) {
    case Keyword::Add:
    case Keyword::Copy:
    case Keyword::From:
    case Keyword::Onbuild:
        return {};
    default:
        return problem_at(0, cat(name_of(arguments.keyword), " requires an argument"));
    }
}

std::optional<ArgumentProblem> argument_problem(const Arguments& arguments)
{
    const bool has_pairs = arguments.keyword == Keyword::Env || arguments.keyword == Keyword::Label;
    if (arguments.on_build)
        return has_pairs ? pairs_problem(arguments) : Problem{};
    if (auto missing = arguments.body.empty() ? missing_problem(arguments) : Problem{})
        return missing;
    switch (arguments.keyword) {
    case Keyword::Add:
    case Keyword::Copy:
        return copy_problem(arguments);
    case Keyword::Arg:
        return names_problem(arguments);
    case Keyword::Env:
    case Keyword::Label:
        return pairs_problem(arguments);
    case Keyword::From:
        return from_problem(arguments.body);
    case Keyword::Healthcheck:
        return healthcheck_problem(arguments);
    case Keyword::Shell:
        return shell_problem(arguments);
    case Keyword::Volume:
        return volume_problem(arguments);
    default:
        return {};
    }
}

}
