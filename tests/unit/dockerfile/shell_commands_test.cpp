#include "dockerfile/shell_commands.h"
#include "support/catch.hpp"

using namespace harden;

namespace {

// "a b | c d": commands apart by " ; ", or " | " where they are piped.
std::string read(std::string_view text, Variables variables = {})
{
    std::string line;
    for (const auto& command : shell_commands(text, variables)) {
        if (!line.empty())
            line += command.is_piped ? " | " : " ; ";
        for (const auto& word : command.words)
            line += (line.empty() || line.back() == ' ' ? "" : " ") + word.text;
        for (const auto& file : command.written)
            line += " > " + file.text;
    }
    return line;
}

}

TEST_CASE("commands end at operators, words at blanks")
{
    CHECK(read("a b&&c||d;e|f &g\nh") == "a b ; c ; d ; e | f ; g ; h");
    CHECK(read("a \\\n b # c d") == "a b");
    CHECK(read("(a; b) && { c; }") == "a ; b ; c");
}

TEST_CASE("quotes and escapes are gone")
{
    CHECK(read(R"(x"m"'r'\ig)") == "xmrig");
    CHECK(read(R"(a "b c" 'd $x' "e\"f")") == R"(a b c d $x e"f)");
    CHECK(read("$'\\x78mrig'") == "xmrig");
    CHECK(read("'never ends") == "never ends");
}

TEST_CASE("control words are no programs")
{
    CHECK(read("if a; then b; else c; fi") == "a ; b ; c");
    CHECK(read("while a; do b; done") == "a ; b");
    CHECK(read("case $x in tor) a ;; *) b;; esac; c") == "a ; b ; c");
    CHECK(read("tor() { a; }") == "a");
}

TEST_CASE("what was assigned is what a word says later")
{
    CHECK(read("A=xm; B=rig; $A$B") == "xmrig");
    CHECK(read("A=xm B=rig; ${A}${B} x") == "xmrig x");
    CHECK(read("export P='tor curl'; apt install $P") ==
          "export P=tor curl ; apt install tor curl");
    CHECK(read("for p in tor nyx; do apk add $p; done") == "apk add tor nyx");
    CHECK(read("a \"$NONE\" b$NONE") == "a b");
}

TEST_CASE("what echo and printf print is known")
{
    CHECK(read("$(printf %s%s xm rig) -o x") == "printf %s%s xm rig ; xmrig -o x");
    CHECK(read("`echo xm`rig") == "echo xm ; xmrig");
    CHECK(read("$(echo girmx | rev)") == "echo girmx | rev ; xmrig");
    CHECK(read("$(echo eG1yaWc= | base64 -d)") == "echo eG1yaWc= | base64 -d ; xmrig");
    CHECK(read("$(echo kzevt | tr a-z n-za-m)") == "echo kzevt | tr a-z n-za-m ; xmrig");
    CHECK(read("$(echo xZmZrig | tr -d Z)") == "echo xZmZrig | tr -d Z ; xmrig");
    CHECK(read("$(echo xm_rig | sed s/_//)") == "echo xm_rig | sed s/_// ; xmrig");
}

TEST_CASE("what another program prints is unknown, and said to be")
{
    Variables variables;
    const auto commands = shell_commands("sh -c \"$(curl x)\"", variables);
    REQUIRE(commands.size() == 2);
    CHECK(commands[0].words[0].text == "curl");
    CHECK(commands[0].is_inner);
    CHECK(commands[1].words[2].has_output);
}

TEST_CASE("redirections are no arguments")
{
    CHECK(read("a >b 2>&1 </c >>d e") == "a e > b > 1 > d");
    CHECK(read("bash <(curl x)") == "curl x ; bash /dev/fd/63");
}

TEST_CASE("a heredoc is its command's input")
{
    Variables variables;
    const auto commands = shell_commands("python3 <<'E' >/log\nimport os\nE\nnext", variables);
    REQUIRE(commands.size() == 2);
    CHECK(commands[0].input == "import os\n");
    CHECK(commands[1].words[0].text == "next");
}

TEST_CASE("a word knows where it stands")
{
    Variables variables;
    const auto commands = shell_commands("ab; cd 'e f'", variables);
    REQUIRE(commands.size() == 2);
    CHECK(commands[1].words[1].begin == 7);
    CHECK(commands[1].words[1].end == 12);
}

TEST_CASE("hostile texts end in bounded work")
{
    Variables variables;
    const std::string size(1 << 18, '(');
    shell_commands(size, variables);
    std::string nested;
    for (int i = 0; i < 100'000; ++i)
        nested += "$(";
    shell_commands(nested, variables);
    std::string open;
    for (int i = 0; i < 50'000; ++i)
        open += "${";
    shell_commands(open, variables);
    std::string bomb = "a=x";
    for (int i = 0; i < 64; ++i)
        bomb += "; a=$a$a";
    for (const auto& command : shell_commands(bomb, variables))
        for (const auto& word : command.words)
            CHECK(word.text.size() <= most_shell_text);
}
