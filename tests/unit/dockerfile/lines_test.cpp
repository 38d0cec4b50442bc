#include "support/catch.hpp"
#include "unit/dockerfile/rendered.h"

using namespace harden;
using namespace harden::test;

struct LineCase {
    std::string_view source;
    std::string_view expected;
};

static void check(std::initializer_list<LineCase> cases)
{
    for (const auto& [source, expected] : cases) {
        INFO(source);
        CHECK(rendered(source) == expected);
    }
}

static std::string comments(std::string_view source)
{
    const auto file = parse_dockerfile(source);
    std::string text;
    for (const auto comment : file.comments())
        text += std::string{file.text(comment)} + "|";
    return text;
}

static std::string frontend(std::string_view source)
{
    const auto file = parse_dockerfile(source);
    return file.frontend() ? std::string{file.text(*file.frontend())} : "none";
}

TEST_CASE("an instruction is a line, whatever the case of its keyword and the space around it")
{
    check({
        {"FROM alpine", "1 FROM alpine\n"},
        {"from alpine\nRun id\n", "1 FROM alpine\n1 RUN id\n"},
        {"\n\n  \t FROM \t alpine  \n\t\n\tRUN\tid \n", "1 FROM alpine\n1 RUN id\n"},
        {"FROM alpine\r\nRUN id\r\n", "1 FROM alpine\n1 RUN id\n"},
        {"\xEF\xBB\xBF"
         "FROM alpine\n",
         "1 FROM alpine\n"},
        {"FROM alpine\n\xC2\xA0RUN id\xE3\x80\x80\n", "1 FROM alpine\n1 RUN id\n"},
        {"FROM alpine\nRUN printf 'a\rb'\n", "1 FROM alpine\n1 RUN printf 'a\\rb'\n"},
        {"FROM alpine\nWOR\xE2\x84\xAA"
         "DIR /x\nENTRYPO\xC4\xB0NT x\n",
         "1 FROM alpine\n1 WORKDIR /x\n1 ENTRYPOINT x\n"},
    });
}

TEST_CASE("lines that the escape character ends are one, without the comments between them")
{
    check({
        {"FROM a\nRUN x \\\n  y\\\nz", "1 FROM a\n1 RUN x   yz\n"},
        {"FROM a\nRUN x \\ \t\n y", "1 FROM a\n1 RUN x  y\n"},
        {"FROM a\nRUN x \\\r\n y\r\nRUN z", "1 FROM a\n1 RUN x  y\n1 RUN z\n"},
        {"FROM a\nRUN x \\\n# c\n   # d\n && y", "1 FROM a\n1 RUN x  && y\n"},
        {"FROM a\nRUN x \\\n\n \t\n && y", "1 FROM a\n1 RUN x  && y\n"},
        {"FROM a\nRUN x \\", "1 FROM a\n1 RUN x\n"},
        {"FROM a\nRUN x \\\n# at the end", "1 FROM a\n1 RUN x\n"},
        {"FROM a\nRUN x \\\n# c\n", "1 FROM a\n1 RUN x\n"},
        {"FROM a\nRUN x \\\\\nUSER y", "1 FROM a\n1 RUN x \\\\\n1 USER y\n"},
        {"FROM a\n\\\n RUN x", "1 FROM a\n1 RUN x\n"},
        {"FROM a\nR\\\nUN x", "1 FROM a\n1 RUN x\n"},
        {"FROM a\nRUN \\\n  --mount=type=cache,\\\ntarget=/x \\\n  make",
         "1 FROM a\n1 RUN --mount=type=cache,target=/x make\n"},
        {"FROM a\nRUN x # no comment", "1 FROM a\n1 RUN x # no comment\n"},
    });
}

TEST_CASE("parser directives stand at the top, before all else")
{
    check({
        {"# escape=`\nFROM a\nRUN x `\n y \\\n", "1 FROM a\n1 RUN x  y \\\n"},
        {"#Escape = `\nFROM a\nRUN x `\n y", "1 FROM a\n1 RUN x  y\n"},
        {" # syntax=d/d:1\n\t#  escape=`\t\r\nFROM a\nRUN x `\n y", "1 FROM a\n1 RUN x  y\n"},
        {"# check=skip=all\n#escape=\\\nFROM a\nRUN x \\\n y", "1 FROM a\n1 RUN x  y\n"},
        {"# a comment\n# escape=`\nFROM a\nRUN x \\\n y", "1 FROM a\n1 RUN x  y\n"},
        {"\n# escape=`\nFROM a\nRUN x \\\n y", "1 FROM a\n1 RUN x  y\n"},
        {"# unknown=1\n# escape=`\nFROM a\nRUN x \\\n y", "1 FROM a\n1 RUN x  y\n"},
        {"FROM a\n# escape=`\nRUN x \\\n y", "1 FROM a\n1 RUN x  y\n"},
        {"#escape=\\\n#escape=`\nFROM a", "1 FROM a\n!2:1 a parser directive is given twice\n"},
        {"# escape=x\nFROM a", "1 FROM a\n!1:10 the escape character is \\ or `, not x\n"},
    });
}

TEST_CASE("the frontend is the first word of # syntax, wherever BuildKit looks for it")
{
    CHECK(frontend("# syntax=docker/dockerfile:1\nFROM a") == "docker/dockerfile:1");
    CHECK(frontend("#SYNTAX = evil/frontend now \nFROM a") == "evil/frontend");
    CHECK(frontend("# escape=`\n# syntax=x\nFROM a") == "x");
    CHECK(frontend("#!/usr/bin/env x\n# syntax=x\nFROM a") == "x");
    CHECK(frontend("// syntax=x\nFROM a") == "x");
    CHECK(frontend("\xEF\xBB\xBF# syntax=x\nFROM a") == "x");
    CHECK(frontend("# comment\n# syntax=x\nFROM a") == "none");
    CHECK(frontend(" # syntax=x\nFROM a") == "none");
    CHECK(frontend("FROM a\n# syntax=x") == "none");
}

TEST_CASE("comments are kept, also those inside an instruction")
{
    CHECK(comments("#a\nFROM x\n  # b \r\nRUN y \\\n#c\n  # d\n z\n#e") == "a| b |c| d|e|");
    CHECK(comments("FROM x\nRUN y \\\n#c") == "c|");
    CHECK(comments("# syntax=x\n# plain\nFROM x # none") == " syntax=x| plain|");
    CHECK(comments("FROM x\nRUN <<E\n# in the script\nE\n") == "");
}

TEST_CASE("a problem does not stop the reading")
{
    check({
        {"FORM a\nFROM b\nRUNN x\nRUN y\n",
         "0 ?FORM a\n1 FROM b\n1 ?RUNN x\n1 RUN y\n"
         "!1:1 the first instruction must be FROM, or ARG before it\n"
         "!1:1 unknown instruction FORM, did you mean FROM?\n"
         "!3:1 unknown instruction RUNN, did you mean RUN?\n"},
        {"", "!1:1 the file has no instructions\n"},
        {"# only\n\n", "!3:1 the file has no instructions\n"},
        {"ARG a", "0 ARG a\n!1:6 the file has no FROM\n"},
        {"FROM a\n\\\n\n", "1 FROM a\n!4:1 a continued line has no instruction\n"},
        {"FROM a\n<<<<<<< HEAD\n", "1 FROM a\n1 ?<<<<<<< HEAD\n!2:1 unknown instruction <<<<<<<\n"},
    });
}
