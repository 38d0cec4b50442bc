#include "dockerfile/ignore_rules.h"
#include "support/catch.hpp"

#include <chrono>

using namespace harden;

namespace {

struct Row {
    std::string rules;
    std::string path; // with "/" at its end: a folder
    bool is_ignored;
};

}

static bool is_ignored(const GitIgnore& rules, std::string path)
{
    const bool is_folder = path.ends_with('/');
    if (is_folder)
        path.pop_back();
    return rules.is_within_ignored(path, is_folder);
}

TEST_CASE("patterns mean what git says they mean")
{
    for (const auto& row : std::vector<Row>{
             {"a.log", "a.log", true},
             {"a.log", "x/a.log", true},
             {"a.log", "a.logs", false},
             {"/a.log", "a.log", true},
             {"/a.log", "x/a.log", false},
             {"x/a", "x/a", true},
             {"x/a", "y/x/a", false},
             {"*.log", "x/y.log", true},
             {"*.log", "x/.log", true},
             {"build/", "build/", true},
             {"build/", "build", false},
             {"build/", "x/build/y", true},
             {"/build/", "x/build/", false},
             {"doc/*.txt", "doc/a.txt", true},
             {"doc/*.txt", "doc/x/a.txt", false},
             {"**/a", "a", true},
             {"**/a", "x/y/a", true},
             {"**/x/a", "y/x/a", true},
             {"x/**", "x/", false},
             {"x/**", "x/y/z", true},
             {"x/**/z", "x/z", true},
             {"x/**/z", "x/y/y/z", true},
             {"x/**/z", "xz", false},
             {"a**b", "axxb", true},
             {"x/a**b", "x/a/b", false},
             {"?.c", "a.c", true},
             {"?.c", "ab.c", false},
             {"[a-c].c", "b.c", true},
             {"[!a-c].c", "b.c", false},
             {"[^a-c].c", "d.c", true},
             {"[]x].c", "].c", true},
             {"[a\\-c].c", "-.c", true},
             {"[[:digit:]]x", "7x", true},
             {"[[:digit:]]x", "ax", false},
             {"[ab", "a", false},
             {"[ab", "[ab", false},
             {"a\\*", "a*", true},
             {"a\\*", "ab", false},
             {"\\#x", "#x", true},
             {"#x", "#x", false},
             {"\\!x", "!x", true},
             {"x ", "x", true},
             {"x\\ ", "x ", true},
             {" x", "x", false},
             {"x\r\n", "x", true},
             {"\xef\xbb\xbfx", "x", true},
             {"*.c\n!a.c", "a.c", false},
             {"*.c\n!a.c", "b.c", true},
             {"!a.c\n*.c", "a.c", true},
             {"x/\n!x/a", "x/a", true},
             {"x/*\n!x/a", "x/a", false},
             {"/*\n!/keep/", "keep/a", false},
             {"/*\n!/keep/", "drop/a", true},
             {"", "a", false},
             {"\n\n/\n", "a", false},
             {"x\\", "x", false},
         }) {
        INFO(row.rules << " : " << row.path);
        CHECK(is_ignored(GitIgnore{}.with(row.rules, ""), row.path) == row.is_ignored);
    }
}

TEST_CASE("a file further down speaks for its folder, and beats those above")
{
    const auto top = GitIgnore{}.with("*.log\n/only\n", "");
    const auto inner = top.with("!keep.log\n/only\n", "a/b");
    CHECK_FALSE(is_ignored(inner, "a/b/keep.log"));
    CHECK(is_ignored(inner, "a/keep.log"));
    CHECK(is_ignored(inner, "a/b/other.log"));
    CHECK(is_ignored(inner, "a/b/only"));
    CHECK_FALSE(is_ignored(top, "a/b/only"));
    CHECK_FALSE(is_ignored(inner, "a/bx/only"));
}

TEST_CASE("Docker's patterns mean what Docker says they mean")
{
    struct DockerRow {
        std::string rules, path;
        bool is_ignored;
    };
    for (const auto& row : std::vector<DockerRow>{
             {"a", "a", true},
             {"a", "x/a", false},
             {"/a", "a", true},
             {"./a/", "a", true},
             {"a", "a/b/c", true},
             {"*/a", "x/a", true},
             {"*/a", "x/y/a", false},
             {"**/a", "x/y/a", true},
             {"**/a", "a", true},
             {"**", "x/y", true},
             {"a**b", "a/x/b", true},
             {"*.md", "a.md", true},
             {"*.md", "x/a.md", false},
             {"*.md\n!README.md", "README.md", false},
             {"x\n!x/keep", "x/keep", false},
             {"x\n!x/keep", "x/drop", true},
             {"!x/keep\nx", "x/keep", true},
             {"# a\n a \n", "a", true},
             {"#a", "#a", false},
             {"x/../a", "a", true},
             {"", "a", false},
             {"!", "a", false},
         }) {
        INFO(row.rules << " : " << row.path);
        CHECK(DockerIgnore{row.rules}.is_ignored(row.path) == row.is_ignored);
    }
}

TEST_CASE("a pattern made to go back and forth takes no longer")
{
    std::string pattern;
    for (int i = 0; i < 300; ++i)
        pattern += "*a";
    const std::string path(4'000, 'a');
    const auto began = std::chrono::steady_clock::now();
    for (const auto& rules : {pattern + "b", "**/" + pattern + "b", "[" + pattern})
        CHECK_FALSE(is_ignored(GitIgnore{}.with(rules, ""), path));
    CHECK_FALSE(DockerIgnore{pattern + "b"}.is_ignored(path));
    CHECK(is_ignored(GitIgnore{}.with(pattern, ""), path));
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
}
