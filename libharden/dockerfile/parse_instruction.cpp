#include "dockerfile/arguments.h"
#include "dockerfile/exec_form.h"
#include "dockerfile/flags.h"
#include "dockerfile/keywords.h"
#include "dockerfile/parser.h"
#include "dockerfile/white_space.h"

#include <limits>

namespace harden {

// The keyword and the flags after it; what remains is the body.
DockerfileParser::Span DockerfileParser::read_keyword(Span line, Instruction& instruction)
{
    const auto end = blank_after(line.text(), 0);
    instruction.word = {line.offset, line.offset + static_cast<std::uint32_t>(end)};
    instruction.keyword = keyword_of(line.text().substr(0, end));
    return read_flags(line.from(skip_blanks(line.text(), end)), instruction).trimmed();
}

void DockerfileParser::read_instruction(Span whole)
{
    const auto line = whole.trimmed();
    if (line.text().empty())
        return complain(line.offset, "a continued line has no instruction");
    Instruction instruction;
    instruction.first_flag = static_cast<std::uint32_t>(file_.flags_.size());
    instruction.first_heredoc = static_cast<std::uint32_t>(file_.heredocs_.size());
    instruction.first_exec_word = static_cast<std::uint32_t>(file_.exec_words_.size());
    auto body = read_keyword(line, instruction);
    if (instruction.keyword == Keyword::Onbuild)
        body = read_on_build(body, instruction);
    instruction.body = body.range();
    count_stage(instruction);
    read_exec(body, instruction);
    check(line, body, instruction);
    read_heredocs(whole, instruction);
    file_.instructions_.push_back(instruction);
}

DockerfileParser::Span DockerfileParser::read_on_build(Span body, Instruction& instruction)
{
    if (instruction.flag_count != 0)
        complain(instruction.word.begin, "ONBUILD takes no flags");
    if (body.text().empty()) {
        complain(instruction.word.begin, "ONBUILD requires an instruction");
        return body;
    }
    instruction.on_build = true;
    body = read_keyword(body, instruction);
    if (instruction.keyword == Keyword::Onbuild)
        complain(instruction.word.begin, "ONBUILD may not follow ONBUILD");
    if (instruction.keyword == Keyword::From || instruction.keyword == Keyword::Maintainer)
        complain(instruction.word.begin,
                 std::string{name_of(instruction.keyword)} + " may not follow ONBUILD");
    return body;
}

void DockerfileParser::count_stage(Instruction& instruction)
{
    if (instruction.keyword == Keyword::From && !instruction.on_build)
        ++stage_;
    instruction.stage = static_cast<std::uint16_t>(
        std::min<unsigned>(stage_, std::numeric_limits<std::uint16_t>::max()));
    const bool may_stand_first =
        stage_ > 0 || (instruction.keyword == Keyword::Arg && !instruction.on_build);
    if (may_stand_first || is_outside_)
        return;
    is_outside_ = true;
    complain(instruction.word.begin, "the first instruction must be FROM, or ARG before it");
}

static bool may_be_exec(Keyword keyword)
{
    switch (keyword) {
    case Keyword::Add:
    case Keyword::Cmd:
    case Keyword::Copy:
    case Keyword::Entrypoint:
    case Keyword::Healthcheck:
    case Keyword::Run:
    case Keyword::Shell:
    case Keyword::Volume:
        return true;
    default:
        return false;
    }
}

void DockerfileParser::read_exec(Span body, Instruction& instruction)
{
    if (!may_be_exec(instruction.keyword))
        return;
    if (instruction.keyword == Keyword::Healthcheck)
        body = body.from(healthcheck_command(body.text())).trimmed();
    const auto form = read_exec_form(body.text(), body.offset, file_.exec_words_);
    instruction.is_exec = form == ExecForm::Words;
    instruction.exec_word_count =
        static_cast<std::uint32_t>(file_.exec_words_.size()) - instruction.first_exec_word;
    if (form == ExecForm::NotStrings)
        complain(body.offset, "an array in JSON form must hold strings only");
}

// These are run or stored as they stand.
static bool takes_anything(Keyword keyword)
{
    return keyword == Keyword::Run || keyword == Keyword::Cmd || keyword == Keyword::Entrypoint ||
           keyword == Keyword::Unknown;
}

// A trigger is not looked at before it runs, but for what the reading itself refuses.
void DockerfileParser::check(Span line, Span body, const Instruction& instruction)
{
    if (instruction.keyword == Keyword::Unknown && !instruction.on_build && may_complain())
        complain(instruction.word.begin,
                 unknown_instruction(line.text().substr(0, blank_after(line.text(), 0))));
    if (instruction.flag_count != 0 && !instruction.on_build)
        check_flags(line, body, instruction);
    if (!takes_anything(instruction.keyword))
        check_arguments(body, instruction);
}

void DockerfileParser::check_arguments(Span body, const Instruction& instruction)
{
    const auto words = file_.exec_words_of(instruction);
    const auto problem = argument_problem({instruction.keyword, instruction.on_build, body.text(),
                                           instruction.is_exec, words, file_.escape_});
    if (problem)
        complain(body.offset + problem->at, problem->message);
}

}
