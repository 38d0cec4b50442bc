#include "dockerfile/scope.h"
#include "support/catch.hpp"

#include <chrono>

using namespace harden;

static std::string repeated(std::string_view part, std::size_t bytes = longest_dockerfile)
{
    std::string text;
    text.reserve(bytes);
    while (text.size() + part.size() <= bytes)
        text += part;
    return text;
}

// Reads the file, follows its variables, and tells the first problem. A megabyte takes
// milliseconds; what is quadratic takes minutes.
static std::string first_problem(std::string_view source)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto file = parse_dockerfile(source);
    VariableScope scope{file};
    for (const auto& instruction : file.instructions()) {
        (void)expand(file.text(instruction.body).substr(0, 200), scope.variables(), file.escape());
        scope.apply(instruction);
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{20});
    return file.problems().empty() ? "" : file.problems().front().message;
}

TEST_CASE("a file that is too long is read up to its limit, and is a problem")
{
    const auto source = "FROM a\n" + repeated("RUN x\n", 10 << 20);
    const auto file = parse_dockerfile(source);
    CHECK(file.problems().front().message == "the file is larger than 1 MiB");
    CHECK(file.joined().size() <= longest_dockerfile + 1);
    CHECK(file.instructions().size() > 100'000);
    CHECK(first_problem("FROM a\n" + repeated("RUN x\n", longest_dockerfile - 7)).empty());
}

TEST_CASE("a line that is too long is a problem, as it is to BuildKit")
{
    const std::string longest(65535, 'x');
    CHECK(first_problem("FROM a\n#" + longest.substr(1) + "\n").empty());
    CHECK(first_problem("FROM a\n#" + longest + "\n") == "a line is longer than 65535 bytes");
    CHECK(first_problem("FROM a\nRUN <<E\n" + longest + "x\nE\n") ==
          "a line is longer than 65535 bytes");
}

TEST_CASE("few problems are told of many")
{
    const auto file = parse_dockerfile(repeated("x\n"));
    CHECK(file.problems().size() == 100);
    CHECK(file.instructions().size() == longest_dockerfile / 2);
}

TEST_CASE("the time that hostile text takes is bounded")
{
    const auto nested = [](std::string_view part) { return "FROM a\nRUN " + repeated(part); };
    for (const std::string_view part :
         {"${a:-", "\"", "\\\n", "\\\n#\n", "\\\n\n", "<<", "<<a ", "--a ", "--a=\"", "[", "[\"\",",
          "$", "'", " \\\\ ", "${a/", "\xC2\xA0", "\xE2\x80", " "})
        (void)first_problem(nested(part));
    for (const std::string_view part :
         {"RUN <<a\n", "ONBUILD ", "ONBUILD RUN <<a\na\n", "FROM a AS b\n",
          "FROM b AS b\nENV a=$a$a1\n", "ENV a=$a$a$a$a1\n", "ARG a=${a:+$a}1\nARG b\n",
          "COPY --from=a <<b c\nb\n", "# escape=`\n", "CMD [\"\\u0041\"]\n", "LABEL a=b a=c\n",
          "HEALTHCHECK CMD [\"a\"]\n", "\xEF\xBB\xBF", "ENV a=x\nRUN ${a//x/$a$a}${a%%*x}\n",
          "FROM a\nARG x\n"})
        (void)first_problem("FROM a\n" + repeated(part));
    (void)first_problem("# syntax=" + repeated("# check="));
}

TEST_CASE("a stage on each stage does not copy all variables for each")
{
    std::string source = "FROM x AS s\n";
    for (int i = 0; i < 4000; ++i)
        source += "ENV v" + std::to_string(i) + "=1\n";
    while (source.size() < longest_dockerfile - 100)
        source += "FROM s AS s\n";
    CHECK(first_problem(source).empty());
}
