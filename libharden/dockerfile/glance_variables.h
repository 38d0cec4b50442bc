#pragma once

#include "dockerfile/dockerfile.h"

namespace harden {

// $name or ${name} as it stands at a `$`. None: it has a modifier.
struct UsedVariable {
    std::string_view name; // empty: "$1", "$(" or a sign alone
    std::size_t end = 0;   // of the whole, in the text
};
std::optional<UsedVariable> variable_at(std::string_view text, std::size_t at);

// The variables that a Dockerfile sets, in ENV, ARG or a shell's text, as far as a glance can tell
// what they hold: one value, without quotes, escapes and variables in it. The file has to outlive
// them.
class GlanceVariables {
public:
    explicit GlanceVariables(const Dockerfile& file);

    // A word with the values in place of its variables. None: it takes a closer look to tell.
    std::optional<std::string> filled(std::string_view word);

private:
    struct Variable {
        std::string_view name;
        std::string_view value;
        bool is_plain = true;
        bool is_complete = false; // what a shell's text sets it to is known as well
    };
    void learn(const Instruction& instruction);
    void set(std::string_view name, std::string_view value);
    const Variable& find(std::string_view name);
    // What a shell's text sets it to; none where it does not.
    std::optional<Variable> set_by_shell(std::string_view name) const;

    const Dockerfile& file_;
    std::vector<TextRange> settings_; // what ENV and ARG say
    std::vector<Variable> variables_;
};

}
