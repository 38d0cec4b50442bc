#include "steps/provision_bundle.h"
#include "unit/steps/operator.h"

using namespace harden;
using namespace harden::test;

static const std::string description = "harden-bundle=1\nversion=0.1.0\nsuite=bookworm\n"
                                       "architecture=amd64\npackage=harden_0.1.0_amd64.deb\n";

TEST_CASE("a bundle says whom it is for")
{
    const auto bundle = parse_bundle_description(description);
    REQUIRE(bundle);
    CHECK(bundle->suite == "bookworm");
    CHECK(bundle->architecture == "amd64");
    CHECK(bundle->package == "harden_0.1.0_amd64.deb");
    for (const auto* text :
         {"", "suite=bookworm\npackage=harden_1.deb\n", "harden-bundle=2\nsuite=s\n",
          "harden-bundle=1\nsuite=s\npackage=../harden_1.deb\n",
          "harden-bundle=1\nsuite=s\npackage=harden_/../x.deb\n",
          "harden-bundle=1\npackage=harden_1.deb\n"})
        CHECK_FALSE(parse_bundle_description(text));
}

struct Bundled {
    FakeHost here;
    NodeFacts facts;

    Bundled()
    {
        facts.os_codename = "bookworm";
        facts.architecture = "amd64";
        for (const auto* name : {"bundle.txt", "harden_0.1.0_amd64.deb"})
            here.answering({"tar", "-C", "/tmp/s", "-xf", "/op/b.tar", "--", name}, {});
        here.with_file("/tmp/s/bundle.txt", description);
    }
};

TEST_CASE("the package is taken out of a bundle for this node")
{
    Bundled with;
    CHECK(*package_in_bundle(with.here, "/op/b.tar", with.facts, "/tmp/s") ==
          "/tmp/s/harden_0.1.0_amd64.deb");
    SECTION("and not out of one for another system")
    {
        with.facts.os_codename = "trixie";
        const auto refused = package_in_bundle(with.here, "/op/b.tar", with.facts, "/tmp/s");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message ==
              "the bundle is for bookworm on amd64, the node is trixie on amd64");
        CHECK(refused.error().hint == "./dev package bundle trixie");
    }
}

TEST_CASE("a bundle is copied, unpacked and installed with its own index alone")
{
    Operator op;
    op.here.with_file("/op/b.tar", "bundle");
    op.here.answering({"sha256sum", "/op/b.tar"}, {.out = cat(fake_hash("bundle"), "  b\n")});
    op.node.here["/op/b.tar"] = "bundle";
    op.node.files["/var/lib/harden/setup/bundle/harden_0.1.0_amd64.deb"] = "deb";
    op.bundle = "/op/b.tar";
    REQUIRE(op.run());
    CHECK(op.seen[0] == "package done");
    CHECK(op.node.files["/var/lib/harden/setup/bundle/sources.list"] ==
          "deb [trusted=yes] file:/var/lib/harden/setup/bundle ./\n");
    CHECK(op.node.files["/var/lib/harden/setup/harden.deb"] == "deb");
    CHECK_FALSE(op.node.files.contains("/var/lib/harden/setup/bundle.tar"));
    CHECK(holds(op.node.asked, "Dir::Etc::sourceparts=-"));
    CHECK_FALSE(holds(op.node.asked, "upload /var/lib/harden/setup/arrived.deb"));
    CHECK(op.run()->exit == 0);
    CHECK(op.seen[0] == "package ok");
}
