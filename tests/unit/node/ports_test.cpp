#include "node/ports.h"
#include "support/catch.hpp"

using namespace harden;

static std::string shown(const std::vector<PortRange>& ranges)
{
    std::vector<std::string> texts;
    for (const auto& range : ranges)
        texts.push_back(to_text(range));
    return join(texts, " ");
}

TEST_CASE("ports and ranges are read strictly")
{
    struct Case {
        const char* text;
        const char* answer; // as written again, or part of the complaint
    };
    const Case cases[] = {
        {"25", "25"},
        {"6660-6669", "6660-6669"},
        {"65535", "65535"},
        {"0", "port 0 is out of range (1 to 65535)"},
        {"70000", "port 70000 is out of range (1 to 65535)"},
        {"-5", "out of range"},
        {"9-3", "range of ports 9-3 runs backwards"},
        {"25-", "no port or range"},
        {"smtp", "no port or range"},
        {"", "no port or range"},
        {"25 ", "no port or range"},
    };
    for (const auto& [text, answer] : cases) {
        INFO(text);
        const auto range = parse_ports(text);
        CHECK((range ? to_text(*range) : range.error().message).find(answer) != std::string::npos);
    }
}

TEST_CASE("no port stands twice in disjoint ranges, and neighbours stay apart")
{
    CHECK(shown(disjoint({{25, 25}, {20, 30}, {31, 31}, {5, 5}, {5, 5}})) == "5 20-30 31");
    CHECK(shown(disjoint({{10, 20}, {15, 25}})) == "10-20 21-25");
    CHECK(shown(disjoint({})).empty());
}

TEST_CASE("ranges less others keep their ends")
{
    CHECK(shown(without({{1, 65535}}, {{25, 25}, {6660, 6669}})) == "1-24 26-6659 6670-65535");
    CHECK(shown(without({{25, 25}}, {{20, 30}})).empty());
    CHECK(shown(without({{25, 30}}, {})) == "25-30");
    CHECK(shown(without({{65530, 65535}}, {{65535, 65535}})) == "65530-65534");
}
