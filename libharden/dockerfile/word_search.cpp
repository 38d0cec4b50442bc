#include "dockerfile/word_search.h"

#include <algorithm>
#include <deque>

namespace harden {

namespace {

constexpr std::string_view passed_over = "\"'\\";
constexpr std::string_view in_words = "abcdefghijklmnopqrstuvwxyz0123456789-_./:+@= ";

}

std::array<std::uint8_t, 256> WordSearch::byte_classes()
{
    std::array<std::uint8_t, 256> classes{};
    for (const auto byte : passed_over)
        classes[static_cast<unsigned char>(byte)] = passed;
    std::uint8_t next = passed + 1;
    for (const auto byte : in_words)
        classes[static_cast<unsigned char>(byte)] = next++;
    for (auto letter = 'a'; letter <= 'z'; ++letter)
        classes[static_cast<unsigned char>(letter - 'a' + 'A')] =
            classes[static_cast<unsigned char>(letter)];
    return classes;
}

// Letters have a kind each, digits share one and what stands between words shares few: both say
// little of what begins there.
std::array<std::uint8_t, 256> WordSearch::byte_kinds()
{
    constexpr std::size_t letters = 26;
    constexpr std::uint8_t first_letter = passed + 1;
    const auto classes = byte_classes();
    std::array<std::uint8_t, 256> kinds{};
    for (std::size_t byte = 0; byte < kinds.size(); ++byte) {
        const auto number = classes[byte];
        const bool is_letter = number < first_letter + letters;
        kinds[byte] = is_letter                    ? number
                      : byte >= '0' && byte <= '9' ? first_letter + letters
                      : byte == '-' || byte == '_' ? first_letter + letters + 1
                      : byte == '.' || byte == '/' ? first_letter + letters + 2
                                                   : first_letter + letters + 3;
    }
    return kinds;
}

WordSearch::WordSearch(std::span<const std::string> words, std::string_view usual)
    : class_of_{byte_classes()}
    , nodes_(1)
    , ends_(1)
    , kind_of_{byte_kinds()}
    , chosen_((std::size_t{1} << window_bits) / 64)
{
    static_assert(in_words.size() + 2 <= class_count);
    const auto usual_windows = windows_of(usual);
    for (std::size_t i = 0; i < words.size(); ++i) {
        add(words[i], i);
        choose_window(words[i], usual_windows);
    }
    link();
}

std::vector<bool> WordSearch::windows_of(std::string_view text) const
{
    std::vector<bool> windows(std::size_t{1} << window_bits);
    std::size_t window = 0;
    for (const auto byte : text)
        windows[window = after(window, byte)] = true;
    return windows;
}

// Of the bytes from `begin` on; beyond the word's end are bits that are 0.
std::size_t WordSearch::window_at(std::string_view word, std::size_t begin) const
{
    std::size_t window = 0;
    for (auto i = begin; i < begin + window_bytes; ++i)
        window = window << kind_bits |
                 (i < word.size() ? kind_of_[static_cast<unsigned char>(word[i])] : 0U);
    return window % (std::size_t{1} << window_bits);
}

// The first that is not usual. A short word has all that begin with it.
void WordSearch::choose_window(std::string_view word, const std::vector<bool>& usual)
{
    std::size_t begin = 0;
    while (begin + window_bytes < word.size() && usual[window_at(word, begin)])
        ++begin;
    if (begin + window_bytes <= word.size() && usual[window_at(word, begin)])
        begin = 0; // all of them are
    most_before_ = std::max(most_before_, begin);
    const auto window = window_at(word, begin);
    const auto free_bits = kind_bits * (window_bytes - std::min(window_bytes, word.size()));
    for (std::size_t rest = 0; rest < std::size_t{1} << free_bits; ++rest)
        chosen_[(window | rest) / 64] |= std::uint64_t{1} << ((window | rest) % 64);
}

// Where the window stands whose last byte is `last`; beyond the text are bytes of no word.
std::size_t WordSearch::window_begin(std::string_view text, std::size_t last) const
{
    auto wanted = window_bytes - 1;
    while (wanted > 0 && last > 0) {
        --last;
        wanted -= last < text.size() && is_passed(text[last]) ? 0U : 1U;
    }
    return last;
}

void WordSearch::add(std::string_view word, std::size_t index)
{
    State state = 0;
    std::uint8_t depth = 0;
    for (const auto byte : word) {
        ++depth;
        auto& next = nodes_[state].next[class_of_[static_cast<unsigned char>(byte)]];
        if (next == 0) {
            next = static_cast<State>(nodes_.size());
            state = next; // before the vector grows and `next` dangles
            nodes_.emplace_back();
            ends_.emplace_back();
            nodes_.back().depth = depth;
        } else {
            state = next;
        }
    }
    nodes_[state].ends_a_word = true;
    ends_[state].push_back(static_cast<std::uint32_t>(index));
}

// Breadth first: what a state lacks it takes from its longest proper suffix.
void WordSearch::link()
{
    std::vector<State> suffix(nodes_.size());
    shorter_.resize(nodes_.size());
    is_end_.resize(nodes_.size());
    std::deque<State> waiting{0};
    while (!waiting.empty()) {
        const auto state = waiting.front();
        waiting.pop_front();
        const auto back = suffix[state];
        shorter_[state] = ends_[back].empty() ? shorter_[back] : back;
        is_end_[state] = !ends_[state].empty() || shorter_[state] != 0;
        for (std::size_t byte_class = 0; byte_class < class_count; ++byte_class) {
            auto& next = nodes_[state].next[byte_class];
            const auto by_suffix = state == 0 ? State{0} : nodes_[back].next[byte_class];
            if (byte_class == passed) {
                next = state;
            } else if (next == 0 || byte_class == other) {
                next = by_suffix;
            } else {
                suffix[next] = by_suffix;
                waiting.push_back(next);
            }
        }
    }
}

}
