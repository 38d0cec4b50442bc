#include "dockerfile/decode.h"
#include "dockerfile/shell_commands.h"

#include <algorithm>

namespace harden {

namespace {

using Output = std::optional<std::string>;
using Words = std::span<const CommandWord>;

std::string_view base_name(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

std::string unescaped(std::string_view text)
{
    auto decoded = escapes_decoded(text);
    return decoded.empty() ? std::string{text} : decoded;
}

Output echoed(Words arguments)
{
    const auto is_option = [](const CommandWord& word) {
        return word.text == "-n" || word.text == "-e" || word.text == "-E" || word.text == "-ne" ||
               word.text == "-en";
    };
    const auto first = std::find_if_not(arguments.begin(), arguments.end(), is_option);
    std::string text;
    for (auto word = first; word != arguments.end(); ++word)
        text.append(word == first ? "" : " ").append(unescaped(word->text));
    return text;
}

// printf's format with its %s, %b, %d, %c; used again while there are arguments, as printf does.
Output printed(Words arguments)
{
    if (arguments.empty())
        return std::nullopt;
    const auto format = unescaped(arguments[0].text);
    auto values = arguments.subspan(1);
    std::string text;
    do {
        const auto left = values.size();
        for (std::size_t i = 0; i < format.size(); ++i) {
            if (format[i] != '%' || i + 1 == format.size()) {
                text.push_back(format[i]);
                continue;
            }
            const auto kind = format[++i];
            if (kind == '%')
                text.push_back('%');
            else if (std::string_view{"sbdc"}.find(kind) == std::string_view::npos)
                return std::nullopt;
            else if (!values.empty()) {
                text.append(kind == 'b' ? unescaped(values[0].text) : values[0].text);
                values = values.subspan(1);
            }
        }
        if (values.size() == left)
            break;
    } while (!values.empty() && text.size() < most_shell_text);
    return text;
}

// "a-cx" as tr reads it: "abcx".
std::string set_of(std::string_view written)
{
    std::string set;
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (i + 2 < written.size() && written[i + 1] == '-' && written[i] <= written[i + 2]) {
            for (int c = written[i]; c <= written[i + 2]; ++c)
                set.push_back(static_cast<char>(c));
            i += 2;
        } else {
            set.push_back(written[i]);
        }
    }
    return set;
}

Output translated(Words arguments, std::string text)
{
    if (arguments.size() != 2)
        return std::nullopt;
    if (arguments[0].text == "-d") {
        const auto set = set_of(unescaped(arguments[1].text));
        std::erase_if(text, [&](char c) { return set.find(c) != std::string::npos; });
        return text;
    }
    const auto from = set_of(arguments[0].text);
    const auto to = set_of(arguments[1].text);
    for (auto& c : text)
        if (const auto at = from.find(c); at != std::string::npos && !to.empty())
            c = to[std::min(at, to.size() - 1)];
    return text;
}

// s/WORD/WITH/g where WORD is no pattern.
Output replaced(Words arguments, const std::string& text)
{
    if (arguments.size() != 1 || arguments[0].text.size() < 4 || arguments[0].text[0] != 's')
        return std::nullopt;
    const auto& script = arguments[0].text;
    const auto middle = script.find(script[1], 2);
    const auto end = middle == std::string::npos ? middle : script.find(script[1], middle + 1);
    const auto word = script.substr(2, middle - 2);
    if (end == std::string::npos || word.empty() ||
        word.find_first_of(".*[]\\^$") != std::string::npos)
        return std::nullopt;
    const auto with = script.substr(middle + 1, end - middle - 1);
    std::string result;
    std::size_t at = 0;
    for (auto next = text.find(word); next != std::string::npos; next = text.find(word, at)) {
        result.append(text, at, next - at).append(with);
        at = next + word.size();
    }
    return result.append(text, at);
}

bool has_option(Words arguments, std::initializer_list<std::string_view> options)
{
    return std::any_of(arguments.begin(), arguments.end(), [&](const CommandWord& word) {
        return std::find(options.begin(), options.end(), word.text) != options.end();
    });
}

std::string without_line_ends(std::string text)
{
    std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
    return text;
}

Output decoded(std::string text)
{
    if (text.empty())
        return std::nullopt;
    return text;
}

Output filtered(const ShellCommand& command, std::string text)
{
    const auto program = base_name(command.words[0].text);
    const auto arguments = Words{command.words}.subspan(1);
    if (program == "base64" && has_option(arguments, {"-d", "-D", "--decode", "-di", "-id"}))
        return decoded(base64_decoded(without_line_ends(std::move(text))));
    if (program == "openssl" && has_option(arguments, {"base64", "-base64"}) &&
        has_option(arguments, {"-d"}))
        return decoded(base64_decoded(without_line_ends(std::move(text))));
    if (program == "xxd" && has_option(arguments, {"-r", "-ps", "-p", "-rp"}))
        return decoded(hex_decoded(without_line_ends(std::move(text))));
    if (program == "rev")
        return std::string{text.rbegin(), text.rend()};
    if (program == "tr")
        return translated(arguments, std::move(text));
    if (program == "sed")
        return replaced(arguments, text);
    if (program == "cat" && arguments.empty())
        return text;
    return std::nullopt;
}

Output first_output(const ShellCommand& command)
{
    if (command.words.empty())
        return std::nullopt;
    const auto program = base_name(command.words[0].text);
    const auto arguments = Words{command.words}.subspan(1);
    if (program == "echo")
        return echoed(arguments);
    if (program == "printf")
        return printed(arguments);
    return command.input.empty() ? std::nullopt : filtered(command, command.input);
}

}

std::optional<std::string> output_of(std::span<const ShellCommand> pipeline)
{
    if (pipeline.empty())
        return std::nullopt;
    auto text = first_output(pipeline[0]);
    for (const auto& command : pipeline.subspan(1)) {
        if (!text || !command.is_piped || command.words.empty())
            return std::nullopt;
        text = filtered(command, *std::move(text));
    }
    while (text && !text->empty() && text->back() == '\n')
        text->pop_back();
    return text;
}

}
