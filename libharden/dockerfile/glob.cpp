#include "dockerfile/glob.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace harden {

Glob::Glob(std::string_view pattern, Syntax syntax)
    : is_valid_{pattern.size() <= longest_glob}
{
    std::size_t at = 0;
    while (is_valid_ && at < pattern.size()) {
        const char letter = pattern[at];
        if (letter == '*') {
            read_stars(pattern, at, syntax);
        } else if (letter == '[') {
            is_valid_ = read_set(pattern, at);
        } else if (letter == '?') {
            parts_.push_back({Kind::AnyInName, 0, 0});
            is_literal_ = false;
            ++at;
        } else if (letter == '\\') {
            is_valid_ = at + 1 < pattern.size();
            if (is_valid_)
                read_letter(pattern[at + 1]);
            at += 2;
        } else {
            read_letter(letter);
            ++at;
        }
    }
}

void Glob::read_letter(char letter)
{
    parts_.push_back({Kind::Letter, letter, 0});
    literal_ += letter;
}

void Glob::read_stars(std::string_view pattern, std::size_t& at, Syntax syntax)
{
    is_literal_ = false;
    const auto begin = at;
    at = std::min(pattern.find_first_not_of('*', at), pattern.size());
    const bool begins = begin == 0 || pattern[begin - 1] == '/';
    const bool ends = at == pattern.size() || pattern[at] == '/';
    const bool is_wide =
        syntax == Syntax::Git ? at - begin == 2 && begins && ends : at - begin >= 2;
    if (!is_wide) {
        parts_.push_back({Kind::StarInName, 0, 0});
    } else if (at < pattern.size() && pattern[at] == '/') {
        parts_.push_back({Kind::Folders, 0, 0});
        ++at;
    } else {
        if (syntax == Syntax::Git && begin > 0) // what is inside, not the folder itself
            parts_.push_back({Kind::AnyInName, 0, 0});
        parts_.push_back({Kind::Anything, 0, 0});
    }
}

using LetterClass = std::pair<std::string_view, int (*)(int)>;
static constexpr std::array<LetterClass, 12> letter_classes{{{"alnum", std::isalnum},
                                                             {"alpha", std::isalpha},
                                                             {"blank", std::isblank},
                                                             {"cntrl", std::iscntrl},
                                                             {"digit", std::isdigit},
                                                             {"graph", std::isgraph},
                                                             {"lower", std::islower},
                                                             {"print", std::isprint},
                                                             {"punct", std::ispunct},
                                                             {"space", std::isspace},
                                                             {"upper", std::isupper},
                                                             {"xdigit", std::isxdigit}}};

// "[:alpha:]" at this place of a set: its end, or 0 where there is none.
static std::size_t read_class(std::string_view text, std::bitset<256>& set)
{
    for (const auto& [name, has] : letter_classes) {
        if (!text.starts_with("[:") || !text.substr(2).starts_with(name) ||
            !text.substr(2 + name.size()).starts_with(":]"))
            continue;
        for (int letter = 0; letter < 128; ++letter)
            if (has(letter) != 0)
                set.set(static_cast<std::size_t>(letter));
        return name.size() + 4;
    }
    return 0;
}

// One end of a range; the letter behind a backslash is itself.
static int end_of_range(std::string_view pattern, std::size_t& at)
{
    if (at < pattern.size() && pattern[at] == '\\')
        ++at;
    return at < pattern.size() ? static_cast<unsigned char>(pattern[at++]) : -1;
}

bool Glob::read_set(std::string_view pattern, std::size_t& at)
{
    is_literal_ = false;
    std::bitset<256> set;
    ++at;
    const bool is_inverse = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    at += is_inverse ? 1U : 0U;
    for (bool is_first = true; at < pattern.size() && (is_first || pattern[at] != ']');
         is_first = false) {
        if (const auto length = read_class(pattern.substr(at), set); length > 0) {
            at += length;
            continue;
        }
        const int low = end_of_range(pattern, at);
        int high = low;
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']')
            high = end_of_range(pattern, ++at);
        for (int letter = low; letter >= 0 && letter <= high; ++letter)
            set.set(static_cast<std::size_t>(letter));
    }
    if (at >= pattern.size())
        return false;
    ++at;
    if (is_inverse)
        set.flip();
    set.reset('/');
    parts_.push_back({Kind::OneOf, 0, static_cast<std::uint32_t>(sets_.size())});
    sets_.push_back(set);
    return true;
}

bool Glob::takes(const Part& part, char letter) const
{
    switch (part.kind) {
    case Kind::Letter:
        return part.letter == letter;
    case Kind::OneOf:
        return sets_[part.letters].test(static_cast<unsigned char>(letter));
    case Kind::AnyInName:
    case Kind::StarInName:
        return letter != '/';
    default:
        return true;
    }
}

// From each state on, what can be reached without a letter; the last state of all is the match.
std::size_t Glob::spread(std::vector<bool>& states, std::size_t from, bool begins_name) const
{
    std::size_t first = states.size();
    for (auto state = from; state < states.size(); ++state) {
        if (!states[state])
            continue;
        first = std::min(first, state);
        if (state == parts_.size())
            break;
        const auto kind = parts_[state].kind;
        if (kind == Kind::StarInName || kind == Kind::Anything ||
            (kind == Kind::Folders && begins_name))
            states[state + 1] = true;
    }
    return first;
}

bool Glob::matches(std::string_view path) const
{
    if (!is_valid_)
        return false;
    if (is_literal_)
        return path == literal_;
    std::vector<bool> states(parts_.size() + 1);
    std::vector<bool> next(parts_.size() + 1);
    states[0] = true;
    auto first = spread(states, 0, true);
    for (const char letter : path) {
        next.assign(next.size(), false);
        for (auto state = first; state < parts_.size(); ++state) {
            const auto& part = parts_[state];
            if (!states[state] || !takes(part, letter))
                continue;
            const bool stays = part.kind == Kind::StarInName || part.kind == Kind::Anything ||
                               part.kind == Kind::Folders;
            next[stays ? state : state + 1] = true;
        }
        std::swap(states, next);
        first = spread(states, first, letter == '/');
        if (first == states.size())
            return false;
    }
    return states.back();
}

}
