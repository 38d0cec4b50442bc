#pragma once

#include "dockerfile/shell_pattern.h"
#include "dockerfile/variables.h"

namespace harden {

enum class Quotes { Kept, Removed }; // escapes as well

// Walks a word once, as BuildKit's shell lexer does. Bounded: in depth, in what it yields, and in
// the steps that patterns and parts that are dropped may take.
class Expander {
public:
    Expander(std::string_view word, const Variables& variables, char escape, Quotes quotes);
    std::string expand() &&; // the word as it stands where BuildKit refuses it

private:
    std::optional<std::string> read_until(char sign, int depth);
    std::optional<std::string> read_pattern(char sign, int depth);
    bool read_piece(std::string& text, int depth);
    void read_escape(std::string& text);
    bool read_single_quotes(std::string& text);
    bool read_double_quotes(std::string& text, int depth);
    void read_quoted_escape(std::string& text);
    bool read_dollar(std::string& text, int depth);
    bool read_braces(std::string& text, int depth);
    bool read_choice(std::string& text, std::string_view name, char sign, bool minds_empty,
                     int depth);
    bool read_trim(std::string& text, std::string_view name, char sign, int depth);
    bool read_replacement(std::string& text, std::string_view name, int depth);
    std::string_view read_name();
    std::string_view value_of(std::string_view name) const;
    void put(std::string& text, std::string_view part);
    void put_quote(std::string& text);
    bool keeps_quotes() const { return quotes_ == Quotes::Kept; }

    std::string_view word_;
    const Variables& variables_;
    char escape_;
    Quotes quotes_;
    bool in_pattern_ = false;
    std::size_t at_ = 0;
    StepBudget budget_; // for patterns
    StepBudget bytes_;  // put anywhere, also into parts that are dropped
};

}
