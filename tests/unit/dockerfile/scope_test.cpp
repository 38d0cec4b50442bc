#include "base/text.h"
#include "dockerfile/scope.h"
#include "support/catch.hpp"

using namespace harden;

// What each RUN of the file sees of a word, one line each.
static std::string seen(std::string_view source)
{
    const auto file = parse_dockerfile(source);
    VariableScope scope{file};
    std::string text;
    for (const auto& instruction : file.instructions()) {
        if (instruction.keyword == Keyword::Run)
            text +=
                cat(expand(file.text(instruction.body), scope.variables(), file.escape()), "\n");
        scope.apply(instruction);
    }
    return text;
}

static std::string pairs(std::string_view instruction)
{
    const auto file = parse_dockerfile(cat("FROM a\n", instruction));
    std::string text;
    for (const auto& pair : named_values(file, file.instructions().back()))
        text += cat("<", pair.name, pair.value ? "=" : "", pair.value.value_or(""), ">");
    return text;
}

TEST_CASE("the pairs of ENV, LABEL and ARG")
{
    CHECK(pairs("ENV a=1 b=\"x y\" c=x\\ y d='$a'") == "<a=1><b=x y><c=x y><d=$a>");
    CHECK(pairs("ENV name all that  follows") == "<name=all that  follows>");
    CHECK(pairs("ENV a==b c=") == "<a==b><c=>");
    CHECK(pairs("LABEL \"a b\"=c \\\n d=e") == "<\"a b\"=c><d=e>");
    CHECK(pairs("ARG a b=1 c") == "<a><b=1><c>");
    CHECK(pairs("ENV a") == "");
    CHECK(pairs("ENV a=1 b c=2") == "<a=1><c=2>");
}

TEST_CASE("a pair stands where it is written")
{
    const std::string_view source = "FROM a\nENV a=1 \\\n  b=\"2 3\"\n";
    const auto file = parse_dockerfile(source);
    const auto values = named_values(file, file.instructions().back());
    REQUIRE(values.size() == 2);
    CHECK(file.text(values[1].range) == "b=\"2 3\"");
    CHECK(values[1].written == "\"2 3\"");
    CHECK(file_place(source, file.source_offset(values[1].range.begin)).line == 3);
}

TEST_CASE("ENV and ARG hold from where they stand")
{
    CHECK(seen("FROM x\nRUN $a\nENV a=1\nRUN $a\nENV a=2\nRUN $a\n") == "\n1\n2\n");
    CHECK(seen("FROM x\nENV a=hello\nENV a=bye b=$a\nENV c=$a\nRUN $b $c") == "hello bye\n");
    CHECK(seen("FROM x\nARG a=1 b=${a}2\nRUN $b") == "12\n");
    CHECK(seen("FROM x\nARG a=1\nENV a=2\nRUN $a") == "2\n");
    CHECK(seen("FROM x\nARG a\nRUN <$a>") == "<>\n");
    CHECK(seen("FROM x\nENV a b c\nENV q='$a' r=\"$a\"\nRUN $q|$r") == "$a|b c\n");
    CHECK(seen("FROM x\nONBUILD ENV a=1\nRUN <$a>") == "<>\n");
    CHECK(seen("FROM x\nENV n=key\nENV $n=1\nRUN $key") == "1\n");
}

TEST_CASE("an ARG before the first FROM is seen by FROM, and by a stage that asks for it")
{
    CHECK(seen("ARG a=1\nFROM x\nRUN <$a>") == "<>\n");
    CHECK(seen("ARG a=1\nFROM x\nARG a\nRUN $a\nFROM y\nRUN <$a>") == "1\n<>\n");
    CHECK(seen("ARG a=1\nFROM x\nARG a=2\nRUN $a") == "2\n");
    CHECK(seen("ARG a=1\nARG b=$a\nFROM x\nARG b\nRUN $b") == "1\n");
}

TEST_CASE("a stage starts with what the stage it is built on came to")
{
    CHECK(seen("FROM x AS Base\nENV a=1\nARG b=2\nFROM base\nRUN $a$b") == "12\n");
    CHECK(seen("FROM x AS one\nENV a=1\nFROM y AS two\nRUN <$a>\nFROM one\nRUN $a") == "<>\n1\n");
    CHECK(seen("ARG s=one\nFROM x AS one\nENV a=1\nFROM $s\nRUN $a") == "1\n");
    CHECK(seen("FROM x AS one\nENV a=1\nFROM one AS one\nENV a=${a}2\nFROM one\nRUN $a") == "12\n");
}

TEST_CASE("the values of a whole file are bounded")
{
    std::string source = "FROM x\nENV a=" + std::string(1000, 'x') + "\n";
    for (int i = 0; i < 5000; ++i)
        source += "ENV a=$a$a\n";
    const auto file = parse_dockerfile(source);
    VariableScope scope{file};
    for (const auto& instruction : file.instructions())
        scope.apply(instruction);
    CHECK(scope.variables().find("a")->size() <= longest_expansion);
}
