#include "cgroup_tree.h"
#include "rules.h"
#include "usage/evidence.h"

using namespace harden;
using namespace harden::test;

static std::vector<std::string> seen_in(std::string command)
{
    std::replace(command.begin(), command.end(), ' ', '\0');
    std::vector<std::string> seen;
    for (const auto& sign : evidence_in_command(command, shipped_rules().evidence))
        seen.push_back(sign.what);
    return seen;
}

TEST_CASE("a miner's command line gives itself away")
{
    using List = std::vector<std::string>;
    CHECK(seen_in("/tmp/xmrig") == List{"name xmrig"});
    CHECK(seen_in("./XMRig-6.21 -o x") == List{"name xmrig"});
    CHECK(seen_in("sh -c loop --Donate-Level 1") == List{"argument --donate-level"});
    CHECK(seen_in("update -o stratum+tcp://pool.example:3333") == List{"argument stratum+tcp://"});
    CHECK(seen_in("x -a rx/0") == List{"argument -a rx/"});
    CHECK(seen_in("x -u 4" + std::string(94, 'A')) == List{"wallet monero"});
    CHECK(seen_in("x -u 8" + std::string(94, '2') + ".worker") == List{"wallet monero"});
}

TEST_CASE("honest command lines do not")
{
    const auto command = GENERATE(as<std::string>{}, "", "grep xmrig /var/log/syslog", "xmrigger",
                                  "node server.js --port 3333", "nicehash_api.sh",
                                  "ffmpeg -i in -a rate", "claymores");
    CHECK(seen_in(command).empty());
    CHECK(seen_in("x 5" + std::string(94, 'A')).empty());
    CHECK(seen_in("x 4" + std::string(95, 'A')).empty());
    CHECK(seen_in("x 4" + std::string(93, 'A')).empty());
    CHECK(seen_in("x 4" + std::string(93, 'A') + "0").empty());
}

TEST_CASE("an image may be named after what it does")
{
    const auto rules = shipped_rules().evidence;
    CHECK(evidence_in_image("docker.io/someone/xmrig:latest", rules).size() == 1);
    CHECK(evidence_in_image("xmrig/web", rules).empty());
}

TEST_CASE("a pool's address in a command line is a pool's name")
{
    const auto rules = shipped_rules().evidence;
    const std::string command{"x\0-o\0Gulf.MoneroOcean.stream:10128\0", 35};
    CHECK(evidence_in_command(command, rules) ==
          std::vector{Sign{SignKind::PoolName, "pool moneroocean.stream"}});
    CHECK(evidence_in_command("ping moneroocean.stream", rules).empty());
}

TEST_CASE("an environment gives a miner away by its pool, not by a wallet alone")
{
    const auto rules = shipped_rules().evidence;
    const auto wallet = "PAY_TO=4" + std::string(94, 'A');
    CHECK(evidence_in_environment(wallet, rules).empty());
    CHECK(evidence_in_environment("URL=stratum+tcp://a:1", rules) ==
          std::vector{Sign{SignKind::Program, "environment stratum+tcp://"}});
    const auto both = "POOL=pool.hashvault.pro:443" + std::string(1, '\0') + wallet;
    CHECK(evidence_in_environment(both, rules) ==
          std::vector{Sign{SignKind::PoolName, "pool hashvault.pro"},
                      Sign{SignKind::Program, "wallet monero"}});
    CHECK(evidence_in_environment("HOME=/root", rules).empty());
}

TEST_CASE("a name may be a path")
{
    const auto rules = shipped_rules().evidence;
    CHECK(evidence_in_name("/tmp/xmrig (deleted)", rules).size() == 1);
    CHECK(evidence_in_name("xmrig", rules).size() == 1);
    CHECK(evidence_in_name("/opt/xmrig/web", rules).empty());
}
