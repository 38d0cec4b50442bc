#include "dockerfile/command_roles.h"
#include "dockerfile/scan_input.h"
#include "dockerfile/scope.h"

#include <algorithm>

namespace harden {

namespace {

bool is_between_words(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_official(std::string_view frontend)
{
    for (const auto* prefix : {"docker.io/", "index.docker.io/"})
        if (frontend.starts_with(prefix))
            frontend.remove_prefix(std::string_view{prefix}.size());
    return frontend.starts_with("docker/dockerfile:") || frontend == "docker/dockerfile" ||
           frontend.starts_with("docker/dockerfile-upstream");
}

std::size_t least_code(const Dockerfile& file)
{
    const auto text = fold(file.joined());
    const auto decodes =
        std::any_of(std::begin(decoder_signs), std::end(decoder_signs),
                    [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
    return decodes ? shortest_code : shortest_undecoded_code;
}

// Walks the instructions of one file in their order, as a build would.
class DockerfileScan {
public:
    DockerfileScan(const Dockerfile& file, const ScanRules& rules)
        : file_{file}
        , rules_{rules}
        , judge_{rules, least_code(file)}
        , scope_{file}
    {
    }

    ScanJudge::Judgement judge()
    {
        if (const auto frontend = file_.frontend(); frontend && !is_official(file_.text(*frontend)))
            judge_.add(RoledDeed{"frontend", ScanRole::Settings, std::string{file_.text(*frontend)},
                                 *frontend});
        for (const auto& instruction : file_.instructions()) {
            add(instruction);
            scope_.apply(instruction);
        }
        for (const auto& comment : file_.comments())
            judge_.add(RoledWord{std::string{file_.text(comment)}, ScanRole::Mentions, comment});
        return judge_.judge();
    }

private:
    void add(const Instruction& instruction)
    {
        switch (instruction.keyword) {
        case Keyword::From:
            return add_from(instruction);
        case Keyword::Env:
        case Keyword::Arg:
            return add_variables(instruction);
        case Keyword::Label:
        case Keyword::Maintainer:
        case Keyword::Stopsignal:
            return add_body(instruction, ScanRole::Mentions);
        case Keyword::Unknown: // a command whose line lost its beginning
        case Keyword::Run:
            return add_command(instruction, ScanRole::Runs);
        case Keyword::Healthcheck:
        case Keyword::Cmd:
        case Keyword::Entrypoint:
            return add_command(instruction, ScanRole::Starts);
        case Keyword::Copy:
        case Keyword::Add:
            return add_copies(instruction);
        case Keyword::Expose:
            return add_ports(instruction);
        default:
            return add_body(instruction, ScanRole::Settings);
        }
    }

    void add_from(const Instruction& instruction)
    {
        const auto words = words_of(instruction.body);
        if (words.empty())
            return;
        add_image(words[0], scope_.seen_by_from());
        if (words.size() > 2)
            stages_.emplace_back(file_.text(words[2]));
    }

    void add_image(TextRange range, const Variables& variables)
    {
        const auto image = expand(file_.text(range), variables, file_.escape());
        const auto is_stage = std::find(stages_.begin(), stages_.end(), image) != stages_.end() ||
                              to_number(image).has_value();
        if (!is_stage)
            judge_.add(RoledWord{image, ScanRole::Image, range});
    }

    void add_variables(const Instruction& instruction)
    {
        for (const auto& pair : named_values(file_, instruction))
            if (pair.value)
                judge_.add(
                    RoledWord{cat(pair.name, "=",
                                  expand_value(pair.written, scope_.variables(), file_.escape())),
                              ScanRole::Settings, pair.range});
    }

    void add_body(const Instruction& instruction, ScanRole role)
    {
        judge_.add(
            RoledWord{expand(file_.text(instruction.body), scope_.variables(), file_.escape()),
                      role, instruction.body});
    }

    void add_command(const Instruction& instruction, ScanRole role)
    {
        RoledCommands commands;
        auto variables = scope_.variables(); // what a shell sets is gone with it
        for (const auto& flag : file_.flags_of(instruction))
            if (file_.text(flag.name) == "mount")
                add_mount(flag.value);
        if (instruction.is_exec) {
            std::vector<CommandWord> words;
            for (const auto& word : file_.exec_words_of(instruction))
                words.push_back({word.text, word.range.begin, word.range.end});
            add_arguments(commands, std::move(words), role, variables, {}, rules_.trusted_scripts);
        } else {
            const auto text = shell_text(instruction);
            add_shell_text(commands, text, role, variables, {text_begin(instruction)},
                           rules_.trusted_scripts);
        }
        judge_.add(commands);
    }

    static std::uint32_t text_begin(const Instruction& instruction)
    {
        const auto is_instruction = instruction.keyword != Keyword::Unknown;
        return is_instruction ? instruction.body.begin : instruction.word.begin;
    }

    // The body and its heredocs as the shell gets them.
    std::string shell_text(const Instruction& instruction) const
    {
        std::string text{file_.text({text_begin(instruction), instruction.body.end})};
        for (const auto& heredoc : file_.heredocs_of(instruction))
            text.append("\n")
                .append(file_.text(heredoc.body))
                .append(file_.text(heredoc.name))
                .append("\n");
        return text;
    }

    // --mount=from=IMAGE,…
    void add_mount(TextRange value)
    {
        const auto text = file_.text(value);
        const auto at = text.starts_with("from=") ? 0 : text.find(",from=");
        if (at == std::string_view::npos)
            return;
        const auto begin = text.find('=', at) + 1;
        const auto end = std::min(text.find(',', begin), text.size());
        add_image({value.begin + static_cast<std::uint32_t>(begin),
                   value.begin + static_cast<std::uint32_t>(end)},
                  scope_.variables());
    }

    void add_copies(const Instruction& instruction)
    {
        for (const auto& flag : file_.flags_of(instruction))
            if (file_.text(flag.name) == "from")
                add_image(flag.value, scope_.variables());
        auto role = ScanRole::Files;
        for (const auto& word : copied_words(instruction)) {
            role = word.text == "#" ? ScanRole::Mentions : role; // somebody takes it for a comment
            const auto is_address =
                word.text.find("://") != std::string::npos || word.text.starts_with("git@");
            judge_.add(RoledWord{
                word.text, is_address ? ScanRole::Fetches : role, {word.begin, word.end}});
        }
        for (const auto& heredoc : file_.heredocs_of(instruction))
            add_written(heredoc);
    }

    std::vector<CommandWord> copied_words(const Instruction& instruction) const
    {
        std::vector<CommandWord> words;
        for (const auto& word : file_.exec_words_of(instruction))
            words.push_back({word.text, word.range.begin, word.range.end});
        if (!instruction.is_exec)
            for (const auto& range : words_of(instruction.body))
                words.push_back({expand(file_.text(range), scope_.variables(), file_.escape()),
                                 range.begin, range.end});
        return words;
    }

    // A file that is written out in the Dockerfile itself.
    void add_written(const Heredoc& heredoc)
    {
        RoledCommands commands;
        auto variables = scope_.variables();
        add_shell_text(commands, file_.text(heredoc.body), ScanRole::Starts, variables,
                       {heredoc.body.begin}, rules_.trusted_scripts);
        judge_.add(commands);
    }

    void add_ports(const Instruction& instruction)
    {
        for (const auto& range : words_of(instruction.body))
            judge_.add_port(expand(file_.text(range), scope_.variables(), file_.escape()), range);
    }

    std::vector<TextRange> words_of(TextRange body) const
    {
        std::vector<TextRange> words;
        const auto text = file_.text(body);
        const auto offset_of = [&](const char* at) {
            return body.begin + static_cast<std::uint32_t>(at - text.begin());
        };
        for (const auto* end = text.begin(); end != text.end();) {
            const auto* begin = std::find_if_not(end, text.end(), is_between_words);
            end = std::find_if(begin, text.end(), is_between_words);
            if (begin != end)
                words.push_back({offset_of(begin), offset_of(end)});
        }
        return words;
    }

    const Dockerfile& file_;
    const ScanRules& rules_;
    ScanJudge judge_;
    VariableScope scope_;
    std::vector<std::string> stages_;
};

}

ScanJudge::Judgement judge_dockerfile(const Dockerfile& file, const ScanRules& rules)
{
    return DockerfileScan{file, rules}.judge();
}

}
