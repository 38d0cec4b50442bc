#include "dockerfile/run_line.h"

#include "base/text.h"
#include "dockerfile/shell_words.h"

#include <algorithm>
#include <array>

namespace harden {

namespace {

using Words = std::span<const ShellWord>;

class RunLineReader {
public:
    explicit RunLineReader(std::string_view source)
        : shell_{split_shell_line(source)}
        , rest_{shell_.words}
    {
        line_.problems = std::move(shell_.problems);
    }

    bool find_verb();
    RunLine read();

private:
    const PlacedText& next() const { return rest_.front().placed; }
    PlacedText take()
    {
        auto word = next();
        rest_ = rest_.subspan(1);
        return word;
    }
    bool skip_word(std::string_view word);
    void skip_wrappers();
    void skip_own_options();
    bool read_flag();
    bool read_long(const PlacedText& word);
    bool read_letters(const PlacedText& word);
    bool apply(const RunFlag& flag, std::string_view shown, std::optional<PlacedText> value,
               const PlacedText& word);
    bool unknown(const PlacedText& word, std::string_view shown);
    void read_image();
    bool complain(std::size_t offset, std::string message, std::string remedy)
    {
        line_.problems.push_back({offset, std::move(message), std::move(remedy)});
        return false;
    }

    ShellLine shell_;
    Words rest_;
    RunLine line_;
};

bool RunLineReader::skip_word(std::string_view word)
{
    if (rest_.empty() || next().text != word)
        return false;
    take();
    return true;
}

bool is_assignment(std::string_view text)
{
    const auto equals = text.find('=');
    return equals != std::string_view::npos && equals > 0 &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
                                  "0123456789") == equals;
}

// "$ ", "X=y", "exec", "sudo -E"
void RunLineReader::skip_wrappers()
{
    skip_word("$");
    while (!rest_.empty()) {
        if (is_assignment(next().text)) {
            take();
        } else if (skip_word("sudo")) {
            while (!rest_.empty() && next().text.starts_with('-'))
                take();
        } else if (!skip_word("exec")) {
            return;
        }
    }
}

// Those of docker before its verb.
void RunLineReader::skip_own_options()
{
    static constexpr std::array<std::string_view, 10> valued{
        "-H", "--host",      "-c",          "--context", "--config",
        "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey"};
    while (!rest_.empty() && next().text.starts_with('-')) {
        const auto option = take();
        if (std::ranges::find(valued, option.text) != valued.end() && !rest_.empty())
            take();
    }
}

bool RunLineReader::find_verb()
{
    skip_wrappers();
    if (rest_.empty())
        return false;
    line_.request.name.offset = next().offset;
    const auto program = take().text;
    if (program.substr(program.rfind('/') + 1) != "docker")
        return false;
    skip_own_options();
    skip_word("container");
    return skip_word("run") || skip_word("create");
}

bool RunLineReader::unknown(const PlacedText& word, std::string_view shown)
{
    std::vector<std::string> known;
    for (const auto& flag : run_flags())
        known.push_back(cat("--", flag.name));
    const auto meant = nearest(shown, known);
    return complain(word.offset, cat("docker run has no option ", escaped(shown, 60)),
                    meant ? cat("did you mean ", *meant, "?") : "see docker run --help");
}

bool RunLineReader::apply(const RunFlag& flag, std::string_view shown,
                          std::optional<PlacedText> value, const PlacedText& word)
{
    if (!value && flag.form == FlagForm::Switch)
        value = PlacedText{"true", word.offset};
    if (!value && rest_.empty())
        return complain(word.offset, cat(shown, " needs a value, and the line ends"),
                        cat("write ", shown, " VALUE"));
    if (!value)
        value = take();
    if (flag.apply != nullptr)
        flag.apply(line_.request, *std::move(value));
    return true;
}

bool RunLineReader::read_long(const PlacedText& word)
{
    const std::string_view text = word.text;
    const auto equals = std::min(text.find('='), text.size());
    const auto name = text.substr(2, std::max<std::size_t>(equals, 2) - 2);
    const auto found = std::ranges::find(run_flags(), name, &RunFlag::name);
    if (found == run_flags().end())
        return unknown(word, text.substr(0, equals));
    std::optional<PlacedText> value;
    if (equals < text.size())
        value = PlacedText{std::string{text.substr(equals + 1)}, word.offset + equals + 1};
    return apply(*found, text.substr(0, equals), std::move(value), word);
}

// "-it", "-p80:80", "-e=a", "-ite a=b"
bool RunLineReader::read_letters(const PlacedText& word)
{
    const std::string_view text = word.text;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const auto found = std::ranges::find(run_flags(), text[i], &RunFlag::letter);
        const auto shown = cat("-", text.substr(i, 1));
        if (found == run_flags().end())
            return unknown(word, shown);
        const bool assigned = i + 1 < text.size() && text[i + 1] == '=';
        std::optional<PlacedText> value;
        if (assigned || (found->form == FlagForm::Value && i + 1 < text.size())) {
            const auto from = i + (assigned ? 2 : 1);
            value = PlacedText{std::string{text.substr(from)}, word.offset + from};
        }
        const bool is_last = value.has_value() || found->form == FlagForm::Value;
        if (!apply(*found, shown, std::move(value), word))
            return false;
        if (is_last)
            return true;
    }
    return true;
}

// Whether to go on.
bool RunLineReader::read_flag()
{
    const auto word = take();
    return word.text.starts_with("--") ? read_long(word) : read_letters(word);
}

void RunLineReader::read_image()
{
    const bool may_be_options = rest_.front().may_be_many && rest_.size() > 1 &&
                                next().text.find_first_of("/:") == std::string::npos;
    if (may_be_options)
        complain(next().offset, cat(escaped(next().text, 60), " may stand for options as well"),
                 "write what it stands for, or put it in double quotes where it is the image");
    line_.request.image = take();
    if (rest_.empty())
        return;
    line_.request.command = CommandText{.is_list = true};
    while (!rest_.empty())
        line_.request.command->words.push_back(take());
}

RunLine RunLineReader::read()
{
    if (!find_verb()) {
        if (line_.problems.empty())
            complain(line_.request.name.offset, "this is no docker run line",
                     "write it as docker run [OPTIONS] IMAGE [COMMAND]");
        return std::move(line_);
    }
    while (!rest_.empty() && next().text.size() > 1 && next().text.starts_with('-')) {
        if (skip_word("--"))
            break;
        if (!read_flag())
            return std::move(line_);
    }
    if (!rest_.empty())
        read_image();
    else if (line_.problems.empty())
        complain(line_.request.name.offset, "it names no image",
                 "write docker run [OPTIONS] IMAGE [COMMAND]");
    return std::move(line_);
}

}

RunLine parse_run_line(std::string_view source)
{
    return RunLineReader{source}.read();
}

bool is_run_line(std::string_view source)
{
    return RunLineReader{source}.find_verb();
}

}
