#include "base/settings.h"
#include "support/catch.hpp"

using namespace harden;

static Setting document(std::string_view text, std::string_view file = "a.toml")
{
    auto parsed = parse_toml(text, file);
    INFO((parsed ? "" : parsed.error().message));
    REQUIRE(parsed);
    return *parsed;
}

TEST_CASE("a syntax error names file, line and column")
{
    const auto broken = parse_toml("version = 1\nports = [1,\n", "rules/x.toml");
    REQUIRE_FALSE(broken);
    CHECK(broken.error().message.starts_with("rules/x.toml:"));
    CHECK(broken.error().kind == ErrorKind::Malformed);
}

TEST_CASE("values are read with their types, and a wrong type is an error at its place")
{
    const auto parsed =
        document("name = \"a\"\ncount = 3\nratio = 0.5\non = true\nlist = [\"x\"]\n");
    TableReader reader{parsed, ""};
    CHECK(*reader.text("name") == "a");
    CHECK(*reader.integer("count", 0, 10) == 3);
    CHECK(*reader.number("ratio", 0, 1) == 0.5);
    CHECK(*reader.number("count", 0, 10) == 3.0);
    CHECK(*reader.boolean("on"));
    CHECK(*reader.texts("list") == std::vector<std::string>{"x"});
    CHECK(*reader.texts("name") == std::vector<std::string>{"a"});
    CHECK(reader.texts("none")->empty());
    CHECK(reader.text("count").error().message == "a.toml:2:1: count must be a text in quotes");
    CHECK(reader.integer("count", 0, 2).error().message ==
          "a.toml:2:1: count is 3, out of range 0 to 2");
    CHECK(reader.text("nmae").error().message == "a.toml:1:1: nmae is missing");
}

TEST_CASE("a key that nobody asked for is an error with the nearest known one")
{
    const auto parsed = document("[groups.smtp]\nprots = [25]\n");
    TableReader root{parsed, ""};
    auto groups = root.tables("groups");
    REQUIRE(groups);
    CHECK(root.finish());
    auto& [name, group] = groups->at(0);
    CHECK(name == "smtp");
    CHECK(group.array("ports")->empty());
    const auto finished = group.finish();
    REQUIRE_FALSE(finished);
    CHECK(finished.error().message == "a.toml:2:1: unknown key \"prots\" in groups.smtp");
    CHECK(finished.error().hint == "did you mean \"ports\"?");
}

TEST_CASE("a site file changes single values by name and keeps the rest")
{
    const auto shown = show_settings(layered(document("a = 1\n[t]\nx = 1\ny = [\"p\"]\n", "d.toml"),
                                             document("[t]\nx = 2\nz = true\n", "s.toml")));
    CHECK(shown == "a = 1  # d.toml:1:1\n"
                   "t.x = 2  # s.toml:2:1\n"
                   "t.y = [\"p\"]  # d.toml:4:1\n"
                   "t.z = true  # s.toml:3:1\n");
}

TEST_CASE("one of a few words, with the nearest where it is none of them")
{
    const auto parsed = document("tier = \"hrad\"\n");
    TableReader reader{parsed, ""};
    const auto tier = reader.one_of("tier", {"hard", "soft"});
    REQUIRE_FALSE(tier);
    CHECK(tier.error().message == "a.toml:1:1: tier is \"hrad\", not one of hard, soft");
    CHECK(tier.error().hint == "did you mean \"hard\"?");
}

TEST_CASE("a bracket with nothing behind it is an error in its line, not the end of the process")
{
    for (const auto* text :
         {"a = 1\n\n[%b]\nc = 2\n", "a = 1\n\n[.b]\n", "a = 1\n\nb = [}1]\n", "a = 1\n\n[\x01"}) {
        INFO(text);
        const auto document = parse_toml(text, "x.toml");
        REQUIRE_FALSE(document);
        CHECK(document.error().message.find("x.toml:3:") == 0);
    }
}
