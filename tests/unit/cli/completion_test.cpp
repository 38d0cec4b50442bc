#include "cli/completion.h"
#include "support/catch.hpp"

using namespace harden;

static std::string completed(std::vector<std::string> typed)
{
    static std::string format;
    static std::string file;
    static bool quiet = false;
    const Tool tool{.name = "harden sample",
                    .options = {format_option(&format)},
                    .words = {{"plan", "show", {{"-q,--quiet", "Say nothing", &quiet}}, {}},
                              {"apply", "do", {{"--from", "Its source", &file, "DIR|FILE"}}, {}},
                              {"show", "one", {{"id", "Which", &file, "ID", {"last"}}}, {}},
                              {"", "", {{"path", "What", &file, "PATH"}}, {}}}};
    return completions(tool, typed);
}

TEST_CASE("at the start come the words, and what may stand without one")
{
    CHECK(completed({""}) == "plan\tshow\napply\tdo\nshow\tone\n:file\n");
    CHECK(completed({"pl"}) == "plan\tshow\n:file\n");
}

TEST_CASE("a word brings its own options and the tool's, and no other's")
{
    CHECK(completed({"plan", "-"}) == "--format\tHow to print the answer\n-q\tSay nothing\n"
                                      "--quiet\tSay nothing\n--help\tPrint this help\n");
    CHECK(completed({"apply", "--f"}) == "--format\tHow to print the answer\n--from\tIts source\n");
    CHECK(completed({"plan", ""}) == completed({"plan", "-"}));
}

TEST_CASE("an option's value is one of its choices, or a file")
{
    CHECK(completed({"plan", "--format", "j"}) == "json\tHow to print the answer\n");
    CHECK(completed({"--format", ""}) ==
          "text\tHow to print the answer\njson\tHow to print the answer\n");
    CHECK(completed({"apply", "--from", ""}) == ":file\n");
    CHECK(completed({"plan", "--quiet", "--fo"}) == "--format\tHow to print the answer\n");
}

TEST_CASE("a positional offers its choices")
{
    CHECK(completed({"show", ""}) == "last\tWhich\n");
}

TEST_CASE("nothing typed, and what nothing begins with, have no answer")
{
    CHECK(completed({}).empty());
    CHECK(completed({"plan", "--zzz"}).empty());
}
