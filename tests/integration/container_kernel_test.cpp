#include "egress/container_nft.h"
#include "support/catch.hpp"
#include "support/private_network.h"
#include "system/container_features.h"
#include "system/container_kernel.h"
#include "system/dns_jobs.h"
#include "system/traffic_shaper.h"

#include <sched.h>
#include <semaphore>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

using namespace harden;
using namespace harden::test;

static const std::string id(64, 'c');

// What is written below /run is this process's own.
static void enter_private_run()
{
    REQUIRE(unshare(CLONE_NEWNS) == 0);
    REQUIRE(mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
    REQUIRE(mount("run", "/run", "tmpfs", 0, nullptr) == 0);
}

static ContainerPlan plan_of(const ContainerWish& wish)
{
    const PlacedLink link{.link = {.device = "cable",
                                   .inner_device = "cable",
                                   .bridge = "docker0",
                                   .bridge_address = "02:42:00:00:00:01"},
                          .hardware_address = "02:42:ac:11:00:02",
                          .address4 = "172.17.0.2",
                          .addresses6 = {"2001:db8::2"}};
    return {{*with_wish({.id = id}, wish), getpid(), {link}}};
}

TEST_CASE("nothing is said to be lacking on a kernel that can do all")
{
    if (!enter_private_network())
        return;
    CHECK(explained({ErrorKind::Failed, "refused", {}}).message == "refused");
}

TEST_CASE("the kernel holds what was asked for, until somebody changes it")
{
    if (!enter_private_network())
        return;
    enter_private_run();
    shell("ip link add cable type veth peer name other; ip link set cable up");
    const auto control = container_kernel();
    const auto plan = plan_of({.mode = "allow",
                               .domains = {"example.org"},
                               .targets = {"192.0.2.0/24:443"},
                               .quota = "1M/day"});
    CHECK(control->difference({})->empty());
    REQUIRE_FALSE(control->difference(plan)->empty());
    const auto written = control->replace(plan);
    INFO((written ? std::string{} : written.error().message));
    REQUIRE(written);
    CHECK(control->difference(plan)->empty());
    // what the proxy and the packets add is none of it
    shell(cat("nft add element inet harden_container ", dns_set(id, false),
              " '{ 203.0.113.1 timeout 1m }'"));
    CHECK(control->difference(plan)->empty());
    shell("nft flush chain inet harden_container forward");
    CHECK_FALSE(control->difference(plan)->empty());
    REQUIRE(control->replace(plan));
    CHECK(control->difference(plan)->empty());
    CHECK(
        shell(cat("nft list set inet harden_container ", dns_set(id, false))).find("203.0.113.1") !=
        std::string::npos);
    REQUIRE(control->replace(plan_of({.mode = "none"})));
    CHECK(shell("nft list ruleset").find("dns4_") == std::string::npos);
    REQUIRE(control->replace({}));
    CHECK(shell("nft list ruleset").empty());
    CHECK(control->difference({})->empty());
}

TEST_CASE("a shaper goes where none was, and nothing of it stays")
{
    if (!enter_private_network())
        return;
    shell("ip link add cable type veth peer name other; ip link set cable up");
    const auto before = shell("tc qdisc show dev cable");
    CHECK(shaped_devices()->empty());
    REQUIRE(shape("cable", 50'000'000));
    CHECK(*shaped_rate("cable") == 50'000'000);
    CHECK(*shaped_devices() == std::vector<std::string>{"cable"});
    REQUIRE(shape("cable", 8'000));
    CHECK(*shaped_rate("cable") == 8'000);
    REQUIRE(shape("cable", 10'000'000'000));
    CHECK(*shaped_rate("cable") == 10'000'000'000);
    REQUIRE(shape("cable", 0));
    CHECK(shell("tc qdisc show dev cable") == before);
    REQUIRE(shape("cable", 0));
    shell("tc qdisc add dev cable root tbf rate 1mbit burst 32k latency 50ms");
    const auto foreign = shell("tc qdisc show dev cable");
    CHECK_FALSE(shape("cable", 50'000'000));
    REQUIRE(shape("cable", 0));
    CHECK(shell("tc qdisc show dev cable") == foreign);
    CHECK(shape("nothing", 1'000'000).is_absent());
}

TEST_CASE("one client keeps neither the queue nor the threads")
{
    DnsJobs jobs;
    std::binary_semaphore started{0};
    std::binary_semaphore released{0};
    REQUIRE(jobs.put({"greedy", 1, [&] {
                          started.release();
                          released.acquire();
                      }}));
    std::thread busy{[&] { jobs.work(); }};
    started.acquire();
    int waiting = 0;
    while (waiting < 1000 && jobs.put({"greedy", 1, [] {}}))
        ++waiting;
    CHECK(waiting == 64);
    bool is_done = false;
    REQUIRE(jobs.put({"other", 1, [&] { is_done = true; }}));
    jobs.work(); // passes over the greedy one's
    CHECK(is_done);
    released.release();
    busy.join();
}
