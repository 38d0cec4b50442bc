#include "dockerfile/scope.h"

#include "dockerfile/white_space.h"

#include <algorithm>

namespace harden {

VariableScope::VariableScope(const Dockerfile& file)
    : file_{file}
{
}

void VariableScope::apply(const Instruction& instruction)
{
    if (instruction.on_build)
        return;
    if (instruction.keyword == Keyword::From)
        open_stage(instruction);
    else if (instruction.keyword == Keyword::Arg || instruction.keyword == Keyword::Env)
        assign(instruction);
}

static std::string lower(std::string_view text)
{
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char byte) {
        return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte;
    });
    return result;
}

// What the stage of the last FROM came to is kept for those that are built on it.
void VariableScope::open_stage(const Instruction& from)
{
    if (from.stage <= 1)
        global_ = std::move(variables_);
    else
        stages_.push_back(std::move(variables_));
    variables_ = {};
    has_stage_ = true;
    const auto body = file_.text(from.body);
    const auto image_end = blank_after(body, 0);
    const auto image = expand_value(body.substr(0, image_end), global_, file_.escape());
    const auto base = stage_of_name_.find(lower(image));
    if (base != stage_of_name_.end() && stages_[base->second].size() <= copies_left_) {
        variables_ = stages_[base->second];
        copies_left_ -= variables_.size();
    }
    const auto name = skip_blanks(body, blank_after(body, skip_blanks(body, image_end)));
    if (name < body.size())
        stage_of_name_.insert_or_assign(lower(body.substr(name)), stages_.size());
}

std::string VariableScope::expanded(std::string_view written)
{
    if (bytes_left_ == 0)
        return {};
    auto value = expand_value(written, variables_, file_.escape());
    bytes_left_ -= std::min(bytes_left_, value.size());
    return value;
}

// ENV takes the values from before it for all its pairs, ARG one after the other.
void VariableScope::assign(const Instruction& instruction)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& pair : named_values(file_, instruction)) {
        const std::string* inherited =
            pair.value || instruction.stage == 0 ? nullptr : global_.find(pair.name);
        if (!pair.value && inherited == nullptr)
            continue;
        auto name = expanded(pair.name);
        auto value = inherited != nullptr ? *inherited : expanded(pair.written);
        if (instruction.keyword == Keyword::Arg)
            variables_.set(std::move(name), std::move(value));
        else
            pairs.emplace_back(std::move(name), std::move(value));
    }
    for (auto& [name, value] : pairs)
        variables_.set(std::move(name), std::move(value));
}

}
