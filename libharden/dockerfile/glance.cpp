#include "dockerfile/glance.h"

#include "dockerfile/decode.h"
#include "dockerfile/glance_signs.h"
#include "dockerfile/scan_match.h"
#include "dockerfile/variables.h"

#include <algorithm>

namespace harden {

namespace {

using Kind = ScanRules::Target::Kind;

constexpr std::size_t most_ports = 65'536;
constexpr std::size_t longest_word = 4096; // that is expanded for a glance
// Programs whose deeds no word of a rule tells: shells that are handed to the network.
constexpr std::string_view signs[] = {"nc", "ncat", "netcat", "/dev/tcp/", "/dev/udp/"};

std::vector<std::string> searched_words(const ScanRules& rules)
{
    std::vector<std::string> words;
    for (const auto& target : rules.targets)
        if (target.kind != Kind::Excuse)
            words.push_back(target.word);
    for (const auto sign : signs)
        words.emplace_back(sign);
    for (const auto sign : decoder_signs)
        words.emplace_back(sign);
    return words;
}

bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool is_name_byte(char c)
{
    return is_alphanumeric(c) || c == '_';
}

// The word without blanks in which `at` stands; empty where it is too long to tell.
std::string_view word_around(std::string_view text, std::size_t at)
{
    auto begin = at;
    while (begin > 0 && is_joining(text[begin - 1]) && at - begin < longest_word)
        --begin;
    auto end = at;
    while (end < text.size() && is_joining(text[end]) && end - at < longest_word)
        ++end;
    return end - begin < longest_word ? text.substr(begin, end - begin) : std::string_view{};
}

// The variables that a file sets anywhere, and whether one of them is set to two things.
struct Assigned {
    Variables variables;
    bool is_ambiguous = false;

    void set(std::string_view name, std::string value)
    {
        const auto* known = variables.find(name);
        is_ambiguous |= known && *known != value;
        variables.set(std::string{name}, std::move(value));
    }
};

Assigned assigned_in(const Dockerfile& file)
{
    Assigned all;
    for (const auto& instruction : file.instructions())
        if (instruction.keyword == Keyword::Env || instruction.keyword == Keyword::Arg)
            for (auto& pair : named_values(file, instruction))
                if (pair.value)
                    all.set(pair.name, expand(*pair.value, all.variables, file.escape()));
    return all;
}

// What a shell's text sets `name` to: nothing where it does not, or where we cannot tell.
bool learn_shell_variable(std::string_view text, std::string_view name, Assigned& all)
{
    std::string value;
    int seen = 0;
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        if (at > 0 && (is_name_byte(text[at - 1]) || text[at - 1] == '$' || text[at - 1] == '{'))
            continue;
        const auto after = at + name.size();
        if (after >= text.size() || text[after] != '=') {
            if (after < text.size() && text[after] == ' ')
                return false; // for NAME in …, read NAME
            continue;
        }
        if (++seen > 1 ||
            text.substr(after + 1, 1).find_first_of("\"'$`") != std::string_view::npos)
            return false;
        value = text.substr(after + 1, text.find_first_of(" \t\n;&|)", after + 1) - after - 1);
    }
    all.set(name, value);
    return true;
}

}

Glance::Glance(const ScanRules& rules)
    : search_{searched_words(rules)}
    , ports_(most_ports)
{
    for (const auto& target : rules.targets)
        if (target.kind != Kind::Excuse)
            words_.push_back({target.word.size(), target.kind != Kind::Anywhere, target.has_tail});
    for (const auto sign : signs)
        words_.push_back({sign.size(), sign.back() != '/', false});
    for (const auto sign : decoder_signs)
        words_.push_back({sign.size(), false, false});
    for (const auto& rule : rules.rules) {
        looks_always_ |= !rule.pattern.empty();
        for (const auto& port : rule.ports)
            ports_[static_cast<std::size_t>(to_number(port.substr(0, port.find('/'))).value_or(0)) %
                   most_ports] = true;
    }
}

bool Glance::is_worth_a_look(const Dockerfile& file) const
{
    const auto text = file.joined();
    return looks_always_ || file.frontend() || holds_word(text) || has_foreign_letters(text) ||
           has_escapes(text) || has_joined_literals(text) || has_braces(text) ||
           has_piped_script(text) || has_long_code(text) || has_wallet_length(text) ||
           exposes_port(file) || joins_words(file);
}

bool Glance::holds_word(std::string_view text) const
{
    return search_.any(text, [&](WordSearch::Hit hit) {
        const auto& word = words_[hit.word];
        const auto begins = hit.end - word.length;
        // Where quotes or backslashes were passed over, the word begins further left.
        const auto is_plain =
            text.substr(begins, word.length).find_first_of("\"'\\") == std::string_view::npos;
        const auto goes_on =
            !word.has_tail && hit.end < text.size() && is_alphanumeric(text[hit.end]);
        const auto is_inside = (begins > 0 && is_alphanumeric(text[begins - 1])) || goes_on;
        return !(is_plain && word.is_whole && is_inside);
    });
}

bool Glance::exposes_port(const Dockerfile& file) const
{
    return std::any_of(
        file.instructions().begin(), file.instructions().end(), [&](const Instruction& one) {
            if (one.keyword != Keyword::Expose)
                return false;
            const auto text = file.text(one.body);
            if (text.find_first_of("$-") != std::string_view::npos)
                return true;
            std::size_t number = 0;
            for (std::size_t i = 0; i <= text.size(); ++i) {
                const auto c = i < text.size() ? text[i] : ' ';
                if (c >= '0' && c <= '9') {
                    number = std::min(number * 10 + static_cast<std::size_t>(c - '0'), most_ports);
                } else {
                    if (number > 0 && number < most_ports && ports_[number])
                        return true;
                    number = 0;
                }
            }
            return false;
        });
}

bool Glance::joins_words(const Dockerfile& file) const
{
    const auto text = file.joined();
    std::optional<Assigned> assigned;
    for (auto at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
        const auto is_braced = at + 1 < text.size() && text[at + 1] == '{';
        auto end = at + (is_braced ? 2 : 1);
        const auto begin = end;
        while (end < text.size() && is_name_byte(text[end]))
            ++end;
        const auto name = text.substr(begin, end - begin);
        if (is_braced && (end >= text.size() || text[end] != '}'))
            return true; // a modifier
        end += is_braced ? 1 : 0;
        const auto joins =
            (at > 0 && is_joining(text[at - 1])) || (end < text.size() && is_joining(text[end]));
        if (!joins)
            continue;
        if (name.empty())
            return true;
        if (!assigned)
            assigned = assigned_in(file);
        if (!assigned->variables.find(name) && !learn_shell_variable(text, name, *assigned))
            return true;
        const auto word = word_around(text, at);
        if (word.empty() || assigned->is_ambiguous ||
            holds_word(expand(word, assigned->variables, file.escape())))
            return true;
    }
    return false;
}

}
