#include "egress/ruleset_json.h"
#include "egress/wanted.h"
#include "node/journal.h"
#include "steps/egress.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

#include <algorithm>
#include <set>

using namespace harden;
using harden::test::FakeHost;
using harden::test::FakeNode;

static constexpr auto own_unit = "/etc/systemd/system/harden-egress.service";
static const Command restore{egress_program, "restore"};

// A systemd that remembers what is enabled and what runs.
struct Systemd {
    std::set<std::string> on;

    explicit Systemd(FakeNode& fake)
    {
        fake.host.with_file("/run/systemd/system", "");
        const auto changing = [&](const std::string& word, const std::string& what, bool set) {
            fake.host.doing({"systemctl", word, "harden-egress.service"},
                            [this, what, set](FakeHost&) {
                                if (set)
                                    on.insert(what);
                                else
                                    on.erase(what);
                                return Output{};
                            });
        };
        changing("enable", "enabled", true);
        changing("disable", "enabled", false);
        changing("start", "active", true);
        changing("stop", "active", false);
        fake.host.doing({"systemctl", "daemon-reload"}, [](FakeHost&) { return Output{}; });
        // an undo in a test runs the step's own restore on the fake
        fake.host.doing(restore, [&fake](FakeHost&) {
            return Output{.status = restore_egress(fake.node) ? 0 : 1};
        });
        answers(fake.host);
    }

    void answers(FakeHost& host) const
    {
        for (const std::string what : {"enabled", "active"})
            host.answering({"systemctl", "is-" + what, "--quiet", "harden-egress.service"},
                           {.status = on.contains(what) ? 0 : 1});
    }
};

TEST_CASE("the policy is planned without a change, applied once, and then there is nothing to do")
{
    FakeNode fake;
    Systemd systemd{fake};
    const auto planned = plan(egress_step(), fake.node);
    REQUIRE(planned);
    CHECK(planned->size() >= 4);
    CHECK(fake.host.made.empty());
    CHECK_FALSE(fake.firewall.held);

    const auto first = apply(egress_step(), fake.node);
    REQUIRE(first);
    INFO(first->problem.message);
    CHECK(first->ended == Ended::Applied);
    CHECK(fake.firewall.held == *wanted_ruleset(fake.node));
    CHECK(*recorded_ruleset(fake.host) == *fake.firewall.held);
    CHECK(fake.host.read(own_unit));
    CHECK(systemd.on == std::set<std::string>{"enabled", "active"});

    systemd.answers(fake.host);
    const auto made = fake.host.made.size();
    const auto second = apply(egress_step(), fake.node);
    REQUIRE(second);
    CHECK(second->ended == Ended::Unchanged);
    CHECK(fake.host.made.size() == made);
    CHECK(fake.firewall.replaced == 1);
}

TEST_CASE("the package's unit is not written again")
{
    FakeNode fake;
    Systemd systemd{fake};
    fake.host.with_file("/lib/systemd/system/harden-egress.service", "[Unit]\n");
    REQUIRE(apply(egress_step(), fake.node)->ended == Ended::Applied);
    CHECK(fake.host.status(own_unit).is_absent());
    CHECK(systemd.on.contains("enabled"));
}

TEST_CASE("a binary that lies elsewhere is what the unit starts")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step({.program = "/root/egress"}), fake.node));
    const auto unit = *fake.host.read(own_unit);
    CHECK(unit.find("ExecStart=/root/egress restore") != std::string::npos);
    CHECK(unit.find(egress_program) == std::string::npos);
}

TEST_CASE("a kernel that refuses the rules leaves the node as it was")
{
    FakeNode fake;
    Systemd systemd{fake};
    const auto before = fake.host.files();
    fake.firewall.refuses = true;
    const auto outcome = apply(egress_step(), fake.node);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::RolledBack);
    CHECK(fake.host.files() == before);
    CHECK_FALSE(fake.firewall.held);
    CHECK(recorded_ruleset(fake.host).is_absent());
}

TEST_CASE("a bad policy changes nothing and is an error")
{
    FakeNode fake;
    Systemd systemd{fake};
    fake.host.with_file(egress_site_file, "version = 1\n[groups.smtp]\ntcp = [0]\n");
    CHECK_FALSE(apply(egress_step(), fake.node));
    CHECK(fake.host.made.empty());
    CHECK_FALSE(fake.firewall.held);
}

TEST_CASE("an applied policy is rolled back to the rules before it")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step(), fake.node));
    const auto before = *fake.firewall.held;
    systemd.answers(fake.host);
    fake.host.with_file(egress_site_file, "version = 1\n[groups.private]\nenabled = true\n");
    const auto changed = apply(egress_step(), fake.node);
    REQUIRE(changed);
    REQUIRE(fake.firewall.held != before);

    auto journal = Journal::open(fake.host, changed->transaction);
    REQUIRE(journal);
    REQUIRE(journal->roll_back("a test"));
    CHECK(fake.firewall.held == before);
}

TEST_CASE("removal leaves nothing, and a second one has nothing to do")
{
    FakeNode fake;
    Systemd systemd{fake};
    const auto before = fake.host.files();
    REQUIRE(apply(egress_step(), fake.node));
    systemd.answers(fake.host);
    const auto removed = apply(egress_removal_step(), fake.node);
    REQUIRE(removed);
    CHECK(removed->ended == Ended::Applied);
    CHECK_FALSE(fake.firewall.held);
    CHECK(systemd.on.empty());
    CHECK(fake.host.files() == before);
    systemd.answers(fake.host);
    CHECK(apply(egress_removal_step(), fake.node)->ended == Ended::Unchanged);
}

TEST_CASE("restore brings back what was recorded, and only that")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step(), fake.node));
    const auto wanted = *fake.firewall.held;
    fake.firewall.tamper();
    REQUIRE(restore_egress(fake.node));
    CHECK(fake.firewall.difference(wanted)->empty());
    CHECK(fake.firewall.replaced == 2);
    REQUIRE(restore_egress(fake.node));
    CHECK(fake.firewall.replaced == 2);

    REQUIRE(fake.host.remove(recorded_ruleset_file));
    REQUIRE(restore_egress(fake.node));
    CHECK_FALSE(fake.firewall.held);
}
