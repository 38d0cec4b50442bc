#include "unit/dockerfile/rendered.h"

#include "base/text.h"

namespace harden::test {

static std::string on_one_line(std::string_view text)
{
    std::string line;
    for (const char byte : text)
        switch (byte) {
        case '\n':
            line += "\\n";
            break;
        case '\r':
            line += "\\r";
            break;
        case '\t':
            line += "\\t";
            break;
        default:
            line += byte;
        }
    return line;
}

static std::string flags(const Dockerfile& file, const Instruction& instruction)
{
    std::string text;
    for (const auto& flag : file.flags_of(instruction)) {
        text += cat(" --", file.text(flag.name));
        if (flag.value.begin != flag.name.end)
            text += cat("=", file.text(flag.value));
    }
    return text;
}

static std::string body(const Dockerfile& file, const Instruction& instruction)
{
    if (!instruction.is_exec)
        return on_one_line(file.text(instruction.body));
    std::string words;
    for (const auto& word : file.exec_words_of(instruction))
        words += cat(words.empty() ? "" : "|", on_one_line(word.text));
    return cat(instruction.keyword == Keyword::Healthcheck ? "CMD [" : "[", words, "]");
}

static std::string heredocs(const Dockerfile& file, const Instruction& instruction)
{
    std::string text;
    for (const auto& heredoc : file.heredocs_of(instruction)) {
        const auto quote = heredoc.expands ? "" : "'";
        text += cat(" | ", heredoc.chomps ? "-" : "", quote, file.text(heredoc.name), quote, "{",
                    on_one_line(file.text(heredoc.body)), "}");
    }
    return text;
}

static std::string rendered(const Dockerfile& file, const Instruction& instruction)
{
    const auto name = instruction.keyword == Keyword::Unknown
                          ? cat("?", file.text(instruction.word))
                          : std::string{name_of(instruction.keyword)};
    const auto text = body(file, instruction);
    return cat(std::to_string(instruction.stage), " ", instruction.on_build ? "ONBUILD " : "", name,
               flags(file, instruction), text.empty() ? "" : " ", text, heredocs(file, instruction),
               "\n");
}

std::string rendered(std::string_view source, const Dockerfile& file)
{
    std::string text;
    for (const auto& instruction : file.instructions())
        text += rendered(file, instruction);
    for (const auto& problem : file.problems()) {
        const auto place = file_place(source, problem.offset);
        text += cat("!", std::to_string(place.line), ":", std::to_string(place.column), " ",
                    problem.message, "\n");
    }
    return text;
}

std::string rendered(std::string_view source)
{
    return rendered(source, parse_dockerfile(source));
}

}
