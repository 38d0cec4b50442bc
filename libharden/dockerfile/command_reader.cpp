#include "dockerfile/command_reader.h"

#include "dockerfile/decode.h"

#include <utility>

namespace harden {

bool is_option(std::string_view word)
{
    return word.size() > 1 && word[0] == '-';
}

bool is_address(std::string_view word)
{
    return word.find("://") != std::string_view::npos || word.starts_with("git@");
}

namespace {

template<class Row, std::size_t N>
const Row* row_of(const Row (&table)[N], std::string_view name)
{
    const auto* found = std::find_if(std::begin(table), std::end(table),
                                     [&](const Row& row) { return row.name == name; });
    return found == std::end(table) ? nullptr : found;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// "60", "5m", "a=b": what a starting program has for itself.
bool is_own_value(std::string_view word)
{
    return (!word.empty() && is_digit(word[0])) || word.find('=') != std::string_view::npos;
}

bool is_alternative(std::string_view alternatives, std::string_view word)
{
    const auto all = split(alternatives, '|');
    return !word.empty() && std::find(all.begin(), all.end(), word) != all.end();
}

// python3.11 is python.
const Interpreter* interpreter_of(std::string_view program)
{
    const auto end = program.find_first_of("0123456789");
    return row_of(interpreters, program.substr(0, end));
}

// nc -e /bin/sh: whoever connects has a shell.
bool hands_out_shell(std::string_view program, std::span<const CommandWord> arguments)
{
    if (program != "nc" && program != "ncat" && program != "netcat" && program != "nc.traditional")
        return false;
    const auto found =
        std::find_if(arguments.begin(), arguments.end(), [](const CommandWord& word) {
            return word.text == "--exec" || word.text == "--sh-exec" || word.text == "-c" ||
                   (is_option(word.text) && word.text[1] != '-' && word.text.ends_with('e'));
        });
    return found != arguments.end() && found + 1 != arguments.end() &&
           is_in(shells, program_name((found + 1)->text));
}

std::size_t size_of(const std::vector<ShellCommand>& commands)
{
    std::size_t size = 0;
    for (const auto& command : commands)
        for (const auto& word : command.words)
            size += word.text.size();
    return size;
}

}

void CommandReader::read_text(std::string_view text, const TextAnchor& anchor)
{
    if (++depth_ <= deepest_script && spent_ <= most_script_text) {
        const auto commands = shell_commands(text, variables_);
        spent_ += text.size() + size_of(commands);
        const auto outer = std::exchange(anchor_, anchor);
        read_pipelines(commands);
        anchor_ = outer;
    }
    --depth_;
}

void CommandReader::read_one(ShellCommand command, const TextAnchor& anchor)
{
    anchor_ = anchor;
    const std::vector<ShellCommand> commands{std::move(command)};
    read_pipelines(commands);
}

void CommandReader::read_pipelines(const std::vector<ShellCommand>& commands)
{
    std::size_t first = 0; // of the pipeline
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (!commands[i].is_piped)
            first = i;
        read_command(commands[i], std::span{commands}.subspan(first, i - first));
    }
}

void CommandReader::read_command(const ShellCommand& command, std::span<const ShellCommand> before)
{
    for (const auto& word : command.assignments)
        add(word, ScanRole::Settings, std::string_view{word.text}.substr(word.text.find('=') + 1));
    for (const auto& word : command.written)
        add(word, ScanRole::Files);
    const auto words = without_starting_programs(command.words);
    if (words.empty() && !command.input.empty()) // RUN <<EOF: the shell's own script
        return read_script({.begin = command.input_begin, .end = command.input_begin},
                           command.input);
    if (words.empty())
        return;
    add_line(words);
    const auto program = program_name(words[0].text);
    if (is_in(shells, program) || program == "eval" || program == "source" || program == ".")
        return read_shell(command, words, before);
    read_program(command, program, words);
}

void CommandReader::read_program(const ShellCommand& command, const std::string& program,
                                 Words words)
{
    const auto arguments = words.subspan(1);
    if (program == "echo" || program == "printf" || program == "cat" || program == "tee")
        return read_printing(command, words);
    if (const auto* installer = row_of(installers, program))
        return read_installer(*installer, words);
    if (const auto* interpreter = interpreter_of(program))
        return read_interpreter(command, *interpreter, words);
    if (is_in(fetchers, program))
        return read_fetcher(words);
    if (is_in(file_programs, program))
        return add_all(arguments, ScanRole::Files);
    if (is_in(mentioning_programs, program))
        return add_all(arguments, ScanRole::Mentions);
    if (is_in(service_programs, program))
        return add_all(arguments, program_role_);
    if (program == "su")
        return read_su(words);
    if (hands_out_shell(program, arguments))
        deed("netcat-shell", words[0], line_of(words));
    add(words[0], program_role_);
    add_all(arguments, ScanRole::Arguments);
    if (!command.input.empty())
        add(words[0], ScanRole::Arguments, command.input);
}

CommandReader::Words CommandReader::without_starting_programs(Words words) const
{
    while (!words.empty()) {
        const auto* starting = row_of(starting_programs, program_name(words[0].text));
        if (!starting || words.size() == 1)
            return words;
        words = words.subspan(1);
        for (int own = starting->own_words; !words.empty(); words = words.subspan(1)) {
            if (is_option(words[0].text) || is_own_value(words[0].text))
                own -= is_digit(words[0].text[0]) ? 1 : 0;
            else if (own-- <= 0)
                break;
        }
    }
    return words;
}

void CommandReader::read_installer(const Installer& installer, Words words)
{
    auto arguments = words.subspan(1);
    const auto verb =
        std::find_if(arguments.begin(), arguments.end(), [&](const CommandWord& word) {
            const auto lower = fold(word.text);
            return installer.installs == "*" || is_alternative(installer.installs, lower) ||
                   is_alternative(installer.removes, lower);
        });
    if (verb == arguments.end())
        return add_all(arguments, ScanRole::Mentions);
    if (is_alternative(installer.removes, fold(verb->text)))
        return add_all(arguments, ScanRole::Mentions);
    const auto first = verb + (installer.installs == "*" ? 0 : 1);
    for (auto word = first; word != arguments.end(); ++word)
        if (!is_option(word->text))
            add(*word, is_address(word->text) ? ScanRole::Fetches : ScanRole::Installs);
}

void CommandReader::read_interpreter(const ShellCommand& command, const Interpreter& interpreter,
                                     Words words)
{
    const auto arguments = words.subspan(1);
    if (arguments.size() >= 3 && arguments[0].text == "-m" && arguments[1].text == "pip")
        return read_installer(*row_of(installers, "pip"), arguments.subspan(1));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto is_code = i > 0 && arguments[i - 1].text == interpreter.code_option;
        add(arguments[i], is_code || i == 0 ? program_role_ : ScanRole::Arguments);
    }
    if (!command.input.empty())
        add(words[0], program_role_, command.input);
}

