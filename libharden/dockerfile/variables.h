#pragma once

#include "dockerfile/dockerfile.h"

#include <map>

namespace harden {

// The variables that a stage sees: ARG and ENV up to an instruction. The last one of a name wins.
class Variables {
public:
    void set(std::string name, std::string value);
    void unset(std::string_view name);
    const std::string* find(std::string_view name) const; // none: nullptr
    bool is_empty() const { return values_.empty(); }
    std::size_t size() const { return values_.size(); }

private:
    std::map<std::string, std::string, std::less<>> values_;
};

inline constexpr std::size_t longest_expansion = 64 << 10; // bytes; what would be longer ends there

// A word as BuildKit expands it: $name, ${name}, the modifiers :- - :+ + :? ? # ## % %% / //,
// escapes and quotes left as they are. A name without a value is empty. Nested in its modifiers at
// most 16 deep.
std::string expand(std::string_view word, const Variables& variables, char escape);

// The same with quotes and escapes taken away, as the values of ENV, ARG and LABEL are expanded.
std::string expand_value(std::string_view word, const Variables& variables, char escape);
// Quotes and escapes taken away, `$` left as it stands.
std::string without_quotes(std::string_view word, char escape);

// name and value of each pair of ENV, ARG or LABEL ("ENV a=b c=d", "ENV a b c"): quotes removed,
// not expanded. An ARG without a value has none.
struct NamedValue {
    std::string_view name; // as written
    std::optional<std::string> value;
    TextRange range;          // of the whole pair
    std::string_view written; // the value as written, for expand_value()
};
std::vector<NamedValue> named_values(const Dockerfile& file, const Instruction& instruction);

}
