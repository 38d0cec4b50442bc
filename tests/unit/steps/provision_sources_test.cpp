#include "steps/provision_sources.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

TEST_CASE("a source is a file or a directory of files")
{
    FakeHost here;
    here.with_file("/op/x", "1")
        .with_file("/op/release/runsc", "2")
        .with_link("/op/release/link", "runsc");
    here.answering({"sha256sum", "/op/x"}, {.out = "aa  /op/x\n"});
    here.answering({"sha256sum", "/op/release/runsc"}, {.out = "bb  /op/release/runsc\n"});
    here.answering({"sha256sum"}, {.out = "cc  -\n"});
    CHECK(look_at_source(here, "/op/x")->fingerprint == "aa");
    const auto directory = look_at_source(here, "/op/release/");
    REQUIRE(directory);
    CHECK(directory->is_directory);
    CHECK(directory->fingerprint == "cc");
    CHECK(directory->path == "/op/release");
    CHECK(look_at_source(here, "")->path.empty());
    CHECK_FALSE(look_at_source(here, "/op/none"));
}

TEST_CASE("the package is the one for the node's architecture")
{
    FakeHost here;
    here.with_file("/b/harden_0.1.0_arm64.deb", "");
    CHECK(*find_package(here, {"/a", "/b"}, "0.1.0", "arm64") == "/b/harden_0.1.0_arm64.deb");
    const auto none = find_package(here, {"/a", "/b"}, "0.1.0", "amd64");
    REQUIRE_FALSE(none);
    CHECK(none.error().hint.find("--package") != std::string::npos);
}

TEST_CASE("a package tells its version by its name")
{
    CHECK(package_version("/x/harden_1.2.3_amd64.deb") == "1.2.3");
    CHECK(package_version("/x/other.deb").empty());
}

TEST_CASE("a package is current only where it is installed whole and is the same file")
{
    const Source package{.path = "/x", .fingerprint = "aa"};
    NodeFacts facts{.package_version = "1", .package_recorded = "1", .package_sha256 = "aa"};
    CHECK(package_is_current(facts, package));
    facts.package_version = "2"; // somebody installed another by hand
    CHECK_FALSE(package_is_current(facts, package));
    facts = {.package_version = "", .package_recorded = "1", .package_sha256 = "aa"};
    CHECK_FALSE(package_is_current(facts, package));
    facts = {.package_version = "1", .package_recorded = "1", .package_sha256 = "bb"};
    CHECK_FALSE(package_is_current(facts, package));
}
