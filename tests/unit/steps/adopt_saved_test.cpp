#include "steps/adopt_saved.h"
#include "support/catch.hpp"

using namespace harden;

static Ruleset closing_smtp()
{
    Ruleset policy;
    policy.groups.push_back({.id = "smtp", .tcp = {{25, 25}}});
    return policy;
}

static const std::string frozen = "*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n"
                                  "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n"
                                  "-A DOCKER -i docker0 -j RETURN\nCOMMIT\n*filter\n"
                                  ":INPUT DROP [0:0]\n:DOCKER-ISOLATION-STAGE-1 - [0:0]\n"
                                  ":DOCKER-USER - [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\n"
                                  "-A FORWARD -j DOCKER-USER\n"
                                  "[3:9] -A FORWARD -j DOCKER-ISOLATION-STAGE-1\n"
                                  "-A DOCKER-ISOLATION-STAGE-1 -j RETURN\n";
static const std::string old = "[0:0] -A DOCKER-USER -p tcp -m tcp --dport 25 -j DROP\n";
static const std::string end = "-A DOCKER-USER -j RETURN\nCOMMIT\n";

TEST_CASE("saved rules lose those of the scripts and Docker's own chains")
{
    CHECK(without_old_rules(frozen + old + old + end, closing_smtp()) ==
          "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n"
          "-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n");
}

TEST_CASE("what the operator saved in DOCKER-USER stays, with its chain")
{
    const std::string own = "-A DOCKER-USER -s 172.31.0.0/16 -j ACCEPT\n";
    CHECK(without_old_rules(frozen + old + own + end, closing_smtp()) ==
          "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n"
          ":DOCKER-USER - [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\n"
          "-A FORWARD -j DOCKER-USER\n" +
              own + end);
}

TEST_CASE("saved rules that the scripts had no part in stay whole")
{
    CHECK(without_old_rules(frozen + end, closing_smtp()) == frozen + end);
}
