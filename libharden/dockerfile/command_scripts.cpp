#include "dockerfile/command_reader.h"

// What becomes of text that a shell runs.
namespace harden {

namespace {

// A shell's -c, -ec, -lc: what follows is a script.
bool hands_over_script(std::string_view option)
{
    return is_option(option) && option[1] != '-' && option.find('c') != std::string_view::npos &&
           option.size() <= 6;
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

}

void CommandReader::read_shell(const ShellCommand& command, Words words,
                               std::span<const ShellCommand> before)
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
    const auto reads_input = std::any_of(arguments.begin(), script,
                                         [](const CommandWord& word) { return word.text == "-s"; });
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
}

void CommandReader::read_evaluated(Words arguments)
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
void CommandReader::read_script(const CommandWord& word, const std::string& text)
{
    if (word.has_output && text.find_first_not_of(" ;\n") == std::string::npos)
        deed("piped-script", word, text);
    const auto place = anchor_.of(word.begin, word.end);
    read_text(text, {place.begin, place.end});
}

void CommandReader::read_script_file(Words words)
{
    if (words[0].has_output && words[0].text == substituted_file) // bash <(curl …)
        deed("piped-script", words[0], words[0].text);
    add(words[0], program_role_);
    add_all(words.subspan(1), ScanRole::Arguments);
}

// … | sh: what the commands before it print is the script.
void CommandReader::read_piped(const CommandWord& shell, std::span<const ShellCommand> before)
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
    const auto fetches = std::any_of(before.begin(), before.end(), [](const ShellCommand& command) {
        return !command.words.empty() && is_in(fetchers, program_name(command.words[0].text));
    });
    if (fetches || is_coded(before))
        deed("piped-script", shell, line_of(before[0].words));
}

bool CommandReader::is_coded(std::span<const ShellCommand> pipeline)
{
    return std::any_of(pipeline.begin(), pipeline.end(), [](const ShellCommand& command) {
        const auto program = command.words.empty() ? "" : program_name(command.words[0].text);
        return program == "base64" || program == "xxd" || program == "rev" || program == "openssl";
    });
}

bool CommandReader::is_trusted(std::string_view address) const
{
    auto rest = address.substr(std::min(address.find("://") + 3, address.size()));
    return std::any_of(trusted_.begin(), trusted_.end(),
                       [&](const std::string& host) { return rest.starts_with(host); });
}

bool CommandReader::has_output(Words words)
{
    return std::any_of(words.begin(), words.end(),
                       [](const CommandWord& word) { return word.has_output; });
}

// What is printed is only mentioned, unless it becomes a script.
void CommandReader::read_printing(const ShellCommand& command, Words words)
{
    const auto arguments = words.subspan(1);
    const auto copies =
        program_name(words[0].text) == "cat" || program_name(words[0].text) == "tee";
    const auto text = copies ? command.input : output_of(std::span{&command, 1}).value_or("");
    const auto files = copies && command.written.empty() ? arguments : Words{command.written};
    const auto becomes_script = [&](const CommandWord& file) { return is_script(file.text, text); };
    if (!text.empty() && std::any_of(files.begin(), files.end(), becomes_script))
        return read_script(words[0], text);
    add_all(arguments, copies ? ScanRole::Files : ScanRole::Mentions);
    if (!command.input.empty())
        add(words[0], ScanRole::Settings, command.input);
}

bool CommandReader::is_script(std::string_view file, std::string_view text)
{
    const auto name = file.substr(file.rfind('/') + 1);
    return text.starts_with("#!") || name.ends_with(".sh") || name.ends_with(".bash") ||
           (file.find("bin/") != std::string_view::npos &&
            name.find('.') == std::string_view::npos);
}

// su USER -c SCRIPT
void CommandReader::read_su(Words words)
{
    for (std::size_t i = 1; i < words.size(); ++i)
        if (hands_over_script(words[i - 1].text) || words[i - 1].text == "--command")
            read_script(words[i], words[i].text);
}

}
