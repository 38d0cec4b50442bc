#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Finds any of many words in one pass over a text (Aho and Corasick, 1975). Letters match in either
// case; quotes and backslashes in the text are passed over, as a shell does: x'm'r\ig is xmrig.
class WordSearch {
public:
    // Words of lower-case letters, digits and punctuation that is none of the passed over, at least
    // two bytes each. The same word may be there twice.
    explicit WordSearch(std::span<const std::string> words);

    struct Hit {
        std::size_t word; // its index
        std::size_t end;  // in the text, after its last byte
    };
    // `on_hit` returns whether to go on. Overlapping words are all told, the longest first.
    template<class OnHit>
    void each(std::string_view text, OnHit on_hit) const;

    // Whether `is_wanted` says so of any hit. Both halves of the text are read at once, which takes
    // a processor little longer than one; hits in the middle may be told twice.
    template<class IsWanted>
    bool any(std::string_view text, IsWanted is_wanted) const;

private:
    static constexpr std::size_t class_count = 48;
    static constexpr std::uint8_t other = 0;  // a byte that is in no word
    static constexpr std::uint8_t passed = 1; // as if it were not there
    using State = std::uint16_t;
    static std::array<std::uint8_t, 256> byte_classes();
    struct Node {
        std::array<State, class_count> next{};
    };
    void add(std::string_view word, std::size_t index);
    void link();
    State after(State state, char byte) const
    {
        return nodes_[state].next[class_of_[static_cast<unsigned char>(byte)]];
    }
    template<class OnHit>
    bool tell(State state, std::size_t end, OnHit& on_hit) const; // false: it has seen enough

    std::array<std::uint8_t, 256> class_of_{};
    std::vector<Node> nodes_;
    std::vector<State> shorter_;                   // the next state that ends a word, by suffix
    std::vector<std::vector<std::uint32_t>> ends_; // the words that end in a state
    std::vector<std::uint8_t> is_end_;             // here or at a suffix
};

template<class OnHit>
void WordSearch::each(std::string_view text, OnHit on_hit) const
{
    State state = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte_class = class_of_[static_cast<unsigned char>(text[i])];
        state = nodes_[state].next[byte_class];
        if (!is_end_[state]) [[likely]]
            continue;
        if (byte_class == passed)
            continue; // told already
        if (!tell(state, i + 1, on_hit))
            return;
    }
}

template<class OnHit>
bool WordSearch::tell(State state, std::size_t end, OnHit& on_hit) const
{
    for (auto at = state; at != 0; at = shorter_[at])
        for (const auto word : ends_[at])
            if (!on_hit(Hit{word, end}))
                return false;
    return true;
}

template<class IsWanted>
bool WordSearch::any(std::string_view text, IsWanted is_wanted) const
{
    auto goes_on = [&](Hit hit) { return !is_wanted(hit); };
    const auto middle = text.size() / 2;
    State first = 0;
    State second = 0;
    for (std::size_t i = 0; i < middle; ++i) {
        first = after(first, text[i]);
        second = after(second, text[middle + i]);
        if ((is_end_[first] | is_end_[second]) == 0) [[likely]]
            continue;
        if (!tell(first, i + 1, goes_on) || !tell(second, middle + i + 1, goes_on))
            return true;
    }
    if (text.size() % 2 != 0 && !tell(after(second, text.back()), text.size(), goes_on))
        return true;
    // A word that began in the first half ends in the second.
    for (auto i = middle; i < text.size() && first != 0; ++i) {
        first = after(first, text[i]);
        if (!tell(first, i + 1, goes_on))
            return true;
    }
    return false;
}

}
