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
        for (auto at = state; at != 0; at = shorter_[at])
            for (const auto word : ends_[at])
                if (!on_hit(Hit{word, i + 1}))
                    return;
    }
}

}
