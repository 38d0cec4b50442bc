#include "base/text.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("foreign text can neither forge a line nor drive a terminal")
{
    struct Case {
        std::string_view foreign;
        std::string_view safe;
    };
    const Case cases[] = {
        {"web-1", "web-1"},
        {"a\nb", "a\\x0ab"},
        {"\x1b[31mred", "\\x1b[31mred"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"bad\xff", "bad\\xff"},
        {"\xc0\xaf", "\\xc0\\xaf"}, // overlong
        {"\xe2\x80\xae"
         "x",
         "\\u{202e}x"}, // right-to-left override
        {"\xc2\x9b"
         "1m",
         "\\u{009b}1m"}, // C1 control sequence introducer
        {"a\\x0a", "a\\\\x0a"},
    };
    for (const auto& [foreign, safe] : cases)
        CHECK(escaped(foreign) == safe);
    CHECK(escaped("abcdef", 3) == "abc…");
}

TEST_CASE("the nearest word is a likely one or none")
{
    const std::vector<std::string> words = {"verify", "egress", "setup"};
    CHECK(nearest("verfy", words) == "verify");
    CHECK(nearest("egres", words) == "egress");
    CHECK_FALSE(nearest("kubernetes", words));
}

TEST_CASE("text is cut and joined")
{
    CHECK(trim(" \ta b\n") == "a b");
    CHECK(trim(" \n").empty());
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(lines("a\nb\n") == std::vector<std::string_view>{"a", "b"});
    CHECK(lines("").empty());
    CHECK(join(std::vector<std::string>{"", "a", "b"}, ",") == ",a,b");
    CHECK(to_number("42") == 42);
    CHECK(to_number("-1") == -1);
    for (const auto* wrong : {"", "4x", " 4", "99999999999999999999"})
        CHECK_FALSE(to_number(wrong));
}
