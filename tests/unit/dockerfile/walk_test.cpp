#include "dockerfile/walk.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;
using Texts = std::vector<std::string>;

static Texts paths(const Found& found)
{
    Texts all;
    for (const auto& file : found.files)
        all.push_back(cat(file.kind, " ", file.path));
    return all;
}

TEST_CASE("files are known by their names")
{
    for (const auto* name : {"Dockerfile", "dockerfile", "Dockerfile.dev", "web.Dockerfile",
                             "web.dockerfile", "Containerfile", "Containerfile.x"})
        CHECK(kind_of(name) == "dockerfile");
    for (const auto* name : {"compose.yaml", "compose.yml", "compose.prod.yml",
                             "docker-compose.yml", "docker-compose.override.yaml"})
        CHECK(kind_of(name) == "compose");
    for (const auto* name : {"Dockerfiles", "Dockerfile.dockerignore", "compose.json", "README.md",
                             "my-compose.yml", ""})
        CHECK(kind_of(name).empty());
}

TEST_CASE("a tree is walked without what git ignores, and without following links")
{
    FakeHost host;
    host.with_file("/src/Dockerfile", "FROM a");
    host.with_file("/src/.gitignore", "node_modules/\n*.yml\n");
    host.with_file("/src/node_modules/x/Dockerfile", "FROM a");
    host.with_file("/src/docker-compose.yml", "");
    host.with_file("/src/a/.gitignore", "!compose.yml\n");
    host.with_file("/src/a/compose.yml", "");
    host.with_file("/src/a/b/web.Dockerfile", "");
    host.with_file("/src/.git/Dockerfile", "");
    host.with_file("/src/main.c", "");
    REQUIRE(host.link("/src/a/Dockerfile", "/etc/passwd"));
    REQUIRE(host.link("/src/loop", "/src"));
    const auto found = find_scannable(host, "/src", Ignored::Skip);
    CHECK(found.problems.empty());
    CHECK(paths(found) == Texts{"dockerfile /src/Dockerfile", "dockerfile /src/a/b/web.Dockerfile",
                                "compose /src/a/compose.yml"});
    CHECK(find_scannable(host, "/src/", Ignored::Take).files.size() == 5);
}

TEST_CASE("a path that is a file is taken whatever its name, and one that is not there is told")
{
    FakeHost host;
    host.with_file("/x/build.txt", "FROM a");
    host.with_file("/x/compose.yml", "");
    CHECK(paths(find_scannable(host, "/x/build.txt", Ignored::Skip)) ==
          Texts{"dockerfile /x/build.txt"});
    CHECK(paths(find_scannable(host, "/x/compose.yml", Ignored::Skip)) ==
          Texts{"compose /x/compose.yml"});
    const auto none = find_scannable(host, "/y", Ignored::Skip);
    CHECK(none.files.empty());
    REQUIRE(none.problems.size() == 1);
    CHECK(none.problems[0].path == "/y");
}

TEST_CASE("a tree deeper than the bound is told")
{
    FakeHost host;
    std::string deep = "/src";
    for (std::size_t i = 0; i < deepest_walk + 5; ++i)
        deep += "/d";
    host.with_file(deep + "/Dockerfile", "FROM a");
    const auto found = find_scannable(host, "/src", Ignored::Skip);
    CHECK(found.files.empty());
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems[0].message == "it is too deep, and was not looked into");
}
