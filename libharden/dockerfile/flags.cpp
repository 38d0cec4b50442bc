#include "dockerfile/flags.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace harden {

namespace {

enum class Takes { Boolean, Text, Texts };

struct FlagRule {
    Keyword keyword;
    std::string_view name;
    Takes takes;
};

constexpr std::array<FlagRule, 23> rules{{
    {Keyword::Add, "checksum", Takes::Text},
    {Keyword::Add, "chmod", Takes::Text},
    {Keyword::Add, "chown", Takes::Text},
    {Keyword::Add, "exclude", Takes::Texts},
    {Keyword::Add, "keep-git-dir", Takes::Boolean},
    {Keyword::Add, "link", Takes::Boolean},
    {Keyword::Add, "unpack", Takes::Boolean},
    {Keyword::Copy, "chmod", Takes::Text},
    {Keyword::Copy, "chown", Takes::Text},
    {Keyword::Copy, "exclude", Takes::Texts},
    {Keyword::Copy, "from", Takes::Text},
    {Keyword::Copy, "link", Takes::Boolean},
    {Keyword::Copy, "parents", Takes::Boolean},
    {Keyword::From, "platform", Takes::Text},
    {Keyword::Healthcheck, "interval", Takes::Text},
    {Keyword::Healthcheck, "retries", Takes::Text},
    {Keyword::Healthcheck, "start-interval", Takes::Text},
    {Keyword::Healthcheck, "start-period", Takes::Text},
    {Keyword::Healthcheck, "timeout", Takes::Text},
    {Keyword::Run, "device", Takes::Texts},
    {Keyword::Run, "mount", Takes::Texts},
    {Keyword::Run, "network", Takes::Text},
    {Keyword::Run, "security", Takes::Text},
}};

}

static const FlagRule* rule_of(Keyword keyword, std::string_view name)
{
    const auto* found = std::find_if(rules.begin(), rules.end(), [&](const FlagRule& rule) {
        return rule.keyword == keyword && rule.name == name;
    });
    return found == rules.end() ? nullptr : found;
}

static std::string unknown_flag(Keyword keyword, std::string_view name)
{
    std::vector<std::string> known;
    for (const auto& rule : rules)
        if (rule.keyword == keyword)
            known.emplace_back(rule.name);
    const auto meant = nearest(name, known);
    const auto what = cat(name_of(keyword), " has no flag --", escaped(name, 64));
    return meant ? cat(what, ", did you mean --", *meant, "?") : what;
}

static bool is_boolean(std::string_view value)
{
    std::string lower{value.substr(0, 6)};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; });
    return lower == "true" || lower == "false";
}

static bool is_of_number(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '.';
}

// As Go reads one: 1h30m, 1.5s. BuildKit takes 0 and what is 1 ms or longer.
static bool is_duration(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, double>, 8> units{{{"ns", 1e-6},
                                                                               {"us", 1e-3},
                                                                               {"\xC2\xB5s", 1e-3},
                                                                               {"\xCE\xBCs", 1e-3},
                                                                               {"ms", 1},
                                                                               {"s", 1e3},
                                                                               {"m", 6e4},
                                                                               {"h", 3.6e6}}};
    double milliseconds = 0;
    if (text == "0")
        return true;
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    while (!text.empty()) {
        double number = 0;
        const auto* digits_end = std::find_if_not(text.begin(), text.end(), is_of_number);
        const auto [end, error] =
            std::from_chars(text.begin(), digits_end, number, std::chars_format::fixed);
        const std::string_view name{digits_end, std::find_if(digits_end, text.end(), is_of_number)};
        text = {digits_end, text.end()};
        const auto* unit = std::find_if(units.begin(), units.end(), [&](const auto& candidate) {
            return candidate.first == name;
        });
        if (error != std::errc{} || end != text.data() || unit == units.end())
            return false;
        text.remove_prefix(unit->first.size());
        milliseconds += number * unit->second;
    }
    return milliseconds == 0 || milliseconds >= 1;
}

static std::string healthcheck_problem(std::string_view name, std::string_view value)
{
    if (value.empty())
        return "";
    if (name != "retries")
        return is_duration(value) ? ""
                                  : cat("--", name, " is a duration as in 1m30s, of 1ms or more");
    const auto retries = to_number(value.substr(value.starts_with('+') ? 1 : 0));
    const bool is_count = retries && *retries >= 0 && *retries <= INT32_MAX;
    return is_count ? "" : "--retries is a whole number";
}

static std::string value_problem(const FlagRule& rule, std::optional<std::string_view> value)
{
    if (rule.takes == Takes::Boolean)
        return !value || is_boolean(*value) ? "" : cat("--", rule.name, " is true or false");
    if (!value)
        return cat("--", rule.name, " needs a value");
    if (rule.keyword == Keyword::Healthcheck)
        return healthcheck_problem(rule.name, *value);
    const bool is_network = *value == "default" || *value == "none" || *value == "host";
    if (rule.name == "network" && !is_network)
        return "--network is default, none or host";
    if (rule.name == "security" && *value != "sandbox" && *value != "insecure")
        return "--security is sandbox or insecure";
    return "";
}

static std::string flag_problem(Keyword keyword, std::span<const PlainFlag> before,
                                const PlainFlag& flag)
{
    const auto* rule = rule_of(keyword, flag.name);
    if (rule == nullptr)
        return unknown_flag(keyword, flag.name);
    const bool is_repeated = std::any_of(before.begin(), before.end(), [&](const PlainFlag& other) {
        return other.name == flag.name;
    });
    if (is_repeated && rule->takes != Takes::Texts)
        return cat("--", flag.name, " is given twice");
    return value_problem(*rule, flag.value);
}

std::optional<FlagProblem> flag_problem(Keyword keyword, std::span<const PlainFlag> flags)
{
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (auto message = flag_problem(keyword, flags.first(i), flags[i]); !message.empty())
            return FlagProblem{i, std::move(message)};
    return {};
}

}