void CommandReader::read_fetcher(Words words)
{
    add(words[0], program_role_);
    std::string_view option;
    for (const auto& word : words.subspan(1)) {
        const auto names_file = option == "-o" || option == "-O" || option == "--output";
        option = word.text;
        if (names_file && !is_address(word.text))
            add(word, ScanRole::Files);
        else if (!is_option(word.text))
            add(word, ScanRole::Fetches);
    }
}

std::string CommandReader::line_of(Words words)
{
    std::string line;
    for (const auto& word : words)
        line.append(line.empty() ? "" : " ").append(word.text);
    return line;
}

void CommandReader::add_line(Words words)
{
    to_.lines.push_back(
        {line_of(words), program_role_, anchor_.of(words[0].begin, words.back().end)});
}

void CommandReader::add(const CommandWord& word, ScanRole role, std::string_view text)
{
    if (!text.empty())
        to_.words.push_back({std::string{text}, role, anchor_.of(word.begin, word.end)});
}

void CommandReader::add_all(Words words, ScanRole role)
{
    for (const auto& word : words)
        add(word, role);
}

void CommandReader::deed(std::string_view kind, const CommandWord& at, const std::string& text)
{
    to_.deeds.push_back({kind, program_role_, text, anchor_.of(at.begin, at.end)});
}

}
