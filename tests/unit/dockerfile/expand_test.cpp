#include "dockerfile/variables.h"
#include "support/catch.hpp"

using namespace harden;

static Variables variables()
{
    Variables set;
    set.set("a", "foobar");
    set.set("empty", "");
    set.set("path", "/usr/lib/x.tar.gz");
    set.set("quoted", "it's \"x\"");
    set.set("accents", "\xC3\xA9t\xC3\xA9");
    return set;
}

static std::string kept(std::string_view word, char escape = '\\')
{
    return expand(word, variables(), escape);
}

static std::string value(std::string_view word, char escape = '\\')
{
    return expand_value(word, variables(), escape);
}

TEST_CASE("a variable stands for its value, one that is not set for nothing")
{
    CHECK(kept("x$a-y") == "xfoobar-y");
    CHECK(kept("${a}${a}") == "foobarfoobar");
    CHECK(kept("<$none${none}$empty>") == "<>");
    CHECK(kept("$") == "$");
    CHECK(kept("100$ $. $(id)") == "100$ $. $(id)");
    CHECK(kept("$$ $1 $@ $12") == "   ");
    CHECK(kept("$abc") == "");
    CHECK(kept("$a\xC3\xA9") == "foobar\xC3\xA9");
}

TEST_CASE("modifiers choose")
{
    CHECK(kept("${none:-x} ${empty:-x} ${a:-x}") == "x x foobar");
    CHECK(kept("${none-x} ${empty-x} ${a-x}") == "x  foobar");
    CHECK(kept("${none:+x} ${empty:+x} ${a:+x}") == "  x");
    CHECK(kept("${none+x} ${empty+x} ${a+x}") == " x x");
    CHECK(kept("${a:?x} ${a?x} <${none:?x}>") == "foobar foobar <>");
    CHECK(kept("${none:-${empty:-$a}}") == "foobar");
    CHECK(kept("${none:-\\}}") == "\\}");
}

TEST_CASE("modifiers cut off what a pattern matches")
{
    CHECK(value("${path#*/} ${path##*/}") == "usr/lib/x.tar.gz x.tar.gz");
    CHECK(value("${path%.*} ${path%%.*}") == "/usr/lib/x.tar /usr/lib/x");
    CHECK(value("${a#foo} ${a#bar} ${a%bar} ${a%foo}") == "bar foobar foo foobar");
    CHECK(value("${a#?} ${a%??} ${a#f?o*}") == "oobar foob bar");
    CHECK(value("${a##*} ${a#} <${none#x}>") == " foobar <>");
    CHECK(value("${accents#?} ${accents%?}") == "t\xC3\xA9 \xC3\xA9t");
    CHECK(value("${a#\"foo\"} ${a#'f'*o}") == "bar obar");
}

TEST_CASE("modifiers put one thing in place of another")
{
    CHECK(value("${a/o/0} ${a//o/0}") == "f0obar f00bar");
    CHECK(value("${path//\\//_}") == "_usr_lib_x.tar.gz");
    CHECK(value("${a/o*/} ${a/*/x} ${a//?/x}") == "f x xxxxxx");
    CHECK(value("${a/x/y} ${a/foo/$empty}") == "foobar bar");
    CHECK(value("${a//*/x}") == "x");
}

TEST_CASE("quotes and escapes say what is no variable; expand leaves them where they stand")
{
    CHECK(kept("'$a' \"$a\" \\$a") == "'$a' \"foobar\" \\$a");
    CHECK(kept("\"'$a'\" `$a", '`') == "\"'foobar'\" `$a");
    CHECK(kept("it's $a") == "it's $a");
    CHECK(value("'$a' \"$a\" \\$a") == "$a foobar $a");
    CHECK(value("\"\\$a\\\" `$a", '`') == "\\foobar\\ $a");
    CHECK(value("\"\\\"\\$a\\x\"") == "\"$a\\x");
    CHECK(value("$quoted") == "it's \"x\"");
    CHECK(without_quotes("\"a b\"'$c'\\ d\\", '\\') == "a b$c d");
}

TEST_CASE("what BuildKit refuses stays as it stands")
{
    for (const std::string_view word : {"${", "${}", "${a", "${a:", "${:-x}", "${a^^}", "${a@Q}",
                                        "${{a}}", "${a/x}", "${a:=x}", "${none:-$a"})
        CHECK(kept(word) == word);
    CHECK(value("'open $a") == "'open $a");
    CHECK(value("\"open $a") == "\"open $a");
}

TEST_CASE("expansion is bounded in length, depth and steps")
{
    Variables set;
    const std::string thousand(1000, 'x');
    set.set("t", thousand);
    std::string bomb;
    for (int i = 0; i < 1000; ++i)
        bomb += "$t";
    CHECK(expand(bomb, set, '\\').size() == longest_expansion);

    std::string deep = "end";
    for (int i = 0; i < 16; ++i)
        deep = "${n:-" + deep + "}";
    CHECK(expand(deep, set, '\\') == "end");
    const auto deeper = "${n:-" + deep + "}";
    CHECK(expand(deeper, set, '\\') == deeper);

    set.set("as", std::string(longest_expansion, 'a'));
    std::string stars;
    for (int i = 0; i < 500; ++i)
        stars += "${as//a*a*a*b/x}";
    CHECK(expand(stars, set, '\\').size() == longest_expansion);
}
