#include "checks/canary_answers.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("an answer of a canary is read line by line")
{
    const auto answers = parse_canary_answers("harden-canary 1\nkernel Linux version 4.4.0\n"
                                              "try-mount refused 1\nready\nchildren 63 11\nend\n");
    REQUIRE(answers);
    CHECK(answers->value("kernel") == "Linux version 4.4.0");
    CHECK(answers->was_ready);
    CHECK(answers->has_ended);
    CHECK(attempt_of(*answers, "try-mount")->what == "refused (EPERM)");
    CHECK_FALSE(attempt_of(*answers, "try-mount")->was_allowed);
    CHECK_FALSE(attempt_of(*answers, "try-other"));
    CHECK(children_of(*answers, "children")->made == 63);
    CHECK(children_of(*answers, "children")->problem == 11);
    CHECK_FALSE(children_of(*answers, "kernel"));
}

TEST_CASE("one that was cut off has what it has")
{
    const auto answers = parse_canary_answers("harden-canary 1\nready\nmemory-control allowed");
    REQUIRE(answers);
    CHECK(answers->was_ready);
    CHECK_FALSE(answers->has_ended);
    CHECK(attempt_of(*answers, "memory-control")->was_allowed);
}

TEST_CASE("what is no such answer is malformed")
{
    const std::string greeting = "harden-canary 1\n";
    std::string many = greeting;
    for (int i = 0; i < 300; ++i)
        many += "key-" + std::to_string(i) + " x\n";
    for (const auto& text :
         {std::string{}, std::string{"standard_init_linux.go: exec format error\n"},
          greeting + "key\n", greeting + "KEY x\n", greeting + "key x\nkey y\n",
          greeting + "end\nkey x\n", greeting + "key " + std::string(600, 'x'), many})
        CHECK(parse_canary_answers(text).error().kind == ErrorKind::Malformed);
    CHECK(parse_canary_answers(greeting + "\x1b[31m x\n").error().message.find('\x1b') ==
          std::string::npos);
}

TEST_CASE("an attempt is one of the words that a canary has for it")
{
    const auto what = [](const std::string& value) {
        const auto answers = parse_canary_answers("harden-canary 1\nx " + value + "\n");
        const auto attempt = attempt_of(*answers, "x");
        return attempt ? attempt->what : "none";
    };
    CHECK(what("open") == "open");
    CHECK(what("silent") == "silent");
    CHECK(what("killed 31") == "killed by signal 31");
    CHECK(what("refused 999") == "refused (error 999)");
    CHECK(what("untried 11") == "none");
    CHECK(what("refused") == "none");
    CHECK(what("refused x") == "none");
}
