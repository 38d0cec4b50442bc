#include "dockerfile/word_search.h"

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

WordSearch::WordSearch(std::span<const std::string> words)
    : class_of_{byte_classes()}
    , nodes_(1)
    , ends_(1)
{
    static_assert(in_words.size() + 2 <= class_count);
    for (std::size_t i = 0; i < words.size(); ++i)
        add(words[i], i);
    link();
}

void WordSearch::add(std::string_view word, std::size_t index)
{
    State state = 0;
    for (const auto byte : word) {
        auto& next = nodes_[state].next[class_of_[static_cast<unsigned char>(byte)]];
        if (next == 0) {
            next = static_cast<State>(nodes_.size());
            state = next; // before the vector grows and `next` dangles
            nodes_.emplace_back();
            ends_.emplace_back();
        } else {
            state = next;
        }
    }
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
