#include "dockerfile/copied_files.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;
using Texts = std::vector<std::string>;

static Texts sources(const std::string& source)
{
    Texts all;
    for (const auto& each : copy_sources(parse_dockerfile(source)))
        all.push_back(each.text);
    return all;
}

TEST_CASE("sources are those of the context, with their place")
{
    CHECK(sources("FROM a\nCOPY a b \"c\" /x/\nADD [\"d e\", \"f\", \"/x/\"]\n") ==
          Texts{"a", "b", "c", "d e", "f"});
    CHECK(sources("FROM a\nCOPY --from=build /a /b\nADD https://x/y /z\nADD git@x:y /z\n") ==
          Texts{});
    CHECK(sources("FROM a\nCOPY <<EOF /x\nhello\nEOF\nCOPY --chmod=755 run.sh /\n") ==
          Texts{"run.sh"});
    const std::string text = "FROM a\nCOPY run.sh /\n";
    const auto found = copy_sources(parse_dockerfile(text));
    REQUIRE(found.size() == 1);
    CHECK(text.substr(found[0].offset, 6) == "run.sh");
    CHECK(found[0].stage == 1);
}

static FakeHost& context()
{
    static FakeHost host;
    static const bool filled = [] {
        for (const auto* file : {"run.sh", "app/start.sh", "app/deep/x.py", "app/secret.key",
                                 "other/y.sh", "Dockerfile", ".git/config"})
            host.with_file(cat("/c/", file), "");
        return host.link("/c/app/link.sh", "/etc/passwd") ? true : false;
    }();
    REQUIRE(filled);
    return host;
}

static Texts copied(const Texts& from, const std::string& ignore)
{
    std::vector<CopySource> wanted;
    for (const auto& text : from)
        wanted.push_back({text, 0, 1});
    Texts all;
    for (const auto& file : copied_files(context(), "/c", DockerIgnore{ignore}, wanted).files)
        all.push_back(file.path);
    return all;
}

TEST_CASE("what a source takes is what Docker copies")
{
    CHECK(copied({"run.sh"}, "") == Texts{"run.sh"});
    CHECK(copied({"/run.sh"}, "") == Texts{"run.sh"});
    CHECK(copied({"../../run.sh"}, "") == Texts{"run.sh"});
    CHECK(copied({"app"}, "") == Texts{"app/deep/x.py", "app/secret.key", "app/start.sh"});
    CHECK(copied({"app/*.sh"}, "") == Texts{"app/start.sh"});
    CHECK(copied({"*.sh", "other/"}, "") == Texts{"other/y.sh", "run.sh"});
    CHECK(copied({"."}, "app\n!app/start.sh\nDockerfile") ==
          Texts{"app/start.sh", "other/y.sh", "run.sh"});
    CHECK(copied({"none"}, "") == Texts{});
    CHECK(copied({}, "") == Texts{});
}

TEST_CASE("a Dockerfile's own ignore file counts before the context's")
{
    FakeHost host;
    host.with_file("/c/.dockerignore", "a");
    host.with_file("/c/x.Dockerfile.dockerignore", "b");
    CHECK(docker_ignore_of(host, "/c", "/c/Dockerfile").is_ignored("a"));
    const auto own = docker_ignore_of(host, "/c", "/c/x.Dockerfile");
    CHECK_FALSE(own.is_ignored("a"));
    CHECK(own.is_ignored("b"));
    CHECK_FALSE(docker_ignore_of(host, "/none", "/none/Dockerfile").is_ignored("a"));
}

static std::vector<bool> named(const std::string& source, const std::vector<CopiedScript>& scripts)
{
    return named_scripts(parse_dockerfile(source), scripts);
}

TEST_CASE("a script is named by the Dockerfile or by one that is named")
{
    const std::vector<CopiedScript> scripts = {{"/c/a.sh", "exec ./b.sh"},
                                               {"/c/b.sh", "exec python c.py"},
                                               {"/c/c.py", ""},
                                               {"/c/d.sh", "./a.sh"}};
    CHECK(named("FROM x\nCOPY . .\nCMD [\"/a.sh\"]\n", scripts) ==
          std::vector{true, true, true, false});
    CHECK(named("FROM x\nCOPY . .\nRUN ./b.sh\n", scripts) ==
          std::vector{false, true, true, false});
    CHECK(named("FROM x\nCOPY d.sh /start\nCMD /start\n", scripts) ==
          std::vector{true, true, true, true});
    CHECK(named("FROM x\n# a.sh\nCOPY . .\n", scripts) == std::vector{false, false, false, false});
}
