#include "daemonjson/document.h"
#include "daemonjson/json_edit.h"
#include "support/catch.hpp"
#include "unit/daemonjson/fake_dockerd.h"

using namespace harden;

static JsonValue json(std::string_view text)
{
    return *json_document(text).root;
}

TEST_CASE("a merge keeps the file's order, indentation and other keys")
{
    CHECK(merged("{\n    \"mtu\": 1450,\n    \"debug\": false\n}\n",
                 json(R"({"debug": true, "log-opts": {"max-size": "10m"}})")) ==
          "{\n    \"mtu\": 1450,\n    \"debug\": true,\n    \"log-opts\": {\n"
          "        \"max-size\": \"10m\"\n    }\n}\n");
}

TEST_CASE("a merge writes as the file is written")
{
    CHECK(merged("{}", json(R"({"a": 1})")) == "{\n  \"a\": 1\n}");
    CHECK(merged("{\"b\":2}", json(R"({"a": {"c": [1, 2]}})")) ==
          "{\"b\":2, \"a\":{\"c\":[1, 2]}}");
    CHECK(merged("{\r\n\t\"b\": 2\r\n}", json(R"({"a": 1})")) ==
          "{\r\n\t\"b\": 2,\r\n\t\"a\": 1\r\n}");
    CHECK(merged("{\n  \"o\": {\"x\": 1}\n}", json(R"({"o": {"y": 2}})")) ==
          "{\n  \"o\": {\"x\": 1, \"y\": 2}\n}");
    CHECK(merged("{\n  \"o\": {}\n}", json(R"({"o": {"y": 2}})")) ==
          "{\n  \"o\": {\n    \"y\": 2\n  }\n}");
}

TEST_CASE("a merge of what is there changes no byte")
{
    constexpr auto text = "{ \"b\" :  {\"y\":2,\"x\":1},\n\"a\":[1,\n2]}";
    CHECK(merged(text, json(R"({"a": [1, 2], "b": {"x": 1}})")) == text);
}

TEST_CASE("a key goes with its comma")
{
    constexpr auto text = "{\n  \"a\": 1,\n  \"b\": {\"c\": 2},\n  \"d\": 3\n}";
    CHECK(without(text, {"a"}) == "{\n  \"b\": {\"c\": 2},\n  \"d\": 3\n}");
    CHECK(without(text, {"d"}) == "{\n  \"a\": 1,\n  \"b\": {\"c\": 2}\n}");
    CHECK(without(text, {"b", "c"}) == "{\n  \"a\": 1,\n  \"b\": {},\n  \"d\": 3\n}");
    CHECK(without(text, {"b", "x"}) == text);
    CHECK(without(text, {"x", "c"}) == text);
}

TEST_CASE("what excludes a wanted value goes from the file")
{
    const auto keys = test::known_keys();
    CHECK(with_document(
              R"({"runtimes":{"runsc":{"runtimeType":"io.containerd.runsc.v1","options":{}}}})",
              json(R"({"runtimes":{"runsc":{"path":"/x/runsc"}}})"),
              keys) == R"({"runtimes":{"runsc":{"path":"/x/runsc"}}})");
    CHECK(with_document(R"({"log-driver": "journald", "log-opts": {"tag": "a", "line-only": "1"}})",
                        json(R"({"log-driver": "json-file"})"),
                        keys) == R"({"log-driver": "json-file", "log-opts": {"tag": "a"}})");
}

TEST_CASE("differences name the keys and whether a reload brings them")
{
    const auto changes = differences(json(R"({"log-opts": {"max-size": "1m"}, "debug": true})"),
                                     json(R"({"log-opts": {"max-size": "2m"}, "icc": false})"));
    REQUIRE(changes.size() == 3);
    CHECK(to_text(changes[0].path) == "log-opts.max-size");
    CHECK(changes[0].from == "\"1m\"");
    CHECK(changes[0].to == "\"2m\"");
    CHECK(restart_keys(changes, test::known_keys()) == std::vector<std::string>{"log-opts", "icc"});
}
