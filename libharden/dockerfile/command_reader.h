#pragma once

#include "dockerfile/command_roles.h"
#include "dockerfile/command_tables.h"

namespace harden {

inline constexpr int deepest_script = 8;
inline constexpr std::size_t most_script_text = 4 << 20; // bytes, of all scripts in one text

// Gives the words of commands their roles; add_shell_text() and add_arguments() are the doors.
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

    // A script, and the scripts in it.
    void read_text(std::string_view text, const TextAnchor& anchor);
    // One command that no shell has taken apart.
    void read_one(ShellCommand command, const TextAnchor& anchor);

private:
    using Words = std::span<const CommandWord>;

    void read_pipelines(const std::vector<ShellCommand>& commands);
    void read_command(const ShellCommand& command, std::span<const ShellCommand> before);
    void read_program(const ShellCommand& command, const std::string& program, Words words);
    Words without_starting_programs(Words words) const;
    void read_shell(const ShellCommand& command, Words words, std::span<const ShellCommand> before);
    void read_evaluated(Words arguments);
    void read_script(const CommandWord& word, const std::string& text);
    void read_script_file(Words words);
    void read_piped(const CommandWord& shell, std::span<const ShellCommand> before);
    static bool is_coded(std::span<const ShellCommand> pipeline);
    bool is_trusted(std::string_view address) const;
    static bool has_output(Words words);
    void read_printing(const ShellCommand& command, Words words);
    static bool is_script(std::string_view file, std::string_view text);
    void read_installer(const Installer& installer, Words words);
    void read_interpreter(const ShellCommand& command, const Interpreter& interpreter, Words words);
    void read_fetcher(Words words);
    void read_su(Words words);
    static std::string line_of(Words words);
    void add_line(Words words);
    void add(const CommandWord& word, ScanRole role) { add(word, role, word.text); }
    void add(const CommandWord& word, ScanRole role, std::string_view text);
    void add_all(Words words, ScanRole role);
    void deed(std::string_view kind, const CommandWord& at, const std::string& text);

    RoledCommands& to_;
    Variables& variables_;
    ScanRole program_role_;
    std::span<const std::string> trusted_;
    TextAnchor anchor_;
    int depth_ = 0;
    std::size_t spent_ = 0; // bytes of scripts, and of what they say
};

// What its parts share.
bool is_option(std::string_view word);
bool is_address(std::string_view word);

}
