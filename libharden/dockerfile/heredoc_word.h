#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// <<EOF, 3<<-"EOF"
struct HeredocWord {
    std::string name;      // without quotes
    std::size_t begin = 0; // of the name as written, in the word
    bool is_plain = true;  // the name stands there as it is, or between one pair of quotes
    bool expands = true;
    bool chomps = false;
};
std::optional<HeredocWord> heredoc_word(std::string_view word);

// The words of a shell line that may be heredocs. None where BuildKit's lexer gives the line up, as
// it does for an open quote and for substitutions that it does not know.
std::vector<std::string_view> heredoc_candidates(std::string_view line);

}
