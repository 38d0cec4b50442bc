// The only file that knows CLI11.
#include "cli/tool.h"

#include "cli/completion.h"
#include "cli/manual.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace harden {

namespace {

int code(Exit status)
{
    return static_cast<int>(status);
}

void add_option(CLI::App& app, const Option& row)
{
    auto* option = std::visit(
        [&](auto* target) -> CLI::Option* {
            if constexpr (std::is_same_v<decltype(target), bool*>)
                return app.add_flag(row.names, *target, row.help);
            else
                return app.add_option(row.names, *target, row.help);
        },
        row.target);
    if (!row.value.empty())
        option->type_name(row.value);
    if (!row.choices.empty()) {
        option->check(CLI::IsMember(row.choices).description(""));
        option->type_name(join(row.choices, "|"));
    }
    option->required(row.required);
}

const Word* default_word(const Tool& tool)
{
    const auto found = std::ranges::find(tool.words, "", &Word::name);
    return found == tool.words.end() ? nullptr : &*found;
}

// Every name that could have been meant: words, and options of the tool and of the words.
std::vector<std::string> known_names(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            names.push_back(cat("--", name));
    for (const auto* word : app.get_subcommands(nullptr)) {
        names.push_back(word->get_name());
        for (auto& name : known_names(*word))
            names.push_back(std::move(name));
    }
    return names;
}

std::string words_of(const CLI::App& app)
{
    std::vector<std::string> words;
    for (const auto* word : app.get_subcommands(nullptr))
        words.push_back(word->get_name());
    return join(words, ", ");
}

void say_usage_problem(const CLI::App& app, const std::string& tool, const CLI::ParseError& problem,
                       int argc, char** argv)
{
    const bool wordless =
        problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
        app.get_subcommands().empty() && !app.get_subcommands(nullptr).empty();
    say(cat(tool, ": error: ",
            wordless ? cat("say what to do: ", words_of(app)) : escaped(problem.what(), 400),
            "\n"));
    const auto names = known_names(app);
    for (int i = 1; i < argc; ++i) {
        const auto word = split(argv[i], '=').front();
        if (std::ranges::find(names, word) != names.end())
            continue;
        if (const auto meant = nearest(word, names)) {
            say(cat("hint: did you mean \"", *meant, "\"?\n"));
            return;
        }
    }
    say(cat("hint: ", tool, " --help\n"));
}

// What the command line asked for: a word to run, or the exit status where there is none.
struct Asked {
    const Word* word = nullptr;
    int status = 0;
};

void fill(CLI::App& app, const Tool& tool)
{
    app.footer(tool.footer);
    app.set_help_flag("-h,--help", "Print this help");
    for (const auto& option : tool.options)
        add_option(app, option);
    for (const auto& word : tool.words) {
        auto* target = word.name.empty() ? &app : app.add_subcommand(word.name, word.help);
        target->fallthrough();
        for (const auto& option : word.options)
            add_option(*target, option);
    }
    if (default_word(tool) == nullptr)
        app.require_subcommand(1);
    else
        app.require_subcommand(0, 1);
}

Asked asked_for(const Tool& tool, int argc, char** argv)
{
    CLI::App app{tool.summary, tool.name};
    fill(app, tool);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
            return {nullptr, app.exit(problem)};
        say_usage_problem(app, tool.name, problem, argc, argv);
        return {nullptr, code(Exit::Trouble)};
    }
    for (const auto& word : tool.words)
        if (!word.name.empty() && app.got_subcommand(word.name))
            return {&word, 0};
    return {default_word(tool), 0};
}

}

// What the package's manual pages and the shells' completions are made of. No help shows it.
static bool described(const Tool& tool, int argc, char** argv)
{
    const std::string_view asked = argc > 1 ? argv[1] : "";
    if (asked == "--print-manual")
        print(manual_page(tool, HARDEN_VERSION));
    else if (asked == "--complete")
        print(completions(tool, std::vector<std::string>(argv + 2, argv + argc)));
    else
        return false;
    return true;
}

int run_tool(const Tool& tool, int argc, char** argv)
{
    if (described(tool, argc, argv))
        return code(Exit::Clean);
    const auto asked = asked_for(tool, argc, argv);
    if (asked.word == nullptr)
        return asked.status;
    const auto status = asked.word->run();
    if (status)
        return code(*status);
    say(cat(tool.name, ": error: ", status.error().message, "\n"));
    if (!status.error().hint.empty())
        say(cat("hint: ", status.error().hint, "\n"));
    return code(Exit::Trouble);
}

Exit exit_for(const Report& report)
{
    const auto summary = summarise(report);
    if (summary.fail > 0)
        return Exit::Findings;
    const bool decided = summary.pass + summary.info + summary.not_applicable + summary.waived > 0;
    return summary.unknown > 0 || !decided ? Exit::Trouble : Exit::Clean;
}

Option format_option(std::string* target)
{
    return {"--format", "How to print the answer", target, "FORMAT", {"text", "json"}};
}

}
