#include "egress/ruleset_json.h"
#include "egress/wanted.h"
#include "steps/egress_keeper.h"
#include "support/catch.hpp"
#include "support/fake_node.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeNode;

static const Command docker_state{"systemctl", "show",          "--property=ActiveState",
                                  "--value",   "docker.socket", "docker.service"};
static const Heard somebody_wrote{.rules = true, .writers = {{"iptables", 4711}}};

// A node on which the policy is applied, and its keeper after the first look.
struct Kept {
    FakeNode fake;
    std::vector<std::string> log;
    bool hears_docker = true;
    int opened = 0;
    EgressKeeper keeper{fake.node,
                        [this](std::string_view line) { log.emplace_back(line); },
                        {[this] { return hears_docker; }, [this] { ++opened; }}};
    Moment now{1'000'000};

    Kept()
    {
        const auto wanted = *wanted_ruleset(fake.node);
        fake.host.with_file(recorded_ruleset_file, to_json(wanted));
        fake.firewall.held = wanted;
        keeper.begin(now);
        settle();
    }
    Ruleset recorded() const { return *recorded_ruleset(fake.host); }
    bool is_whole() const { return fake.firewall.difference(recorded())->empty(); }
    // Lets time pass until nothing is due; how long that took.
    Moment settle()
    {
        const auto start = now;
        for (int round = 0; keeper.due() && round < 50; ++round) {
            now = std::max(now, *keeper.due());
            keeper.tend({}, now);
        }
        return now - start;
    }
    void hear(const Heard& heard) { keeper.tend(heard, now); }
};

TEST_CASE("while nothing happens nothing is due and nothing is said")
{
    Kept kept;
    CHECK_FALSE(kept.keeper.due());
    CHECK(kept.log.empty());
    CHECK(kept.fake.firewall.replaced == 0);
}

TEST_CASE("the start puts back what went away before")
{
    FakeNode fake;
    const auto wanted = *wanted_ruleset(fake.node);
    fake.host.with_file(recorded_ruleset_file, to_json(wanted));
    EgressKeeper keeper{fake.node, [](std::string_view) {}};
    keeper.begin(Moment{0});
    CHECK(fake.firewall.held == wanted);
}

TEST_CASE("rules that somebody took away are back at once, and it is said who it was")
{
    Kept kept;
    kept.fake.firewall.tamper();
    kept.hear(somebody_wrote);
    CHECK(kept.settle() < Moment{100});
    CHECK(kept.is_whole());
    REQUIRE(kept.log.size() == 1);
    CHECK(kept.log[0].starts_with("put back: "));
    CHECK(kept.log[0].ends_with(", by \"iptables\" (process 4711)"));
}

TEST_CASE("a change that touches nothing of ours is neither answered nor told")
{
    Kept kept;
    kept.hear(somebody_wrote);
    kept.settle();
    CHECK(kept.fake.firewall.replaced == 0);
    CHECK(kept.log.empty());

    kept.fake.firewall.tamper();
    kept.hear({.rules = true});
    kept.settle();
    REQUIRE(kept.log.size() == 1);
    CHECK(kept.log[0].find("iptables") == std::string::npos);
}

TEST_CASE("where no policy is applied nothing is put back")
{
    Kept kept;
    REQUIRE(kept.fake.host.remove(recorded_ruleset_file));
    REQUIRE(kept.fake.firewall.remove());
    kept.hear({.rules = true, .networks = true});
    kept.settle();
    CHECK_FALSE(kept.fake.firewall.held);
    CHECK(kept.log.empty());
}

