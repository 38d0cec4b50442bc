#include "base/json_view.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a view reads members and stays empty for absent and null ones")
{
    const auto json =
        parse_json(R"({"a":"x","n":3,"b":true,"l":["p","q"],"o":{"k":"v"},"z":null})");
    REQUIRE(json);
    CHECK(json->text("a") == "x");
    CHECK(json->integer("n") == 3);
    CHECK(json->boolean("b"));
    CHECK(json->texts("l") == std::vector<std::string>{"p", "q"});
    CHECK(json->text_map("o").at("k") == "v");
    CHECK(json->within("o").text("k") == "v");
    CHECK(json->text("z").empty());
    CHECK(json->within("absent").within("deeper").text("x").empty());
    CHECK_FALSE(json->number("absent"));
    CHECK(json->problem().empty());
}

TEST_CASE("the first member of another type is remembered, wherever it stands")
{
    const auto json = parse_json(R"({"o":{"n":"three"},"t":1})");
    REQUIRE(json);
    CHECK(json->within("o").integer("n") == 0);
    CHECK(json->text("t").empty());
    CHECK(json->problem() == "'n' has type string");
}

TEST_CASE("what is no JSON is malformed")
{
    const auto text = GENERATE(as<std::string>{}, "", "{", "{}{}", "nul", "\xff");
    CHECK(parse_json(text).error().kind == ErrorKind::Malformed);
}

TEST_CASE("quoted text is one JSON string whatever it holds")
{
    CHECK(json_quoted("a\"b\n\x1b") == R"("a\"b\n\u001b")");
    CHECK(json_quoted("\xff") == R"("\ufffd")");
}
