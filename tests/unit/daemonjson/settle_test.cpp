#include "daemonjson/settle.h"
#include "support/catch.hpp"
#include "unit/daemonjson/fake_dockerd.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeDockerd;
using harden::test::FakeNode;

static constexpr auto file = default_daemon_file;

static bool nothing_answers(const std::string&, std::uint16_t)
{
    return false;
}

TEST_CASE("a reload brings the daemon to what its file says")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    fake.host.with_file(file, R"({"live-restore": true})");
    REQUIRE(settle(fake.node, {}, nothing_answers));
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
        REQUIRE(settle(fake.node, {}, nothing_answers));
        CHECK(*fake.host.read(file) == "{\"debug\": false}");
    }
    SECTION("with the whole file")
    {
        REQUIRE(settle(fake.node, {}, nothing_answers));
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
    REQUIRE(settle(fake.node, {"mtu"}, nothing_answers));
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
    const auto settled = settle(fake.node, {"mtu"}, nothing_answers);
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
    const auto settled = settle(fake.node, {"mtu"}, nothing_answers);
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
    const auto settled = settle(fake.node, {"mtu"}, nothing_answers);
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
    REQUIRE(settle(fake.node, {"mtu"}, nothing_answers));
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
    REQUIRE(settle(fake.node, {"mtu"}, nothing_answers));
    CHECK(dockerd.restarts == 1);
    CHECK(std::ranges::count(fake.host.ran, Command{"systemctl", "reload", "docker"}) == 0);
    CHECK(*fake.host.read(file) == "{}");
}

static Container proxy(std::string name, std::string image, PublishedPort port)
{
    return {.id = std::string(64, 'b'),
            .name = std::move(name),
            .image = std::move(image),
            .state = "running",
            .ports = {std::move(port)}};
}

TEST_CASE("a reverse proxy is known by its name or its image, as verify.toml says")
{
    FakeNode fake;
    const auto shipped_patterns = *proxy_patterns(fake.host);
    const auto is = [&](std::string name, std::string image) {
        return is_proxy(proxy(std::move(name), std::move(image), {}), shipped_patterns);
    };
    CHECK(is("coolify-proxy", "whatever"));
    CHECK(is("web", "registry.example:5000/library/traefik:v3.1"));
    CHECK(is("web", "caddy@sha256:1234"));
    CHECK_FALSE(is("web", "nginx:1"));
    fake.host.with_file("/etc/harden/verify.toml", "[system_containers]\nproxy = [\"edge-*\"]\n");
    CHECK(is_proxy(proxy("edge-1", "ours", {}), *proxy_patterns(fake.host)));
    CHECK_FALSE(is_proxy(proxy("traefik", "traefik", {}), *proxy_patterns(fake.host)));
}

TEST_CASE("a reverse proxy without an address of IPv6 is served over it by the userland proxy")
{
    FakeNode fake;
    fake.host.with_file("/proc/net/if_inet6",
                        "20010db8000000000000000000000001 02 40 00 80 eth0\n");
    fake.docker.listed = {proxy("traefik", "traefik:v3", {"::", 443, 443, "tcp"})};
    auto& container = fake.docker.listed[0];
    container.ports.push_back({"0.0.0.0", 443, 443, "tcp"});
    container.addresses = {"10.0.1.2"};
    const auto all = [](const std::string&, std::uint16_t) { return true; };
    const auto found = served_by_userland_proxy(fake.node, all);
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().address == "2001:0db8:0000:0000:0000:0000:0000:0001");
    container.addresses.push_back("2001:db8:1::2");
    CHECK(served_by_userland_proxy(fake.node, all)->empty());
}

TEST_CASE("a reverse proxy that answered before and is silent afterwards is an error")
{
    FakeNode fake;
    FakeDockerd dockerd{fake};
    fake.host.with_file(file, R"({"live-restore": true})");
    fake.docker.listed = {proxy("coolify-proxy", "traefik:v3", {"0.0.0.0", 443, 443, "tcp"})};
    fake.docker.details[std::string(64, 'b')].pid = 100;
    const bool answers_afterwards = GENERATE(true, false);
    std::vector<std::string> tried;
    const auto settled =
        settle(fake.node, {"mtu"}, [&](const std::string& address, std::uint16_t port) {
            tried.push_back(cat(address, " ", std::to_string(port)));
            return dockerd.restarts == 0 || answers_afterwards;
        });
    CHECK(tried.front() == "127.0.0.1 443");
    CHECK(dockerd.restarts == 1);
    if (answers_afterwards) {
        CHECK(settled);
    } else {
        REQUIRE_FALSE(settled);
        CHECK(
            settled.error().message ==
            "the reverse proxy no longer accepts connections: coolify-proxy at 127.0.0.1 port 443");
    }
}

TEST_CASE("a port published on IPv6 counts where the node has a public address of it")
{
    FakeNode fake;
    fake.docker.listed = {proxy("traefik", "traefik:v3", {"::", 443, 443, "tcp"})};
    const auto all = [](const std::string&, std::uint16_t) { return true; };
    CHECK(answering_proxies(fake.node, all)->empty());
    fake.host.with_file("/proc/net/if_inet6",
                        "00000000000000000000000000000001 01 80 10 80       lo\n"
                        "fe800000000000000000000000000001 02 40 20 80     eth0\n"
                        "20010db8000000000000000000000007 02 40 00 80     eth0\n");
    const auto found = *answering_proxies(fake.node, all);
    REQUIRE(found.size() == 1);
    CHECK(found[0].address == "2001:0db8:0000:0000:0000:0000:0000:0007");
}
