#pragma once

#include "base/result.h"
#include "report/render.h"
#include "report/report.h"
#include "steps/step.h"

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace harden {

// Shared by every tool and documented once, in docs/exit-status.md.
enum class Exit { Clean = 0, Findings = 1, Trouble = 2, RolledBack = 3, NeedsHuman = 4 };

// Where the value of an option goes. The pointee's value before parsing is the default.
using Target = std::variant<bool*, int*, double*, std::string*, std::vector<std::string>*>;

// A row of a tool's option table. `names` as in "--format" or "-F,--ssh-config"; a name without
// dashes ("host") is a positional. `value` names the value in --help ("FILE").
struct Option {
    std::string names;
    std::string help;
    Target target;
    std::string value;
    std::vector<std::string> choices; // empty: anything
    bool required = false;
};

// A word of a tool: `egress plan`. The word "" is what the tool does when no word is given.
struct Word {
    std::string name;
    std::string help;
    std::vector<Option> options;
    std::function<Result<Exit>()> run;
};

struct Tool {
    std::string name;            // "harden egress"
    std::string summary;         // what it is for, one line
    std::vector<Option> options; // before or after the word
    std::vector<Word> words;
    std::string footer; // examples, files, exit status
};

// Parses the command line, runs the word and turns an Error into "NAME: error: …" and "hint: …"
// on stderr with status 2. An unknown option or word names the nearest one.
int run_tool(const Tool& tool, int argc, char** argv);

// The report's exit status: any Fail is 1, else any Unknown or no finding at all is 2.
Exit exit_for(const Report& report);

enum class Format { Text, Json };
Option format_option(std::string* target); // --format text|json

// stdout is the answer.
void print(std::string_view text);
// stderr is the conversation.
void say(std::string_view text);
void say_problem(const Error& problem); // "error: …" and "hint: …"
Colour terminal_colour();               // stdout is a terminal and NO_COLOR is not set

// The two words that every changing tool shares. Plan: 1 where changes are pending. Apply: 0, or
// 3 rolled back, 4 needs a human; a second apply prints "no changes".
Result<Exit> show_plan(const Step& step, const Node& node, std::string_view verb, Format format);
Result<Exit> apply_and_show(const Step& step, Node& node, std::string_view verb, Format format,
                            const std::optional<Arming>& arming = std::nullopt);

}
