#pragma once

#include "dockerfile/dockerfile.h"

#include <optional>

namespace harden {

// $NAME or ${NAME} at `at`, where a $ stands; none: a modifier follows.
struct UsedVariable {
    std::string_view name; // empty for $(…), $1, $$
    std::size_t end = 0;   // of the whole, in the text
};
std::optional<UsedVariable> variable_at(std::string_view text, std::size_t at);

// The variables that a Dockerfile sets in ENV and ARG, as far as a glance can tell what they hold.
// The file has to outlive them.
class GlanceVariables {
public:
    explicit GlanceVariables(const Dockerfile& file);

    // A word of the joined text with the values in place of its variables. None: it takes a closer
    // look to tell.
    std::optional<std::string> filled(std::string_view word);

private:
    struct Setting {
        std::string_view name;
        std::string_view value;
        bool is_plain = true; // no quotes, escapes or variables in it
        unsigned stage = 0;
        std::size_t end = 0; // of its instruction
    };
    void learn(const Instruction& instruction);
    void set(const Instruction& instruction, std::string_view name, std::string_view value);
    std::optional<std::string_view> value_at(std::string_view name, std::size_t use) const;
    unsigned stage_at(std::size_t offset) const;
    bool is_set_elsewhere(std::string_view name);
    bool looks_set_elsewhere(std::string_view name) const;
    bool is_name_of_setting(const char* at) const;

    const Dockerfile& file_;
    std::vector<Setting> settings_;
    struct Asked {
        std::string_view name;
        bool is_set = false;
    };
    std::vector<Asked> asked_;
    bool has_plain_names_ = true; // no quotes or variables in what is set
};

}
