#include "cli/manual.h"

#include "base/text.h"

#include <algorithm>
#include <cctype>

namespace harden {

namespace {

// A line of running text: no character of it may be read as a request or a hyphen.
std::string plain(std::string_view text)
{
    std::string line;
    for (const char letter : text) {
        if (letter == '\\')
            line += "\\e";
        else if (letter == '-')
            line += "\\-";
        else if ((letter == '.' || letter == '\'') && line.empty())
            line += cat("\\&", std::string(1, letter));
        else
            line += letter;
    }
    return line;
}

std::string bold(std::string_view text)
{
    return cat("\\fB", plain(text), "\\fR");
}

// Some tools call themselves by their verb alone.
std::string called(const Tool& tool)
{
    return tool.name.starts_with("harden") ? tool.name : cat("harden ", tool.name);
}

std::string page_name(std::string name)
{
    std::ranges::replace(name, ' ', '-');
    return name;
}

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](unsigned char letter) { return static_cast<char>(toupper(letter)); });
    return text;
}

bool is_positional(const Option& option)
{
    return !option.names.starts_with('-');
}

std::string value_of(const Option& option)
{
    if (!option.choices.empty())
        return join(option.choices, "|");
    if (!option.value.empty() || std::holds_alternative<bool*>(option.target))
        return option.value;
    return "VALUE";
}

std::string entry(const Option& option)
{
    if (is_positional(option))
        return cat(".TP\n\\fI", plain(value_of(option)), "\\fR\n", plain(option.help), "\n");
    std::vector<std::string> names;
    for (const auto name : split(option.names, ','))
        names.push_back(bold(name));
    const auto value = value_of(option);
    return cat(".TP\n", join(names, ", "), value.empty() ? "" : cat(" \\fI", plain(value), "\\fR"),
               "\n", plain(option.help), "\n");
}

std::string entries(const std::vector<Option>& options)
{
    std::string text;
    for (const auto& option : options)
        text += entry(option);
    return text;
}

std::string arguments_of(const std::vector<Option>& options)
{
    std::string text;
    for (const auto& option : options)
        if (is_positional(option)) {
            const bool many = std::holds_alternative<std::vector<std::string>*>(option.target);
            const auto shown = cat("\\fI", plain(value_of(option)), "\\fR", many ? "…" : "");
            text += option.required ? cat(" ", shown) : cat(" [", shown, "]");
        }
    return text;
}

std::string synopsis(const Tool& tool)
{
    std::string text = ".SH SYNOPSIS\n";
    for (const auto& word : tool.words) {
        const auto line = word.name.empty() ? called(tool) : cat(called(tool), " ", word.name);
        const bool optional = !tool.options.empty() || !word.options.empty();
        text += cat(&word == &tool.words.front() ? "" : ".br\n", bold(line),
                    optional ? " [\\fIoptions\\fR]" : "", arguments_of(word.options), "\n");
    }
    return text;
}

std::string words(const Tool& tool)
{
    std::string text;
    for (const auto& word : tool.words)
        if (!word.name.empty()) {
            text += cat(".TP\n", bold(word.name), "\n", plain(word.help), "\n");
            if (!word.options.empty())
                text += cat(".RS\n", entries(word.options), ".RE\n");
        }
    return text.empty() ? "" : cat(".SH WORDS\n", text);
}

std::string options(const Tool& tool)
{
    auto text = entries(tool.options);
    for (const auto& word : tool.words)
        if (word.name.empty())
            text += entries(word.options);
    return text.empty() ? "" : cat(".SH OPTIONS\n", text);
}

// A line that begins with a capital begins a paragraph.
std::string notes(const Tool& tool)
{
    std::string text;
    for (const auto line : lines(tool.footer)) {
        const auto trimmed = trim(line);
        if (trimmed.empty())
            continue;
        const bool begins = isupper(static_cast<unsigned char>(trimmed.front())) != 0;
        text += cat(text.empty() ? ".SH NOTES\n" : begins ? ".PP\n" : "", plain(trimmed), "\n");
    }
    return text;
}

// The dispatcher's page names its verbs', and each of them the dispatcher's.
std::string see_also(const Tool& tool)
{
    std::vector<std::string> pages;
    if (tool.name != "harden")
        pages.push_back(cat(bold("harden"), "(1)"));
    else
        for (const auto& word : tool.words)
            if (!word.name.empty())
                pages.push_back(cat(bold(cat(tool.name, "-", word.name)), "(1)"));
    return cat(".SH SEE ALSO\n", join(pages, ",\n"), "\n");
}

}

std::string manual_page(const Tool& tool, std::string_view version)
{
    const auto name = page_name(called(tool));
    const auto page = called(tool).substr(called(tool).find(' ') + 1);
    return cat(".TH ", plain(upper(name)), " 1 \"\" \"harden ", plain(version), "\" \"harden\"\n",
               ".SH NAME\n", plain(name), " \\- ", plain(tool.summary), "\n", synopsis(tool),
               words(tool), options(tool), notes(tool), ".SH FILES\n",
               plain(cat("/usr/share/doc/harden/", page, ".md")), ": the whole page\n",
               see_also(tool));
}

}
