#include "dockerfile/shell_reader.h"

#include <algorithm>
#include <utility>

namespace harden {

ShellReader::ShellReader(std::string_view text, Variables& variables)
    : text_{text}
    , variables_{variables}
{
}

std::vector<ShellCommand> ShellReader::read()
{
    while (!at_end()) {
        read_list();
        if (!at_end())
            ++at_; // a parenthesis that closes nothing
    }
    return std::move(commands_);
}

void ShellReader::read_list()
{
    while (!at_end() && read_one()) {
    }
    end_word();
    end_command();
}

bool ShellReader::read_one()
{
    const auto c = peek();
    if (list_.closing != '\0' && c == list_.closing && !(list_.in_pattern && c == ')'))
        return false;
    if (is_blank(c)) {
        ++at_;
    } else if (c == '\\' && peek(1) == '\n') {
        at_ += 2;
    } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '<' || c == '>') {
        read_redirection();
    } else if (ends_word(c)) {
        read_operator();
    } else {
        read_word();
    }
    return true;
}

void ShellReader::read_operator()
{
    const auto c = peek();
    ++at_;
    if (c == ')' && list_.in_pattern) {
        list_.command = {};
        list_.in_pattern = false;
        return;
    }
    // f() { …: the name of a function is no command
    if (c == '(' && peek() == ')' && list_.command.words.size() == 1) {
        list_.command = {};
        ++at_;
        return;
    }
    end_command();
    if (c == ';' && peek() == ';') {
        ++at_;
        list_.in_pattern = list_.cases > 0;
    } else if (c == '|' && peek() != '|') {
        at_ += peek() == '&' ? 1U : 0U;
        list_.next_is_piped = true;
    } else if ((c == '|' || c == '&') && peek() == c) {
        ++at_;
    } else if (c == '\n') {
        read_heredocs();
    }
}

void ShellReader::read_redirection()
{
    const auto c = peek();
    if (peek(1) == '(') { // <(…) and >(…) are files
        list_.word = {.text = std::string{substituted_file},
                      .begin = at_,
                      .is_there = true,
                      .has_output = c == '<'};
        read_substitution(2, ')', Quoted::Yes);
        end_word();
        return;
    }
    const auto is_heredoc = c == '<' && peek(1) == '<' && peek(2) != '<';
    list_.into = c == '>' ? Into::Written : Into::Input;
    while (peek() == c || peek() == '&' || peek() == '|')
        ++at_;
    const auto chomps = is_heredoc && peek() == '-';
    at_ += chomps ? 1U : 0U;
    while (is_blank(peek()))
        ++at_;
    if (!ends_word(peek()))
        read_word();
    if (is_heredoc)
        list_.heredocs.push_back({std::nullopt, std::exchange(list_.command.input, {}), chomps});
    list_.into = Into::Words;
}

void ShellReader::read_heredocs()
{
    for (const auto& one : std::exchange(list_.heredocs, {}))
        if (one.command)
            read_heredoc_body(*one.command, one.name, one.chomps);
}

void ShellReader::read_heredoc_body(std::size_t command, const std::string& name, bool chomps)
{
    const auto begin = at_;
    auto end = at_;
    while (!at_end()) {
        const auto line_end = std::min(text_.find('\n', at_), text_.size());
        auto line = text_.substr(at_, line_end - at_);
        end = at_;
        at_ = std::min(line_end + 1, text_.size());
        if (chomps)
            line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        if (line == name)
            break;
        end = at_;
    }
    if (command < commands_.size()) {
        commands_[command].input = text_.substr(begin, end - begin);
        commands_[command].input_begin = static_cast<std::uint32_t>(begin);
    }
}

void ShellReader::end_command()
{
    list_.into = Into::Words;
    auto command = std::exchange(list_.command, {});
    command.is_piped = std::exchange(list_.next_is_piped, false);
    command.is_inner = depth_ > 0;
    take_control_words(command);
    take_loop(command);
    take_assignments(command);
    bool awaits_heredoc = false;
    for (auto& one : list_.heredocs)
        if (!one.command) {
            one.command = commands_.size();
            awaits_heredoc = true;
        }
    if (!command.words.empty() || !command.assignments.empty() || !command.written.empty() ||
        awaits_heredoc)
        commands_.push_back(std::move(command));
    else
        list_.next_is_piped = command.is_piped; // lines may end behind a pipe
}

void ShellReader::take_control_words(ShellCommand& command)
{
    static constexpr std::string_view control[] = {
        "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done", "time"};
    auto& words = command.words;
    const auto is_control = [](const CommandWord& word) {
        return std::find(std::begin(control), std::end(control), word.text) != std::end(control);
    };
    words.erase(words.begin(), std::find_if_not(words.begin(), words.end(), is_control));
    if (words.empty())
        return;
    if (words[0].text == "esac") {
        list_.cases = std::max(0, list_.cases - 1);
        words.erase(words.begin());
    } else if (words[0].text == "case") {
        words.clear();
    }
}

void ShellReader::take_loop(ShellCommand& command)
{
    auto& words = command.words;
    if (words.size() < 3 || words[0].text != "for" || words[2].text != "in")
        return;
    std::string values;
    for (std::size_t i = 3; i < words.size(); ++i)
        values.append(i > 3 ? " " : "").append(words[i].text);
    variables_.set(words[1].text, values);
    words.clear();
}

void ShellReader::take_assignments(ShellCommand& command)
{
    static constexpr std::string_view declaring[] = {"export", "local", "declare", "readonly",
                                                     "typeset"};
    auto& words = command.words;
    const auto name_end = [](const std::string& text) {
        const auto is_name = [](char c) {
            return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                   (c >= 'A' && c <= 'Z');
        };
        const auto end = std::find_if_not(text.begin(), text.end(), is_name);
        const auto length = static_cast<std::size_t>(end - text.begin());
        return length > 0 && end != text.end() && *end == '=' ? length : std::string::npos;
    };
    const auto set = [&](const CommandWord& word) {
        const auto end = name_end(word.text);
        if (end != std::string::npos)
            variables_.set(word.text.substr(0, end), word.text.substr(end + 1));
        return end != std::string::npos;
    };
    const auto first = std::find_if_not(words.begin(), words.end(), set);
    command.assignments.assign(words.begin(), first);
    words.erase(words.begin(), first);
    if (!words.empty() &&
        std::find(std::begin(declaring), std::end(declaring), words[0].text) != std::end(declaring))
        std::for_each(words.begin() + 1, words.end(), set);
}

}
