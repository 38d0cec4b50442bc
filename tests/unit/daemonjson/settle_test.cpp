#include "daemonjson/settle.h"
#include "support/catch.hpp"
#include "unit/daemonjson/fake_dockerd.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeDockerd;
using harden::test::FakeNode;

static constexpr auto file = default_daemon_file;

TEST_CASE("a reload brings the daemon to what its file says")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    fake.host.with_file(file, R"({"live-restore": true})");
    REQUIRE(settle(fake.node, {}));
    CHECK(fake.docker.about.live_restore);
    CHECK(dockerd.restarts == 0);
}

TEST_CASE("a key that left the file leaves the daemon as well")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    fake.docker.about.live_restore = true;
    fake.docker.about.default_runtime = "runsc";
    fake.docker.about.runtimes["runsc"] = "/usr/local/lib/gvisor/current/runsc";
    SECTION("from a file that stays")
    {
        fake.host.with_file(file, "{\"debug\": false}");
        REQUIRE(settle(fake.node, {}));
        CHECK(*fake.host.read(file) == "{\"debug\": false}");
    }
    SECTION("with the whole file")
    {
        REQUIRE(settle(fake.node, {}));
        CHECK(fake.host.read(file).is_absent());
    }
    CHECK_FALSE(fake.docker.about.live_restore);
    CHECK(fake.docker.about.default_runtime == "runc");
    CHECK_FALSE(fake.docker.about.runtimes.contains("runsc"));
    CHECK(dockerd.restarts == 0);
}

TEST_CASE("containers outlive a restart, whatever the file says of live-restore")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.run_container("aaaa");
    const auto* const text = GENERATE(R"({"live-restore": true})", R"({"mtu": 1450})");
    fake.host.with_file(file, text);
    REQUIRE(settle(fake.node, {"mtu"}));
    CHECK(dockerd.restarts == 1);
    CHECK(fake.docker.details["aaaa"].pid == 100);
    CHECK(*fake.host.read(file) == text);
    CHECK(fake.docker.about.live_restore ==
          (std::string_view{text}.find("live") != std::string::npos));
}

TEST_CASE("a daemon that does not take a reload is an error, and nothing is restarted")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.ignores_reload = true;
    dockerd.run_container("aaaa");
    fake.host.with_file(file, R"({"live-restore": true, "mtu": 1450})");
    const auto settled = settle(fake.node, {"mtu"});
    REQUIRE_FALSE(settled);
    CHECK(settled.error().message ==
          "dockerd did not take the reload: live-restore stays as it was");
    CHECK(dockerd.restarts == 0);
}

TEST_CASE("a daemon that does not start is an error that quotes it")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.refuses = true;
    fake.host.with_file(file, R"({"live-restore": true, "mtu": 1450})");
    fake.host.answering({"journalctl", "--unit=docker.service", "--since=-60s", "--lines=40",
                         "--output=cat", "--no-pager"},
                        {.out = "Starting\nfailed to start daemon: no such bridge\nStopped\n"});
    const auto settled = settle(fake.node, {"mtu"});
    REQUIRE_FALSE(settled);
    CHECK(settled.error().message ==
          "dockerd does not start: failed to start daemon: no such bridge");
}

TEST_CASE("a container that is gone after the restart is an error")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.run_container("aaaabbbbccccdddd");
    fake.host.with_file(file, R"({"live-restore": true})");
    fake.host.doing({"systemctl", "restart", "docker"}, [&](auto&) {
        fake.docker.details.clear();
        return Output{};
    });
    const auto settled = settle(fake.node, {"mtu"});
    REQUIRE_FALSE(settled);
    CHECK(settled.error().message == "containers that ran before no longer run: aaaabbbbcccc");
}

TEST_CASE("a daemon that is down starts with live-restore, for the containers it left")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    dockerd.run_container("aaaa");
    fake.host.with_file(file, "{}");
    fake.docker.running = false;
    fake.docker.about.live_restore = true; // as it was when it died
    REQUIRE(settle(fake.node, {"mtu"}));
    CHECK(fake.docker.details["aaaa"].pid == 100);
    CHECK(*fake.host.read(file) == "{}");
    CHECK_FALSE(fake.docker.about.live_restore);
}

TEST_CASE("in a swarm nothing says live-restore")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    fake.docker.about.swarm_active = true;
    fake.host.with_file(file, "{}");
    REQUIRE(settle(fake.node, {"mtu"}));
    CHECK(dockerd.restarts == 1);
    CHECK(std::ranges::count(fake.host.ran, Command{"systemctl", "reload", "docker"}) == 0);
    CHECK(*fake.host.read(file) == "{}");
}
