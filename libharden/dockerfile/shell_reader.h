#pragma once

#include "dockerfile/shell_commands.h"

namespace harden {

// Reads one shell text; shell_commands() is the door. Positions are offsets in the text.
class ShellReader {
public:
    ShellReader(std::string_view text, Variables& variables);
    std::vector<ShellCommand> read();

private:
    struct WordInMaking {
        std::string text;
        std::size_t begin = 0;
        bool is_there = false; // "" is a word too
        bool has_output = false;
    };
    enum class Into { Words, Written, Input };

    void read_list();
    bool read_one(); // false: the list ends here
    void read_operator();
    void read_redirection();
    void read_heredocs();
    void read_heredoc_body(std::size_t command, const std::string& name, bool chomps);

    void read_word();
    bool read_part();
    void read_plain();
    void read_escape();
    void read_escape_in_quotes();
    void read_single_quotes();
    void read_ansi_quotes();
    void read_double_quotes();
    enum class Quoted { No, Yes };
    void read_dollar(Quoted quoted);
    void read_braces(Quoted quoted);
    void read_name(Quoted quoted);
    void read_substitution(std::size_t skipped, char closing, Quoted quoted);
    void add_value(std::string_view value, Quoted quoted);
    void end_word();
    void put_word(CommandWord word);

    void end_command();
    void take_control_words(ShellCommand& command);
    void take_assignments(ShellCommand& command);
    void take_loop(ShellCommand& command);

    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
    static bool ends_word(char c) // not in quotes
    {
        return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' ||
               c == ')' || c == '<' || c == '>';
    }
    static bool is_plain(char c) // stands for itself
    {
        return !ends_word(c) && c != '\\' && c != '\'' && c != '"' && c != '$' && c != '`';
    }
    bool at_end() const { return at_ >= text_.size(); }
    char peek(std::size_t ahead = 0) const
    {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    std::string_view text_;
    Variables& variables_;
    std::size_t at_ = 0;
    std::size_t spent_ = 0; // bytes of words so far
    int depth_ = 0;         // of substitutions
    std::vector<ShellCommand> commands_;
    struct WaitingHeredoc {
        std::optional<std::size_t> command; // none: the one that is being read
        std::string name;
        bool chomps = false;
    };
    // What a substitution begins anew and its end brings back.
    struct List {
        char closing = '\0';
        int cases = 0; // `case` that are open
        bool in_pattern = false;
        bool next_is_piped = false;
        Into into = Into::Words;
        WordInMaking word;
        ShellCommand command;
        std::vector<WaitingHeredoc> heredocs; // whose bodies begin at the next line
    };
    List list_;
};

}
