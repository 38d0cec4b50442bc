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
    // two bytes each. The same word may be there twice. `usual`: what most texts hold.
    explicit WordSearch(std::span<const std::string> words, std::string_view usual = {});

    struct Hit {
        std::size_t word; // its index
        std::size_t end;  // in the text, after its last byte
    };
    // `on_hit` returns whether to go on. Overlapping words are all told, the longest first.
    template<class OnHit>
    void each(std::string_view text, OnHit on_hit) const;

    // Whether `is_wanted` says so of any hit. Fast where there is none: a word is only looked for
    // where four bytes of it stand, those that are not usual where it has such.
    template<class IsWanted>
    bool any(std::string_view text, IsWanted is_wanted) const;

private:
    static constexpr std::size_t class_count = 48;
    static constexpr std::uint8_t other = 0;  // a byte that is in no word
    static constexpr std::uint8_t passed = 1; // as if it were not there
    using State = std::uint16_t;
    static std::array<std::uint8_t, 256> byte_classes();
    static std::array<std::uint8_t, 256> byte_kinds();
    struct Node {
        std::uint8_t depth = 0;   // bytes from the root; of words that are longer it wraps around
        bool ends_a_word = false; // just here
        std::array<State, class_count> next{};
    };
    void add(std::string_view word, std::size_t index);
    void link();
    std::vector<bool> windows_of(std::string_view text) const;
    std::size_t window_at(std::string_view word, std::size_t begin) const;
    void choose_window(std::string_view word, const std::vector<bool>& usual);
    std::size_t after(std::size_t window, char byte) const
    {
        const std::size_t kind = kind_of_.data()[static_cast<unsigned char>(byte)];
        const auto next = (window << kind_bits | kind) & ((std::size_t{1} << window_bits) - 1);
        return kind == passed ? window : next;
    }
    bool is_chosen(std::size_t window) const
    {
        return (chosen_.data()[window / 64] >> (window % 64) & 1) != 0;
    }
    bool is_passed(char byte) const { return kind_of_[static_cast<unsigned char>(byte)] == passed; }
    std::size_t window_begin(std::string_view text, std::size_t last) const;
    template<class IsWanted>
    bool stands_around(std::string_view text, std::size_t begin, IsWanted& is_wanted) const;
    template<class IsWanted>
    bool begins_at(std::string_view text, std::size_t begin, IsWanted& is_wanted) const;
    template<class OnHit>
    bool tell(State state, std::size_t end, OnHit& on_hit) const; // false: it has seen enough

    std::array<std::uint8_t, 256> class_of_{};
    std::vector<Node> nodes_;
    std::vector<State> shorter_;                   // the next state that ends a word, by suffix
    std::vector<std::vector<std::uint32_t>> ends_; // the words that end in a state
    std::vector<std::uint8_t> is_end_;             // here or at a suffix

    // Four bytes that are not passed over, each as one of 32 kinds.
    static constexpr std::size_t kind_bits = 5;
    static constexpr std::size_t window_bytes = 4;
    static constexpr std::size_t window_bits = window_bytes * kind_bits;
    std::array<std::uint8_t, 256> kind_of_{};
    std::vector<std::uint64_t> chosen_; // a bit for each window: a word is looked for by it
    std::size_t most_before_ = 0;       // bytes of a word before its window
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

// Whether a wanted word begins just there.
template<class IsWanted>
bool WordSearch::begins_at(std::string_view text, std::size_t begin, IsWanted& is_wanted) const
{
    State state = 0;
    std::uint8_t depth = 0;
    for (auto i = begin; i < text.size(); ++i) {
        const auto byte_class = class_of_[static_cast<unsigned char>(text[i])];
        if (byte_class == passed)
            continue;
        state = nodes_[state].next[byte_class];
        if (nodes_[state].depth != ++depth)
            return false; // no word goes on like that
        if (!nodes_[state].ends_a_word) [[likely]]
            continue;
        for (const auto word : ends_[state])
            if (is_wanted(Hit{word, i + 1}))
                return true;
    }
    return false;
}

// Whether a wanted word stands there that has its window at `begin`.
template<class IsWanted>
bool WordSearch::stands_around(std::string_view text, std::size_t begin, IsWanted& is_wanted) const
{
    for (std::size_t before = 0;; ++before) {
        if (begins_at(text, begin, is_wanted))
            return true;
        if (before == most_before_)
            return false;
        do {
            if (begin == 0)
                return false;
            --begin;
        } while (is_passed(text[begin]));
    }
}

// Both halves are read at once: a processor waits for one while it works on the other.
template<class IsWanted>
bool WordSearch::any(std::string_view text, IsWanted is_wanted) const
{
    const auto middle = text.size() / 2;
    const auto* bytes = text.data(); // unchecked: every byte of every text passes here
    std::size_t first = 0;
    std::size_t second = 0;
    // A byte that is passed over leaves its window as it was: that one has been asked for.
    const auto is_found = [&](std::size_t window, std::size_t last) {
        return is_chosen(window) && (last >= text.size() || !is_passed(bytes[last])) &&
               stands_around(text, window_begin(text, last), is_wanted);
    };
    for (std::size_t i = 0; i < middle; ++i) {
        first = after(first, bytes[i]);
        second = after(second, bytes[middle + i]);
        if (is_chosen(first) || is_chosen(second)) [[unlikely]]
            if (is_found(first, i) || is_found(second, middle + i))
                return true;
    }
    // A word of the first half may end in the second, and beyond the text are bytes of no word.
    const auto byte_at = [&](std::size_t i) { return i < text.size() ? bytes[i] : '\0'; };
    for (std::size_t i = middle, behind = 1; i < text.size() + 2 && behind < window_bytes; ++i) {
        first = after(first, byte_at(i));
        behind += is_passed(byte_at(i)) ? 0U : 1U;
        if (is_found(first, i))
            return true;
    }
    for (auto i = 2 * middle; i < text.size() + 2; ++i) {
        second = after(second, byte_at(i));
        if (is_found(second, i))
            return true;
    }
    return false;
}

}
