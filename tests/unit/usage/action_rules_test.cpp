#include "rules.h"

using namespace harden;
using namespace harden::test;

static std::string complaint_about(std::string_view site)
{
    const auto rules = rules_with(cat("version = 1\n", site));
    return rules ? "" : rules.error().message;
}

TEST_CASE("as shipped everything is only logged, and nobody is told")
{
    const auto rules = shipped_rules().actions;
    CHECK(rules.miner == std::vector{MinerAction::Log});
    CHECK(rules.suspect == std::vector{MinerAction::Log});
    CHECK(rules.webhook.address.empty());
    CHECK(rules.metrics.file.empty());
    CHECK(rules.exemptions.empty());
}

TEST_CASE("a ladder goes from the mildest rung up, however it is written")
{
    const auto rules =
        rules_with("version = 1\n[actions]\nminer = [\"kill\", \"limit\", \"kill\", \"pause\"]\n");
    REQUIRE(rules);
    CHECK(rules->actions.miner ==
          std::vector{MinerAction::Limit, MinerAction::Pause, MinerAction::Kill});
}

TEST_CASE("mistakes in the actions are told with their place")
{
    CHECK(complaint_about("[actions]\nminer = [\"puase\"]\n") ==
          "/etc/harden/miners.toml:3:1: actions.miner \"puase\" is no action");
    CHECK(
        complaint_about("[actions]\nsuspect = [\"kill\"]\n").find("stop and kill are for miners") !=
        std::string::npos);
    CHECK(complaint_about("[actions]\nmost_share = 2\n").find("miners.toml:3:1") !=
          std::string::npos);
    CHECK(complaint_about("[actions]\nminer = [\"webhook\"]\n").find("no address") !=
          std::string::npos);
    CHECK(complaint_about("[actions]\nconfirm = 1\n") != "");
    CHECK(complaint_about("[metrics]\nfile = \"harden.prom\"\n").find("whole path") !=
          std::string::npos);
}

TEST_CASE("a webhook goes over TLS, or to this machine itself")
{
    CHECK(complaint_about("[webhook]\nurl = \"https://hooks.example/x\"\n").empty());
    CHECK(complaint_about("[webhook]\nurl = \"http://127.0.0.1:8080/x\"\n").empty());
    CHECK(complaint_about("[webhook]\nurl = \"http://[::1]/x\"\n").empty());
    CHECK(complaint_about("[webhook]\nurl = \"http://hooks.example/x\"\nallow_http = true\n")
              .empty());
    CHECK(complaint_about("[webhook]\nurl = \"http://hooks.example/x\"\n").find("allow_http") !=
          std::string::npos);
    CHECK(complaint_about("[webhook]\nurl = \"http://localhost.evil.example/\"\n") != "");
    CHECK(complaint_about("[webhook]\nurl = \"http://localhost@evil.example/\"\n") != "");
    CHECK(complaint_about("[webhook]\nurl = \"ftp://hooks.example/\"\n") != "");
    CHECK(complaint_about("[webhook]\nsecret_file = \"webhook.secret\"\n") != "");

    const auto plain = rules_with("version = 1\n[webhook]\nurl = \"http://localhost/x\"\n");
    REQUIRE(plain);
    CHECK(plain->actions.webhook.is_plain);
    CHECK(plain->actions.webhook.url.port == "80");
    CHECK(plain->actions.webhook.url.target == "/x");
}

TEST_CASE("an action of the command line holds for miners alone")
{
    auto rules =
        rules_with("version = 1\n[actions]\nminer = [\"pause\"]\nsuspect = [\"limit\"]\n")->actions;
    REQUIRE(choose_action(rules, "kill"));
    CHECK(rules.miner == std::vector{MinerAction::Kill});
    CHECK(rules.suspect == std::vector{MinerAction::Limit});
    REQUIRE(choose_action(rules, "log"));
    CHECK(rules.suspect.empty());
    CHECK(choose_action(rules, "puase").error().hint == "did you mean \"pause\"?");
    CHECK_FALSE(choose_action(rules, "webhook"));
}
