#include "daemonjson/json_document.h"
#include "daemonjson/settle.h"
#include "steps/daemonjson.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "unit/daemonjson/fake_dockerd.h"

using namespace harden;
using harden::test::FakeDockerd;
using harden::test::FakeNode;

static constexpr auto file = default_daemon_file;
static constexpr auto runsc_beside =
    R"({"runtimes":{"runsc":{"path":"/usr/local/lib/gvisor/current/runsc"}}})";
static constexpr auto runsc_as_default =
    R"({"runtimes":{"runsc":{"path":"/usr/local/lib/gvisor/current/runsc"}},"default-runtime":"runsc"})";

static Step baseline()
{
    return daemonjson_step(shipped_document(DaemonProfile::Baseline), test::known_keys());
}

// The command that the step runs settles the fake as the real one settles a daemon.
static void settle_by_command(FakeNode& fake, const std::vector<std::string>& keys)
{
    fake.host.doing(settle_command(fake.host, keys), [&fake, keys](auto&) {
        const auto settled = settle(fake.node, keys, [](const auto&, auto) { return false; });
        return settled ? Output{} : Output{.status = 2, .err = settled.error().message};
    });
}

static const std::vector<std::string> all_restart_keys = {
    "metrics-addr", "no-new-privileges", "userland-proxy", "log-driver", "log-opts"};

TEST_CASE("daemon.json: a plan changes nothing, and applying twice is applying once")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.run_container("aaaa");
    settle_by_command(fake, all_restart_keys);
    fake.host.with_file(file, "{\n    \"mtu\": 1450\n}\n", 0600);
    REQUIRE(plan(baseline(), fake.node)->size() == 2);
    CHECK(fake.host.made.empty());

    const auto first = apply(baseline(), fake.node);
    REQUIRE(first);
    CHECK(first->ended == Ended::Applied);
    CHECK(dockerd.restarts == 1);
    CHECK(fake.docker.details["aaaa"].pid == 100);
    CHECK(fake.host.read(file)->starts_with("{\n    \"mtu\": 1450,\n    \"metrics-addr\": "));
    CHECK(fake.host.status(file)->mode == 0600);

    const auto made = fake.host.made.size();
    CHECK(apply(baseline(), fake.node)->ended == Ended::Unchanged);
    CHECK(fake.host.made.size() == made);
}

TEST_CASE("daemon.json: rolled back byte for byte, in the file and in the daemon")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.run_container("aaaa");
    settle_by_command(fake, all_restart_keys);
    if (GENERATE(true, false))
        fake.host.with_file(file, "{ \"mtu\" : 1450 }");
    const auto before = fake.host.files();
    REQUIRE(apply(baseline(), fake.node)->ended == Ended::Applied);
    CHECK(fake.docker.about.live_restore);
    REQUIRE(roll_back(fake.host, last_of(fake.host, "daemonjson apply")->id, RollBack::Wanted));
    CHECK(fake.host.files() == before);
    CHECK_FALSE(fake.docker.about.live_restore);
    CHECK_FALSE(fake.docker.about.runtimes.contains("runsc"));
    CHECK(fake.docker.details["aaaa"].pid == 100);
}

TEST_CASE("daemon.json: what a reload can do is not done by a restart")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    settle_by_command(fake, {});
    const auto document = *json_document(runsc_as_default).root;
    REQUIRE(apply(daemonjson_step(document, test::known_keys()), fake.node)->ended ==
            Ended::Applied);
    CHECK(fake.docker.about.default_runtime == "runsc");
    CHECK(dockerd.restarts == 0);
}

TEST_CASE("daemon.json: a broken file is an error with its position, and stays")
{
    const auto* const text =
        GENERATE("{\n  \"mtu\": 1450,\n}\n", "{\n  \"mtu\": 1450, \"mtu\": 2\n}",
                 "{\n  \"a\": 1, \"mtuu\": 2\n}");
    FakeNode fake;
    FakeDockerd dockerd{fake};
    fake.host.with_file(file, text);
    const auto outcome = apply(baseline(), fake.node);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().message.find("/etc/docker/daemon.json:2:") != std::string::npos);
    CHECK(fake.host.made.empty());
}

