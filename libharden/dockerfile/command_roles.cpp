#include "dockerfile/command_roles.h"

#include "dockerfile/command_tables.h"
#include "dockerfile/decode.h"

#include <algorithm>
#include <utility>

namespace harden {

namespace {

constexpr int deepest_script = 8;

template<class Table>
bool is_in(const Table& table, std::string_view name)
{
    return std::find(std::begin(table), std::end(table), name) != std::end(table);
}

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

bool is_option(std::string_view word)
{
    return word.size() > 1 && word[0] == '-';
}

bool is_address(std::string_view word)
{
    return word.find("://") != std::string_view::npos || word.starts_with("git@");
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

// A shell's -c, -ec, -lc: what follows is a script.
bool hands_over_script(std::string_view option)
{
    return is_option(option) && option[1] != '-' && option.find('c') != std::string_view::npos &&
           option.size() <= 6;
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

// bash -i >& /dev/tcp/HOST/PORT. A shell that only echoes there waits for a port.
bool talks_to_network(const ShellCommand& command)
{
    const auto is_interactive = [](const CommandWord& word) {
        return word.text == "-i" || word.text == "-li";
    };
    const auto is_connection = [](const CommandWord& word) {
        return word.text.starts_with("/dev/tcp/") || word.text.starts_with("/dev/udp/");
    };
    return std::any_of(command.words.begin(), command.words.end(), is_interactive) &&
           std::any_of(command.written.begin(), command.written.end(), is_connection);
}

class CommandReader {
public:
    CommandReader(RoledCommands& to, Variables& variables, ScanRole program_role,
                  std::span<const std::string> trusted)
        : to_{to}
        , variables_{variables}
        , program_role_{program_role}
        , trusted_{trusted}
    {
    }

    void read_text(std::string_view text, const TextAnchor& anchor)
    {
        if (++depth_ <= deepest_script) {
            const auto commands = shell_commands(text, variables_);
            const auto outer = std::exchange(anchor_, anchor);
            read_pipelines(commands);
            anchor_ = outer;
        }
        --depth_;
    }

    void read_one(ShellCommand command, const TextAnchor& anchor)
    {
        anchor_ = anchor;
        const std::vector<ShellCommand> commands{std::move(command)};
        read_pipelines(commands);
    }

private:
    using Words = std::span<const CommandWord>;

    void read_pipelines(const std::vector<ShellCommand>& commands)
    {
        std::size_t first = 0; // of the pipeline
        for (std::size_t i = 0; i < commands.size(); ++i) {
            if (!commands[i].is_piped)
                first = i;
            read_command(commands[i], std::span{commands}.subspan(first, i - first));
        }
    }

    void read_command(const ShellCommand& command, std::span<const ShellCommand> before)
    {
        for (const auto& word : command.assignments)
            add(word, ScanRole::Settings,
                std::string_view{word.text}.substr(word.text.find('=') + 1));
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

    void read_program(const ShellCommand& command, const std::string& program, Words words)
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

    Words without_starting_programs(Words words) const
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

    void read_shell(const ShellCommand& command, Words words, std::span<const ShellCommand> before)
    {
        const auto program = program_name(words[0].text);
        const auto arguments = words.subspan(1);
        if (talks_to_network(command))
            deed("netcat-shell", words[0], cat(line_of(words), " >", command.written[0].text));
        if (program == "eval")
            return read_evaluated(arguments);
        const auto script =
            std::find_if_not(arguments.begin(), arguments.end(), [](const CommandWord& word) {
                return is_option(word.text) || (word.text.empty() && !word.has_output);
            });
        const auto reads_input = std::any_of(
            arguments.begin(), script, [](const CommandWord& word) { return word.text == "-s"; });
        const auto has_code = std::any_of(arguments.begin(), script, [](const CommandWord& word) {
            return hands_over_script(word.text);
        });
        if (has_code && script != arguments.end())
            return read_script(*script, script->text);
        if (script != arguments.end() && !reads_input && script->text != "-" &&
            script->text != "/dev/stdin")
            return read_script_file(Words{script, arguments.end()});
        if (!command.input.empty())
            return read_script(words[0], command.input);
        if (command.is_piped)
            read_piped(words[0], before);
        else if (words.size() == 1 && program_role_ == ScanRole::Runs && has_output(arguments))
            deed("piped-script", words[0], "");
    }

    void read_evaluated(Words arguments)
    {
        std::string text;
        for (const auto& word : arguments)
            text.append(text.empty() ? "" : " ").append(word.text);
        if (has_output(arguments))
            deed("piped-script", arguments[0], text);
        else if (!arguments.empty())
            read_script(arguments[0], text);
    }

    // A script in a word: what a substitution prints is one that nobody can read.
    void read_script(const CommandWord& word, const std::string& text)
    {
        if (word.has_output && text.find_first_not_of(" ;\n") == std::string::npos)
            deed("piped-script", word, text);
        const auto place = anchor_.of(word.begin, word.end);
        read_text(text, {place.begin, place.end});
    }

    void read_script_file(Words words)
    {
        if (words[0].has_output)
            deed("piped-script", words[0], words[0].text);
        add(words[0], program_role_);
        add_all(words.subspan(1), ScanRole::Arguments);
    }

    // … | sh: what the commands before it print is the script.
    void read_piped(const CommandWord& shell, std::span<const ShellCommand> before)
    {
        const auto script = output_of(before);
        if (script) {
            if (is_coded(before))
                deed("encoded", shell, *script);
            return read_script(shell, *script);
        }
        for (const auto& command : before)
            for (const auto& word : command.words)
                if (is_address(word.text) && is_trusted(word.text))
                    return;
        const auto fetches =
            std::any_of(before.begin(), before.end(), [](const ShellCommand& command) {
                return !command.words.empty() &&
                       is_in(fetchers, program_name(command.words[0].text));
            });
        if (fetches || is_coded(before))
            deed("piped-script", shell, line_of(before[0].words));
    }

    static bool is_coded(std::span<const ShellCommand> pipeline)
    {
        return std::any_of(pipeline.begin(), pipeline.end(), [](const ShellCommand& command) {
            const auto program = command.words.empty() ? "" : program_name(command.words[0].text);
            return program == "base64" || program == "xxd" || program == "rev" ||
                   program == "openssl";
        });
    }

    bool is_trusted(std::string_view address) const
    {
        auto rest = address.substr(std::min(address.find("://") + 3, address.size()));
        return std::any_of(trusted_.begin(), trusted_.end(),
                           [&](const std::string& host) { return rest.starts_with(host); });
    }

    static bool has_output(Words words)
    {
        return std::any_of(words.begin(), words.end(),
                           [](const CommandWord& word) { return word.has_output; });
    }

    // What is printed is only mentioned, unless it becomes a script.
    void read_printing(const ShellCommand& command, Words words)
    {
        const auto arguments = words.subspan(1);
        const auto copies =
            program_name(words[0].text) == "cat" || program_name(words[0].text) == "tee";
        const auto text = copies ? command.input : output_of(std::span{&command, 1}).value_or("");
        const auto files = copies && command.written.empty() ? arguments : Words{command.written};
        const auto becomes_script = [&](const CommandWord& file) {
            return is_script(file.text, text);
        };
        if (!text.empty() && std::any_of(files.begin(), files.end(), becomes_script))
            return read_script(words[0], text);
        add_all(arguments, copies ? ScanRole::Files : ScanRole::Mentions);
        if (!command.input.empty())
            add(words[0], ScanRole::Settings, command.input);
    }

    static bool is_script(std::string_view file, std::string_view text)
    {
        const auto name = file.substr(file.rfind('/') + 1);
        return text.starts_with("#!") || name.ends_with(".sh") || name.ends_with(".bash") ||
               (file.find("bin/") != std::string_view::npos &&
                name.find('.') == std::string_view::npos);
    }

    void read_installer(const Installer& installer, Words words)
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

    void read_interpreter(const ShellCommand& command, const Interpreter& interpreter, Words words)
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

    void read_fetcher(Words words)
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

    // su USER -c SCRIPT
    void read_su(Words words)
    {
        for (std::size_t i = 1; i < words.size(); ++i)
            if (hands_over_script(words[i - 1].text) || words[i - 1].text == "--command")
                read_script(words[i], words[i].text);
    }

    static std::string line_of(Words words)
    {
        std::string line;
        for (const auto& word : words)
            line.append(line.empty() ? "" : " ").append(word.text);
        return line;
    }

    void add_line(Words words)
    {
        to_.lines.push_back(
            {line_of(words), program_role_, anchor_.of(words[0].begin, words.back().end)});
    }
    void add(const CommandWord& word, ScanRole role) { add(word, role, word.text); }
    void add(const CommandWord& word, ScanRole role, std::string_view text)
    {
        if (!text.empty())
            to_.words.push_back({std::string{text}, role, anchor_.of(word.begin, word.end)});
    }
    void add_all(Words words, ScanRole role)
    {
        for (const auto& word : words)
            add(word, role);
    }
    void deed(std::string_view kind, const CommandWord& at, const std::string& text)
    {
        to_.deeds.push_back({kind, program_role_, text, anchor_.of(at.begin, at.end)});
    }

    RoledCommands& to_;
    Variables& variables_;
    ScanRole program_role_;
    std::span<const std::string> trusted_;
    TextAnchor anchor_;
    int depth_ = 0;
};

}

TextRange TextAnchor::of(std::uint32_t word_begin, std::uint32_t word_end) const
{
    if (end)
        return {begin, *end};
    return {begin + word_begin, begin + word_end};
}

void add_shell_text(RoledCommands& to, std::string_view text, ScanRole program_role,
                    Variables& variables, const TextAnchor& anchor,
                    std::span<const std::string> trusted)
{
    CommandReader{to, variables, program_role, trusted}.read_text(text, anchor);
}

void add_arguments(RoledCommands& to, std::vector<CommandWord> words, ScanRole program_role,
                   Variables& variables, const TextAnchor& anchor,
                   std::span<const std::string> trusted)
{
    CommandReader{to, variables, program_role, trusted}.read_one({.words = std::move(words)},
                                                                 anchor);
}

std::string program_name(std::string_view path)
{
    auto name = fold(path.substr(path.rfind('/') + 1));
    // xmrig-6.21.0, but no "minerd2"
    for (auto at = name.find_first_of("-_"); at != std::string::npos;
         at = name.find_first_of("-_", at + 1)) {
        const auto digits = at + 1 < name.size() && name[at + 1] == 'v' ? at + 2 : at + 1;
        if (digits < name.size() && is_digit(name[digits]))
            return name.substr(0, at);
    }
    return name.ends_with(".exe") ? name.substr(0, name.size() - 4) : name;
}

std::string package_name(std::string_view text)
{
    auto name = fold(text);
    const auto end = name.find_first_of("=<>~@[:;", 1);
    return name.substr(0, end);
}

}
