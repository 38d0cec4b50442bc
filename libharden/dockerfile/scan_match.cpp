#include "dockerfile/scan_match.h"

#include "dockerfile/command_roles.h"

#include <algorithm>
#include <array>

namespace harden {

namespace {

using Kind = ScanRules::Target::Kind;

bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_whole(ScanRole role)
{
    return role == ScanRole::Installs || role == ScanRole::Starts || role == ScanRole::Runs;
}

bool matches(const ScanRules::Target& target, std::string_view name)
{
    return target.has_tail ? name.starts_with(target.word) : name == target.word;
}

// The part of a path or an address in which [begin, end) stands.
std::string_view component(std::string_view text, std::size_t begin, std::size_t end)
{
    constexpr std::string_view separators = "/ \t\n\"'";
    const auto from =
        begin == 0 ? std::string_view::npos : text.find_last_of(separators, begin - 1);
    const auto first = from == std::string_view::npos ? 0 : from + 1;
    return text.substr(first, std::min(text.find_first_of(separators, end), text.size()) - first);
}

bool holds_excuse(const ScanRules& rules, std::string_view part)
{
    return std::any_of(rules.excuses.begin(), rules.excuses.end(), [&](const std::string& word) {
        for (auto at = part.find(word); at != std::string_view::npos;
             at = part.find(word, at + 1)) {
            const auto end = at + word.size();
            if ((at == 0 || !is_word_byte(part[at - 1])) &&
                (end == part.size() || !is_word_byte(part[end])))
                return true;
        }
        return false;
    });
}

bool is_between_others(const ScanRules::Target& target, std::string_view text, std::size_t begin,
                       std::size_t end)
{
    return (begin == 0 || !is_word_byte(text[begin - 1])) &&
           (target.has_tail || end == text.size() || !is_word_byte(text[end]));
}

}

std::optional<ScanRole> role_of_match(const ScanRules& rules, const ScanRules::Target& target,
                                      std::string_view text, std::size_t end, ScanRole role)
{
    if (target.kind == Kind::Anywhere)
        return role;
    if (is_whole(role)) {
        const auto name = role == ScanRole::Installs ? package_name(text) : program_name(text);
        if (matches(target, name))
            return role;
        // "libmail-sendmail-perl" is another package; "start-tor.sh" is a file of Tor's
        if (target.kind == Kind::Excuse || role == ScanRole::Installs)
            return std::nullopt;
        role = ScanRole::Files;
    }
    if (target.word.size() > end)
        return std::nullopt;
    const auto begin = end - target.word.size();
    if (text.substr(begin, target.word.size()) != target.word ||
        !is_between_others(target, text, begin, end) ||
        holds_excuse(rules, component(text, begin, end)))
        return std::nullopt;
    return role;
}

std::string_view wallet_in(std::string_view text)
{
    static constexpr auto base58 = [] {
        std::array<bool, 256> letters{};
        for (const auto c :
             std::string_view{"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"})
            letters[static_cast<unsigned char>(c)] = true;
        return letters;
    }();
    const auto is_letter = [](char c) { return base58[static_cast<unsigned char>(c)]; };
    constexpr std::size_t integrated_letters = 106;
    if (text.size() < wallet_letters)
        return {};
    for (auto begin = text.begin(); begin != text.end();) {
        begin = std::find_if(begin, text.end(), is_letter);
        const auto end = std::find_if_not(begin, text.end(), is_letter);
        const std::string_view word{begin, end};
        if ((word.size() == wallet_letters || word.size() == integrated_letters) &&
            (word[0] == '4' || word[0] == '8'))
            return word;
        begin = end;
    }
    return {};
}

bool is_port(std::string_view exposed, std::string_view wanted)
{
    const auto protocol = [](std::string_view port) {
        const auto slash = port.find('/');
        return slash == std::string_view::npos ? std::string_view{"tcp"} : port.substr(slash + 1);
    };
    if (protocol(exposed) != protocol(wanted))
        return false;
    const auto numbers = exposed.substr(0, exposed.find('/'));
    const auto number = to_number(wanted.substr(0, wanted.find('/')));
    const auto dash = numbers.find('-');
    const auto first = to_number(numbers.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : to_number(numbers.substr(dash + 1));
    constexpr long long widest = 100; // ports of a range that names one of them
    return number && first && last && *first <= *number && *number <= *last &&
           *last - *first < widest;
}

}
