#include "dockerfile/shell_pattern.h"

#include "dockerfile/characters.h"

#include <algorithm>
#include <vector>

namespace harden {

namespace {

constexpr char32_t any = 0xFFFFFFFF; // "?" in a piece

// A pattern is pieces of characters, with a star between each two.
using Pieces = std::vector<std::u32string>;

struct Found {
    std::size_t begin = 0;
    std::size_t end = 0;
};

}

bool StepBudget::take(std::size_t count)
{
    const bool is_enough = steps >= count;
    steps -= is_enough ? count : steps;
    return is_enough;
}

// BuildKit takes a backslash before } and / away; before anything but * ? \ it is an error.
static std::optional<Pieces> pieces_of(std::string_view pattern)
{
    constexpr std::u32string_view escapable = U"*?\\";
    const auto characters = characters_of(pattern);
    Pieces pieces(1);
    for (std::size_t i = 0; i < characters.size(); ++i) {
        auto character = characters[i];
        const auto next = i + 1 < characters.size() ? characters[i + 1] : U'\0';
        if (character == U'*') {
            pieces.emplace_back();
            continue;
        }
        if (character == U'\\') {
            const bool is_bare = next == U'}' || next == U'/';
            if (!is_bare && (next == 0 || escapable.find(next) == std::u32string_view::npos))
                return {};
            character = next;
            ++i;
        } else if (character == U'?') {
            character = any;
        }
        pieces.back().push_back(character);
    }
    return pieces;
}

static bool stands_at(std::u32string_view value, std::size_t at, std::u32string_view piece)
{
    return value.size() - at >= piece.size() &&
           std::equal(piece.begin(), piece.end(), value.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char32_t wanted, char32_t is) { return wanted == any || wanted == is; });
}

// Where the piece stands first at or after `at`.
static std::optional<std::size_t> next_of(std::u32string_view value, std::size_t at,
                                          std::u32string_view piece, StepBudget& budget)
{
    for (; at + piece.size() <= value.size(); ++at) {
        if (!budget.take(piece.size() + 1))
            return {};
        if (stands_at(value, at, piece))
            return at;
    }
    return {};
}

static std::optional<std::size_t> last_of(std::u32string_view value, std::size_t least,
                                          std::u32string_view piece, StepBudget& budget)
{
    if (value.size() < piece.size())
        return {};
    for (auto at = value.size() - piece.size() + 1; at-- > least;) {
        if (!budget.take(piece.size() + 1))
            return {};
        if (stands_at(value, at, piece))
            return at;
    }
    return {};
}

// Where a match that begins at `begin` ends. Each piece but the last is best found as early as it
// can be; the last one decides the length.
static std::optional<std::size_t> match_end(std::u32string_view value, std::size_t begin,
                                            const Pieces& pieces, Match match, StepBudget& budget)
{
    if (!budget.take(pieces.front().size() + 1) || !stands_at(value, begin, pieces.front()))
        return {};
    auto end = begin + pieces.front().size();
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const bool is_last = i + 1 == pieces.size();
        const auto at = is_last && match == Match::Longest ? last_of(value, end, pieces[i], budget)
                                                           : next_of(value, end, pieces[i], budget);
        if (!at)
            return {};
        end = *at + pieces[i].size();
    }
    return end;
}

std::optional<std::string> without_prefix(std::string_view value, std::string_view pattern,
                                          Match match, StepBudget& budget)
{
    const auto pieces = pieces_of(pattern);
    if (!pieces || !budget.take(value.size()))
        return {};
    const auto characters = characters_of(value);
    const auto end = match_end(characters, 0, *pieces, match, budget);
    return utf8_of(std::u32string_view{characters}.substr(end.value_or(0)));
}

// The same from behind.
std::optional<std::string> without_suffix(std::string_view value, std::string_view pattern,
                                          Match match, StepBudget& budget)
{
    auto pieces = pieces_of(pattern);
    if (!pieces || !budget.take(value.size()))
        return {};
    std::reverse(pieces->begin(), pieces->end());
    for (auto& piece : *pieces)
        std::reverse(piece.begin(), piece.end());
    auto characters = characters_of(value);
    std::reverse(characters.begin(), characters.end());
    characters.erase(0, match_end(characters, 0, *pieces, match, budget).value_or(0));
    std::reverse(characters.begin(), characters.end());
    return utf8_of(characters);
}

static std::optional<Found> find_match(std::u32string_view value, std::size_t from,
                                       const Pieces& pieces, StepBudget& budget)
{
    for (auto begin = from; begin <= value.size() && budget.steps > 0; ++begin)
        if (const auto end = match_end(value, begin, pieces, Match::Longest, budget))
            return Found{begin, *end};
    return {};
}

std::optional<std::string> replaced(std::string_view value, std::string_view pattern,
                                    std::string_view replacement, Replace replace,
                                    StepBudget& budget)
{
    const auto pieces = pieces_of(pattern);
    if (!pieces || !budget.take(value.size()))
        return {};
    const auto characters = characters_of(value);
    const std::u32string_view all{characters};
    std::string result;
    std::size_t at = 0;
    std::size_t from = 0;
    while (const auto found = find_match(all, from, *pieces, budget)) {
        const bool is_empty = found->begin == found->end;
        from = found->end + (is_empty ? 1U : 0U);
        if (is_empty && at == found->end && at > 0)
            continue; // right behind a match is no place for an empty one
        if (!budget.take(replacement.size()))
            break;
        result += utf8_of(all.substr(at, found->begin - at));
        result += replacement;
        at = found->end;
        if (replace == Replace::First)
            break;
    }
    return result + utf8_of(all.substr(at));
}

}
