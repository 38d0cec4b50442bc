#include "base/text.h"
#include "cli/completion.h"
#include "cli/manual.h"
#include "system/this_process.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using namespace harden;

struct Verb {
    std::string_view name;
    std::string_view summary;
};

// In the order in which one meets them.
static constexpr std::array verbs{
    Verb{"setup", "turn a server into a verified run node, over SSH"},
    Verb{"verify", "check this node and write the report"},
    Verb{"egress", "program what containers may reach"},
    Verb{"gvisor-install", "install, upgrade and roll back gVisor"},
    Verb{"daemonjson", "validate and apply Docker's daemon.json"},
    Verb{"detect-miners", "look at every container's use and flag miners"},
    Verb{"scan", "judge what shall be deployed before it is"},
    Verb{"ssh-harden", "harden sshd without locking anybody out"},
    Verb{"firewall", "deny what comes in unless it is allowed"},
    Verb{"adopt", "replace what older shell scripts left on this node"},
    Verb{"tx", "list, show and undo every change ever made"},
};

static void print(std::FILE* to, std::string_view text)
{
    [[maybe_unused]] const auto printed = std::fwrite(text.data(), 1, text.size(), to);
}

static constexpr std::string_view purpose =
    "turn a Linux server into a node that strangers may run code on";
static constexpr std::string_view statuses =
    "Exit status: 0 as wanted, 1 findings or pending changes, 2 trouble, 3 rolled back,\n"
    "4 needs a human.\n";

static int help()
{
    std::string text = cat("harden VERB …: ", purpose, "\n\n");
    for (const auto& [name, summary] : verbs)
        text += cat("  ", name, std::string(16 - name.size(), ' '), summary, "\n");
    text +=
        "\n`harden help VERB` tells the words and options of one of them; `plan` before `apply`.\n";
    print(stdout, cat(text, statuses));
    return 0;
}

// The dispatcher as a tool whose words are the verbs, for its manual page and for shells.
static Tool as_tool()
{
    Tool tool{.name = "harden",
              .summary = std::string{purpose},
              .options = {},
              .words = {},
              .footer = std::string{statuses}};
    for (const auto& verb : verbs)
        tool.words.push_back({std::string{verb.name}, std::string{verb.summary}, {}, {}});
    return tool;
}

static bool is_verb(std::string_view word)
{
    return std::ranges::find(verbs, word, &Verb::name) != verbs.end();
}

static int unknown_verb(std::string_view word)
{
    std::vector<std::string> names{"help"};
    for (const auto& verb : verbs)
        names.emplace_back(verb.name);
    const auto meant = nearest(word, names);
    print(stderr, cat("harden: error: there is no verb ", escaped(word), "\n"));
    print(stderr, meant ? cat("hint: did you mean harden ", *meant, "?\n")
                        : std::string{"hint: harden help lists the verbs\n"});
    return 2;
}

// The verbs of a package lie in ../libexec/harden, those of a build tree beside this binary.
static int run_verb(std::string_view verb, const std::vector<std::string>& arguments)
{
    const auto here = directory_of_this_program();
    const std::array places{here / "../libexec/harden", here,
                            std::filesystem::path{"/usr/libexec/harden"}};
    for (const auto& place : places)
        if (const auto program = (place / verb).lexically_normal(); is_program(program)) {
            const auto problem = become(program, arguments);
            print(stderr, cat("harden: error: ", problem.message, "\n"));
            return 2;
        }
    print(stderr, cat("harden: error: ", verb, " is not installed beside ", here.string(),
                      "\nhint: install the harden package again\n"));
    return 2;
}

static int complete(std::vector<std::string> typed)
{
    if (typed.size() > 1 && is_verb(typed.front())) {
        const std::string verb = typed.front();
        typed.insert(typed.begin() + 1, "--complete");
        return run_verb(verb, typed);
    }
    const bool first = typed.size() == 1 || (typed.size() == 2 && typed.front() == "help");
    if (first)
        print(stdout, completions(as_tool(), std::vector<std::string>{typed.back()}));
    return 0;
}

int main(int argc, char** argv)
{
    std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty() || words == std::vector<std::string>{"help"} || words.front() == "--help" ||
        words.front() == "-h")
        return help();
    if (words.front() == "--version") {
        print(stdout, "harden " HARDEN_VERSION "\n");
        return 0;
    }
    if (words.front() == "--print-manual") {
        print(stdout, manual_page(as_tool(), HARDEN_VERSION));
        return 0;
    }
    if (words.front() == "--complete")
        return complete({words.begin() + 1, words.end()});
    if (words.front() == "help")
        words = {words.at(1), "--help"};
    if (!is_verb(words.front()))
        return unknown_verb(words.front());
    const std::string verb = words.front();
    return run_verb(verb, words);
}
