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

static const std::string units[] = {"harden-egress-watch.service", "harden-egress.service"};
static constexpr auto instances = "harden-egress@*.service";
static const Command restore{egress_program, "restore"};

// A systemd that remembers what is enabled and what runs: "active harden-egress.service".
struct Systemd {
    std::set<std::string> on;

    explicit Systemd(FakeNode& fake)
    {
        fake.host.with_file("/run/systemd/system", "");
        for (const auto& unit : units) {
            changing(fake, {"systemctl", "enable", unit}, cat("enabled ", unit), true);
            changing(fake, {"systemctl", "disable", unit}, cat("enabled ", unit), false);
            for (const std::string verb : {"start", "restart"}) {
                changing(fake, {"systemctl", verb, unit}, cat("active ", unit), true);
                changing(fake, {"systemctl", "--no-block", verb, unit}, cat("active ", unit), true);
            }
            changing(fake, {"systemctl", "stop", unit}, cat("active ", unit), false);
        }
        changing(fake, {"systemctl", "stop", instances}, cat("active ", instances), false);
        fake.host.doing({"systemctl", "daemon-reload"}, [](FakeHost&) { return Output{}; });
        // an undo in a test runs the step's own restore on the fake
        fake.host.doing(restore, [&fake](FakeHost&) {
            return Output{.status = restore_egress(fake.node) ? 0 : 1};
        });
        answers(fake.host);
    }

    void changing(FakeNode& fake, const Command& command, const std::string& what, bool set)
    {
        fake.host.doing(command, [this, what, set](FakeHost&) {
            if (set)
                on.insert(what);
            else
                on.erase(what);
            return Output{};
        });
    }

    void answers(FakeHost& host) const
    {
        host.answering({"systemctl", "is-active", "--quiet", instances},
                       {.status = on.contains(cat("active ", instances)) ? 0 : 3});
        for (const auto& unit : units) {
            host.answering({"systemctl", "is-enabled", "--quiet", unit},
                           {.status = on.contains(cat("enabled ", unit)) ? 0 : 1});
            host.answering({"systemctl", "show", "--property=ActiveState", "--value", unit},
                           {.out = on.contains(cat("active ", unit)) ? "active\n" : "inactive\n"});
        }
    }
};

static std::string own_file(const std::string& unit)
{
    return cat("/etc/systemd/system/", unit);
}

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
    for (const auto& unit : units) {
        CHECK(fake.host.read(own_file(unit)));
        CHECK(systemd.on.contains(cat("enabled ", unit)));
        CHECK(systemd.on.contains(cat("active ", unit)));
    }

    systemd.answers(fake.host);
    const auto made = fake.host.made.size();
    const auto second = apply(egress_step(), fake.node);
    REQUIRE(second);
    CHECK(second->ended == Ended::Unchanged);
    CHECK(fake.host.made.size() == made);
    CHECK(fake.firewall.replaced == 1);
}

TEST_CASE("the package's units are not written again")
{
    FakeNode fake;
    Systemd systemd{fake};
    for (const auto& unit : units)
        fake.host.with_file(cat("/lib/systemd/system/", unit), "[Unit]\n");
    REQUIRE(apply(egress_step(), fake.node)->ended == Ended::Applied);
    for (const auto& unit : units) {
        CHECK(fake.host.status(own_file(unit)).is_absent());
        CHECK(systemd.on.contains(cat("enabled ", unit)));
    }
}

TEST_CASE("a watcher whose unit was written anew runs the new program")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step(), fake.node));
    systemd.answers(fake.host);
    REQUIRE(apply(egress_step({.program = "/opt/egress"}), fake.node)->ended == Ended::Applied);
    const Command restart{"systemctl", "restart", "harden-egress-watch.service"};
    CHECK(std::ranges::count(fake.host.ran, restart) == 1);
}

TEST_CASE("an apply waits for no unit that waits for the lock it holds")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step(), fake.node));
    const Command start{"systemctl", "--no-block", "start", "harden-egress.service"};
    CHECK(std::ranges::count(fake.host.ran, start) == 1);
    systemd.answers(fake.host);
    fake.host.answering(
        {"systemctl", "show", "--property=ActiveState", "--value", "harden-egress.service"},
        {.out = "activating\n"});
    CHECK(apply(egress_step(), fake.node)->ended == Ended::Unchanged);
}

TEST_CASE("the watcher is stopped before the policy is taken away")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step(), fake.node));
    systemd.answers(fake.host);
    const auto planned = plan(egress_removal_step(), fake.node);
    REQUIRE(planned);
    CHECK(planned->front().what == "run systemctl stop harden-egress-watch.service");
}

TEST_CASE("what runs after other firewalls is stopped before the policy is taken away")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step(), fake.node));
    CHECK(fake.host.read(own_file("harden-egress@.service")));
    systemd.on.insert(cat("active ", instances));
    systemd.answers(fake.host);
    REQUIRE(apply(egress_removal_step(), fake.node)->ended == Ended::Applied);
    CHECK(std::ranges::count(fake.host.ran, Command{"systemctl", "stop", instances}) == 1);
    CHECK(fake.host.status(own_file("harden-egress@.service")).is_absent());
}

TEST_CASE("a binary that lies elsewhere is what the unit starts")
{
    FakeNode fake;
    Systemd systemd{fake};
    REQUIRE(apply(egress_step({.program = "/root/egress"}), fake.node));
    const auto unit = *fake.host.read(own_file("harden-egress.service"));
    CHECK(unit.find("ExecStart=/root/egress restore") != std::string::npos);
    CHECK(unit.find(egress_program) == std::string::npos);
    const auto watch = *fake.host.read(own_file("harden-egress-watch.service"));
    CHECK(watch.find("ExecStart=/root/egress watch") != std::string::npos);
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