TEST_CASE("daemon.json: a daemon that dies of the change gets its file and its containers back")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.run_container("aaaa");
    settle_by_command(fake, all_restart_keys);
    fake.host.with_file(file, "{\"live-restore\": true}");
    fake.docker.about.live_restore = true;
    dockerd.refuses = true;
    dockerd.takes = "{\"live-restore\": true}";
    const auto outcome = apply(baseline(), fake.node);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::RolledBack);
    CHECK(outcome->problem.message.find("dockerd does not start") != std::string::npos);
    CHECK(*fake.host.read(file) == dockerd.takes);
    CHECK(fake.docker.running);
    CHECK(fake.docker.details["aaaa"].pid == 100);
}

TEST_CASE("daemon.json: killed after any change, the next run converges")
{
    for (int changes = 0; changes < 20; ++changes) {
        FakeNode fake;
        FakeDockerd dockerd{fake};
        settle_by_command(fake, all_restart_keys);
        fake.host.with_file(file, "{\"mtu\": 1450}");
        fake.host.die_after(changes);
        (void)static_cast<bool>(apply(baseline(), fake.node));
        fake.host.survive();
        INFO("killed after " << changes << " changes");
        REQUIRE(apply(baseline(), fake.node));
        CHECK(apply(baseline(), fake.node)->ended == Ended::Unchanged);
        CHECK(fake.docker.about.live_restore);
    }
}

TEST_CASE("daemon.json: without a daemon that answers nothing is changed")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    fake.docker.running = false;
    CHECK_FALSE(apply(baseline(), fake.node));
    CHECK(fake.host.made.empty());
}

TEST_CASE("daemon.json: drift of the running daemon alone is a change")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    settle_by_command(fake, {});
    const auto document = *json_document(runsc_beside).root;
    fake.host.with_file(file, merged("{}", document));
    const auto changes = document_changes(fake.node, document, test::known_keys());
    REQUIRE(changes->size() == 1);
    CHECK(to_text(changes->front().path) == "runtimes.runsc");
    REQUIRE(apply(daemonjson_step(document, test::known_keys()), fake.node)->ended ==
            Ended::Applied);
    CHECK(fake.docker.about.runtimes.contains("runsc"));
}

TEST_CASE("daemon.json: a Docker that does not tell of no-new-privileges is not taken for drifted")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    const auto document = *json_document(R"({"no-new-privileges": true})").root;
    fake.host.with_file(file, R"({"no-new-privileges": true})");
    CHECK(document_changes(fake.node, document, test::known_keys())->size() == 1);
    fake.docker.about.version = "20.10.24+dfsg1";
    CHECK(document_changes(fake.node, document, test::known_keys())->empty());
}

TEST_CASE("daemon.json: what can end dockerd in a reload is not given to one without live-restore")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    settle_by_command(fake, {"authorization-plugins"});
    const auto document = *json_document(R"({"authorization-plugins": ["guard"]})").root;
    fake.host.with_file(file, R"({"live-restore": true})");
    fake.docker.about.live_restore = GENERATE(true, false);
    const auto outcome = apply(daemonjson_step(document, test::known_keys()), fake.node);
    CHECK(bool(outcome) == fake.docker.about.live_restore);
    CHECK(fake.host.made.empty() == !fake.docker.about.live_restore);
}

TEST_CASE("daemon.json: an empty file is one without settings")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    settle_by_command(fake, {});
    fake.host.with_file(file, "\n");
    const auto document = *json_document(R"({"live-restore": true})").root;
    CHECK(apply(daemonjson_step(document, test::known_keys()), fake.node)->ended == Ended::Applied);
    CHECK(fake.docker.about.live_restore);
}