TEST_CASE("nobody is fought for ever")
{
    Kept kept;
    const auto start = kept.now;
    while (kept.now - start < Moment{120'000}) {
        kept.fake.firewall.tamper();
        kept.hear(somebody_wrote);
        kept.settle();
        kept.now += Moment{20};
    }
    CHECK(kept.fake.firewall.replaced >= MendPace::most_a_minute + 10);
    CHECK(kept.fake.firewall.replaced <= MendPace::most_a_minute + 13);
    const auto warned = std::ranges::count_if(kept.log, [](const auto& line) {
        return line.starts_with("warning: ") &&
               line.find("\"iptables\" (process 4711)") != std::string::npos;
    });
    CHECK(warned == 1);
}

TEST_CASE("a fight for DOCKER-USER alone leaves our own table guarded")
{
    Kept kept;
    kept.fake.firewall.damaged_backend = "iptables-nft";
    for (int i = 0; i < 2 * MendPace::most_a_minute; ++i) {
        kept.fake.firewall.tamper();
        kept.hear(somebody_wrote);
        kept.now += Moment{300};
        kept.keeper.tend({}, kept.now);
    }
    const auto replaced = kept.fake.firewall.replaced;
    CHECK(replaced <= MendPace::most_a_minute + 2);
    CHECK(std::ranges::count_if(kept.log, [](const auto& line) {
              return line.starts_with("warning: ") &&
                     line.find("DOCKER-USER lacks its copy") != std::string::npos;
          }) == 1);

    kept.fake.firewall.damaged_backend = "nftables";
    kept.fake.firewall.tamper();
    kept.hear(somebody_wrote);
    kept.now += Moment{210};
    kept.keeper.tend({}, kept.now);
    CHECK(kept.fake.firewall.replaced == replaced + 1);
    CHECK(kept.is_whole());
}

TEST_CASE("a kernel that refuses is told once and tried again every second")
{
    Kept kept;
    kept.fake.firewall.tamper();
    kept.fake.firewall.refuses = true;
    kept.hear(somebody_wrote);
    for (int i = 0; i < 5; ++i) {
        REQUIRE(kept.keeper.due());
        kept.now = std::max(kept.now, *kept.keeper.due());
        kept.keeper.tend({}, kept.now);
    }
    CHECK(kept.log == std::vector<std::string>{"error: the kernel refused the rules"});
    CHECK(*kept.keeper.due() == kept.now + Moment{1'000});
    kept.fake.firewall.refuses = false;
    kept.settle();
    CHECK(kept.is_whole());
}

TEST_CASE("a network with a bridge of its own is covered as soon as Docker tells of it")
{
    Kept kept;
    kept.hear({.networks = true});
    kept.now += Moment{300};
    kept.keeper.tend({}, kept.now);
    kept.fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"}};
    kept.settle();
    CHECK(std::ranges::count(kept.recorded().container_interfaces, "mybr0") == 1);
    CHECK(kept.fake.firewall.held == kept.recorded());
    CHECK(kept.fake.firewall.held == *wanted_ruleset(kept.fake.node));
    CHECK(kept.log == std::vector<std::string>{"followed Docker: new mybr0; gone none"});

    kept.fake.docker.known_networks.clear();
    kept.hear({.networks = true});
    kept.settle();
    CHECK(std::ranges::count(kept.recorded().container_interfaces, "mybr0") == 0);
    CHECK_FALSE(kept.keeper.due());
}

TEST_CASE("while Docker is down no bridge loses its cover")
{
    Kept kept;
    kept.fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"}};
    kept.hear({.networks = true});
    kept.settle();
    const auto before = kept.recorded();
    kept.fake.docker.running = false;
    kept.hear({.networks = true});
    kept.settle();
    CHECK(kept.recorded() == before);
    CHECK(kept.fake.firewall.held == before);
}

TEST_CASE("a Docker that a question would start is left alone")
{
    Kept kept;
    kept.hears_docker = false;
    kept.fake.host.answering(docker_state, {.out = "active\n\ndeactivating\n"});
    kept.fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"}};
    const auto before = kept.recorded();
    kept.hear({.networks = true});
    kept.settle();
    CHECK(kept.recorded() == before);
    kept.hears_docker = true; // it goes on talking while it is being stopped
    kept.hear({.docker = true});
    kept.settle();
    CHECK(kept.recorded() == before);

    kept.hears_docker = false;
    kept.fake.host.answering(docker_state, {.out = "active\n\nactivating\n"});
    kept.hear({.networks = true});
    kept.now += Moment{60'000};
    kept.keeper.tend({}, kept.now);
    CHECK(kept.recorded() == before);
    CHECK(kept.opened == 0);
    kept.fake.host.answering(docker_state, {.out = "active\n\nactive\n"});
    kept.settle();
    CHECK(kept.recorded() != before);
    CHECK(kept.opened == 1);
}

TEST_CASE("a word of Docker is followed at once, and once more when it has settled")
{
    Kept kept;
    kept.fake.host.with_file(egress_site_file,
                             "version = 1\n[networks.build]\nopen = [\"smtp\"]\n");
    kept.fake.host.with_file(recorded_ruleset_file, to_json(*wanted_ruleset(kept.fake.node)));
    kept.hear({.rules = true});
    kept.settle();
    kept.log.clear();

    kept.fake.docker.known_networks = {
        {.name = "build", .driver = "bridge", .bridge = "br-1", .subnets = {"172.20.0.0/16"}}};
    kept.hear({.docker = true});
    kept.now += Moment{60};
    kept.keeper.tend({}, kept.now);
    CHECK(kept.fake.firewall.held == *wanted_ruleset(kept.fake.node));
    CHECK(kept.log ==
          std::vector<std::string>{"followed Docker: new smtp open to 172.20.0.0/16; gone none"});
    kept.fake.docker.known_networks.clear();
    CHECK(kept.settle() <= Moment{550});
    CHECK(kept.fake.firewall.held == *wanted_ruleset(kept.fake.node));
    CHECK(kept.log.back() == "followed Docker: new none; gone smtp open to 172.20.0.0/16");
}

TEST_CASE("a hundred words of Docker are few questions")
{
    Kept kept;
    for (int i = 0; i < 100; ++i) {
        kept.hear({.docker = true});
        kept.now += Moment{1};
    }
    int questions = 0;
    for (; kept.keeper.due(); ++questions) {
        kept.now = std::max(kept.now, *kept.keeper.due());
        kept.keeper.tend({}, kept.now);
    }
    CHECK(questions <= 6);
}

TEST_CASE("while Docker is not heard, rules that change may be its own at its start")
{
    Kept kept;
    kept.hears_docker = false;
    kept.hear({.rules = true});
    kept.settle();
    CHECK(kept.opened > 0);
}

TEST_CASE("a policy that the operator has not applied stays unapplied")
{
    Kept kept;
    kept.fake.host.with_file(egress_site_file, "version = 1\n[groups.smtp]\nenabled = false\n");
    kept.fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"}};
    const auto before = kept.recorded();
    kept.hear({.networks = true});
    kept.settle();
    CHECK(kept.recorded().groups == before.groups);
    CHECK(std::ranges::count(kept.recorded().container_interfaces, "mybr0") == 1);
    CHECK(kept.is_whole());
}

TEST_CASE("the record is not written while another harden is at work")
{
    Kept kept;
    kept.fake.host.lock_holder = "4711 egress apply";
    kept.fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"}};
    const auto before = kept.recorded();
    kept.hear({.networks = true});
    kept.now += Moment{110};
    kept.keeper.tend({}, kept.now);
    CHECK(kept.recorded() == before);
    CHECK(kept.log.empty());
    kept.fake.host.lock_holder.clear();
    kept.settle();
    CHECK(kept.recorded() != before);
}

TEST_CASE("rules that somebody else wrote between are tried again at once and without a word")
{
    Kept kept;
    kept.fake.docker.known_networks = {{.name = "own", .driver = "bridge", .bridge = "mybr0"}};
    kept.fake.firewall.refuses = true;
    kept.fake.firewall.refuses_as = ErrorKind::TimedOut;
    kept.hear({.networks = true});
    kept.now += Moment{110};
    kept.keeper.tend({}, kept.now);
    CHECK(kept.log.empty());
    REQUIRE(kept.keeper.due());
    CHECK(*kept.keeper.due() <= kept.now + Moment{20});
    kept.fake.firewall.refuses = false;
    kept.settle();
    CHECK(kept.is_whole());
    CHECK(kept.log == std::vector<std::string>{"followed Docker: new mybr0; gone none"});
}
