#include "steps/egress_container.h"
#include "support/catch.hpp"
#include "support/contained_node.h"

#include <algorithm>

using namespace harden;
using harden::test::ContainedNode;
using harden::test::FakeHost;

static const std::string program = "/usr/libexec/harden/egress";
static const Command restore{program, "container", "restore"};

// A node whose `egress container restore` does what the real one does.
struct RestoringNode : ContainedNode {
    RestoringNode()
    {
        host.doing(restore, [this](FakeHost&) {
            const auto reconciled = reconcile_containers(node, control);
            return reconciled ? Output{} : Output{.status = 2, .err = reconciled.error().message};
        });
    }

    Step step(const ContainerWish& wish)
    {
        return container_step(control, *with_wish({.id = id, .name = "web"}, wish), program);
    }
};

TEST_CASE("a plan of a container's policy changes nothing")
{
    RestoringNode fake;
    const auto before = fake.host.files();
    CHECK_FALSE(plan(fake.step({.mode = "none"}), fake.node)->empty());
    CHECK(fake.host.files() == before);
    CHECK(fake.control.replaced == 0);
}

TEST_CASE("a container's policy applied twice is applied once")
{
    RestoringNode fake;
    CHECK(apply(fake.step({.mode = "none"}), fake.node)->ended == Ended::Applied);
    CHECK(fake.control.rules.find("172.17.0.2") != std::string::npos);
    CHECK(apply(fake.step({.mode = "none"}), fake.node)->ended == Ended::Unchanged);
    CHECK(fake.control.replaced == 1);
    const auto file = container_policy_file(fake.id);
    CHECK(fake.host.status(file)->mode == 0600);
}

TEST_CASE("a container's policy removed leaves nothing")
{
    RestoringNode fake;
    REQUIRE(apply(fake.step({.mode = "allow", .targets = {"192.0.2.1"}, .rate = "1M"}), fake.node));
    CHECK(fake.control.rates.size() == 1);
    const auto removal = container_removal_step(fake.control, fake.id, program);
    CHECK(apply(removal, fake.node)->ended == Ended::Applied);
    CHECK(fake.control.rules.empty());
    CHECK(fake.control.rates.empty());
    CHECK(fake.host.read(container_policy_file(fake.id)).is_absent());
    CHECK(apply(removal, fake.node)->ended == Ended::Unchanged);
}

TEST_CASE("what the kernel refuses leaves the record that was, and the rules that were")
{
    RestoringNode fake;
    REQUIRE(apply(fake.step({.mode = "none"}), fake.node));
    const auto record = *fake.host.read(container_policy_file(fake.id));
    const auto rules = fake.control.rules;
    int failures = 1;
    fake.host.doing(restore, [&](FakeHost&) {
        if (failures-- > 0)
            return Output{.status = 2, .err = "the kernel lacks nft_quota"};
        (void)reconcile_containers(fake.node, fake.control);
        return Output{};
    });
    const auto outcome = apply(fake.step({.mode = "open", .quota = "1M/day"}), fake.node);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::RolledBack);
    CHECK(outcome->problem.message.find("nft_quota") != std::string::npos);
    CHECK(*fake.host.read(container_policy_file(fake.id)) == record);
    CHECK(fake.control.rules == rules);
}

TEST_CASE("the proxy runs from the first list of domains to the last")
{
    RestoringNode fake;
    fake.host.with_file("/run/systemd/system", "");
    bool is_active = false;
    const std::string unit = "harden-egress-dns.service";
    fake.host.having("systemctl", [&](const FakeHost&, const Command& command, std::string_view) {
        if (command[1] == "start")
            is_active = true;
        if (command[1] == "stop")
            is_active = false;
        const bool asks = command[1] == "is-enabled";
        return Output{.status = asks && !is_active ? 1 : 0,
                      .out = is_active ? "active\n" : "inactive\n"};
    });
    REQUIRE(apply(fake.step({.mode = "allow", .targets = {"192.0.2.1"}}), fake.node));
    CHECK_FALSE(is_active);
    REQUIRE(apply(fake.step({.mode = "allow", .domains = {"example.org"}}), fake.node)->ended ==
            Ended::Applied);
    CHECK(is_active);
    CHECK(fake.host.read("/etc/systemd/system/harden-egress-dns.service"));
    REQUIRE(apply(fake.step({.mode = "none"}), fake.node));
    CHECK_FALSE(is_active);
    CHECK(fake.host.read("/etc/systemd/system/harden-egress-dns.service").is_absent());
}

TEST_CASE("a container on the node's own network is refused before anything changes")
{
    RestoringNode fake;
    fake.docker.details[fake.id].network_mode = "host";
    const auto outcome = apply(fake.step({.mode = "none"}), fake.node);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::Unsupported);
    CHECK(fake.host.read(container_policy_file(fake.id)).is_absent());
}
