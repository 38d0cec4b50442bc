#include "daemonjson/json_document.h"
#include "daemonjson/schema.h"
#include "support/catch.hpp"
#include "unit/daemonjson/fake_dockerd.h"

using namespace harden;

TEST_CASE("the JSON schema is JSON and has each key that dockerd reads, once")
{
    const auto table = test::known_keys();
    const auto schema = json_document(json_schema(table, {}));
    REQUIRE(schema.root);
    const auto* properties = schema.root->find("properties");
    REQUIRE(properties != nullptr);
    for (const auto& rule : table.keys)
        CHECK((properties->find(rule.name) != nullptr) == rule.rejected.empty());
    CHECK(properties->find("mtu")->find("maximum")->text == "65535");
    CHECK(properties->find("default-ipc-mode")->find("enum")->elements.size() == 2);
}

TEST_CASE("the JSON schema of a version has the keys of that version")
{
    const auto of = [](std::string_view version) {
        return *json_document(json_schema(test::known_keys(), docker_version(version)))
                    .root->find("properties");
    };
    CHECK(of("20.10").find("bip6") == nullptr);
    CHECK(of("28.5").find("bip6") != nullptr);
    CHECK(of("28.5").find("oom-score-adjust") == nullptr);
}
