#include "checks/canary_answers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace harden {

static constexpr std::string_view greeting = "harden-canary 1";
static constexpr std::size_t most_lines = 200;
static constexpr std::size_t longest_line = 512;

static Error malformed(std::string_view problem, std::string_view line)
{
    return {ErrorKind::Malformed,
            cat("the canary's answer makes no sense: ", problem, ": ", escaped(line, 80)),
            {}};
}

static bool is_key(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '-' || letter == '.';
    });
}

static Result<> add(CanaryAnswers& answers, std::string_view line)
{
    const auto space = line.find(' ');
    const auto key = line.substr(0, space);
    if (space == std::string_view::npos || !is_key(key))
        return malformed("a line is no answer", line);
    const auto value = trim(line.substr(space));
    if (!answers.values.emplace(key, value).second)
        return malformed("it tells a thing twice", key);
    return done;
}

Result<CanaryAnswers> parse_canary_answers(std::string_view text)
{
    const auto all = lines(text);
    if (all.empty() || all.front() != greeting)
        return malformed("it does not begin as one", text.substr(0, 80));
    if (all.size() > most_lines)
        return malformed("it is too long", all.front());
    CanaryAnswers answers;
    for (std::size_t i = 1; i < all.size(); ++i) {
        const auto line = all[i];
        if (answers.has_ended || line.size() > longest_line)
            return malformed("there is too much", line);
        if (line == "end")
            answers.has_ended = true;
        else if (line == "ready")
            answers.was_ready = true;
        else if (!line.empty())
            TRY(add(answers, line));
    }
    return answers;
}

std::string_view CanaryAnswers::value(std::string_view key) const
{
    const auto found = values.find(key);
    return found == values.end() ? std::string_view{} : std::string_view{found->second};
}

// Linux's numbers of those that are seen here, the same on every architecture that we build for.
static std::string error_name(long long number)
{
    static constexpr std::array<std::pair<int, std::string_view>, 10> names{
        {{1, "EPERM"},
         {2, "ENOENT"},
         {6, "ENXIO"},
         {11, "EAGAIN"},
         {13, "EACCES"},
         {30, "EROFS"},
         {38, "ENOSYS"},
         {61, "ENODATA"},
         {93, "EPROTONOSUPPORT"},
         {97, "EAFNOSUPPORT"}}};
    const auto* found = std::ranges::find(names, number, &std::pair<int, std::string_view>::first);
    return found == names.end() ? cat("error ", std::to_string(number))
                                : std::string{found->second};
}

std::optional<CanaryAttempt> attempt_of(const CanaryAnswers& answers, std::string_view key)
{
    const auto value = answers.value(key);
    const auto words = split(value, ' ');
    if (value == "allowed" || value == "open")
        return CanaryAttempt{true, std::string{value}};
    if (value == "silent")
        return CanaryAttempt{false, "silent"};
    const auto number = words.size() == 2 ? to_number(words[1]) : std::nullopt;
    if (number && words.front() == "refused")
        return CanaryAttempt{false, cat("refused (", error_name(*number), ")")};
    if (number && words.front() == "killed")
        return CanaryAttempt{false, cat("killed by signal ", std::to_string(*number))};
    return std::nullopt;
}

std::optional<CanaryChildren> children_of(const CanaryAnswers& answers, std::string_view key)
{
    const auto words = split(answers.value(key), ' ');
    const auto made = words.size() == 2 ? to_number(words[0]) : std::nullopt;
    const auto problem = words.size() == 2 ? to_number(words[1]) : std::nullopt;
    if (!made || !problem)
        return std::nullopt;
    return CanaryChildren{*made, *problem};
}

}
