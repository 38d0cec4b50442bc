#pragma once

#include "dockerfile/variables.h"

namespace harden {

// The variables at each place of a file, as a build without arguments has them: ARG before the
// first FROM is seen by FROM alone, and by an ARG of the same name without a value; a stage starts
// with those of the stage that it is built on. Bounded over the whole file.
class VariableScope {
public:
    explicit VariableScope(const Dockerfile& file);
    // What the next instruction sees.
    const Variables& variables() const { return variables_; }
    // What a FROM sees: ARG before the first one.
    const Variables& seen_by_from() const { return has_stage_ ? global_ : variables_; }
    // To be called with each instruction of the file, in their order.
    void apply(const Instruction& instruction);

private:
    void open_stage(const Instruction& from);
    void assign(const Instruction& instruction);
    std::string expanded(std::string_view written);

    const Dockerfile& file_;
    Variables global_;
    Variables variables_;
    bool has_stage_ = false;
    std::vector<Variables> stages_; // that are complete
    std::map<std::string, std::size_t, std::less<>> stage_of_name_;
    std::size_t copies_left_ = std::size_t{1} << 16; // variables
    std::size_t bytes_left_ = std::size_t{4} << 20;  // of expanded values
};

}
