#include "node/planned_node.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

using namespace harden;
using harden::test::FakeNode;

TEST_CASE("a plan lists changes, reads them back and makes none")
{
    FakeNode fake;
    fake.host.with_file("/etc/a", "old");
    const auto before = fake.host.files();
    PlannedNode planned{fake.node};
    auto& host = planned.node().host();

    REQUIRE(host.write("/etc/a", "new"));
    REQUIRE(host.link("/etc/l", "/etc/a"));
    REQUIRE(host.remove("/etc/absent"));
    REQUIRE(host.run({"systemctl", "reload", "docker"}));
    REQUIRE(planned.node().firewall().replace(Ruleset{.flows_per_second = 1}));

    CHECK(*host.read("/etc/a") == "new");
    CHECK(*host.read("/etc/l") == "new");
    REQUIRE(host.remove("/etc/a"));
    CHECK(host.read("/etc/a").is_absent());

    CHECK(fake.host.files() == before);
    CHECK(fake.host.made.empty());
    CHECK_FALSE(fake.firewall.held);
    std::vector<std::string> listed;
    for (const auto& change : planned.changes())
        listed.push_back(change.what);
    CHECK(listed == std::vector<std::string>{"/etc/a", "/etc/l", "run systemctl reload docker",
                                             "nftables inet: table harden_egress", "/etc/a"});
}
