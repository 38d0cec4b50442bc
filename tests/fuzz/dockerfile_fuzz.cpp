#include "dockerfile/scope.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace harden;

static void require(bool holds)
{
    if (!holds)
        std::abort();
}

// A range lies in the joined text, and leads into the source.
static void look_at(const Dockerfile& file, std::size_t source_size, TextRange range)
{
    require(range.begin <= range.end && range.end <= file.joined().size());
    require(file.source_offset(range.begin) <= source_size);
    require(file.source_offset(range.end) <= source_size);
}

static void look_at(const Dockerfile& file, std::size_t source_size, const Instruction& instruction)
{
    look_at(file, source_size, instruction.word);
    look_at(file, source_size, instruction.body);
    require(instruction.word.end <= instruction.body.begin);
    auto last = instruction.word.begin;
    for (const auto& flag : file.flags_of(instruction)) {
        look_at(file, source_size, flag.name);
        look_at(file, source_size, flag.value);
        require(flag.name.end <= flag.value.begin && flag.value.end <= instruction.body.begin);
    }
    for (const auto& word : file.exec_words_of(instruction)) {
        look_at(file, source_size, word.range);
        require(last <= word.range.begin && word.range.end <= instruction.body.end);
        last = word.range.end;
    }
    last = instruction.body.end;
    for (const auto& heredoc : file.heredocs_of(instruction)) {
        look_at(file, source_size, heredoc.name);
        look_at(file, source_size, heredoc.body);
        require(last <= heredoc.body.begin);
        last = heredoc.body.end;
    }
}

static void follow_variables(const Dockerfile& file)
{
    VariableScope scope{file};
    for (const auto& instruction : file.instructions()) {
        const auto body = file.text(instruction.body);
        require(expand(body, scope.variables(), file.escape()).size() <=
                std::max(longest_expansion, body.size()));
        for (const auto& pair : named_values(file, instruction))
            require(pair.range.end <= instruction.body.end);
        scope.apply(instruction);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string source{data, data + size};
    const auto file = parse_dockerfile(source);
    std::uint32_t last = 0;
    for (const auto& instruction : file.instructions()) {
        require(last <= instruction.word.begin);
        last = instruction.body.end;
        look_at(file, size, instruction);
    }
    for (const auto comment : file.comments())
        look_at(file, size, comment);
    for (const auto& problem : file.problems())
        require(problem.offset <= size && !problem.message.empty());
    if (file.frontend())
        look_at(file, size, *file.frontend());
    follow_variables(file);
    return 0;
}
