#include "steps/adopt_rules.h"
#include "support/catch.hpp"

using namespace harden;

static const std::string smtp = "-p tcp -m tcp --dport 25 -j DROP";
static const std::string own = "-s 172.18.0.0/16 -j ACCEPT";
static const std::string ours = "-m comment --comment \"harden:metadata\" -j HARDEN-META";

static Ruleset closing_smtp()
{
    Ruleset policy;
    policy.groups.push_back({.id = "smtp", .tcp = {{25, 25}}});
    return policy;
}

TEST_CASE("old rules are counted among those that are not ours, doubled ones each for itself")
{
    CHECK(old_rules_among({ours, smtp, own, smtp}, "iptables", closing_smtp()) ==
          std::vector<TakenRule>{{"iptables", 1, smtp}, {"iptables", 3, smtp}});
    CHECK(old_rules_among({own}, "iptables", closing_smtp()).empty());
}

TEST_CASE("they go back to where they were")
{
    const std::vector<TakenRule> taken{{"iptables", 1, smtp}, {"iptables", 3, smtp}};
    CHECK(putting_back("*filter\n:DOCKER-USER - [0:0]\n-A DOCKER-USER " + ours +
                           "\n-A DOCKER-USER " + own + "\nCOMMIT\n",
                       taken) ==
          "*filter\n-I DOCKER-USER 2 " + smtp + "\n-I DOCKER-USER 4 " + smtp + "\nCOMMIT\n");
    SECTION("those of an interrupted run that are still there are not doubled")
    {
        CHECK(putting_back("*filter\n:DOCKER-USER - [0:0]\n-A DOCKER-USER " + smtp +
                               "\n-A DOCKER-USER " + own + "\nCOMMIT\n",
                           taken) == "*filter\n-D DOCKER-USER " + smtp + "\n-I DOCKER-USER 1 " +
                                         smtp + "\n-I DOCKER-USER 3 " + smtp + "\nCOMMIT\n");
    }
    SECTION("a chain that is shorter by now gets them at its end")
    {
        CHECK(putting_back("*filter\n:DOCKER-USER - [0:0]\nCOMMIT\n", taken) ==
              "*filter\n-I DOCKER-USER 1 " + smtp + "\n-I DOCKER-USER 2 " + smtp + "\nCOMMIT\n");
    }
    SECTION("a chain that is gone is made")
    {
        CHECK(putting_back("", taken).starts_with("*filter\n:DOCKER-USER - [0:0]\n-I "));
    }
}

TEST_CASE("what was taken is read as it was written, and nothing else is")
{
    const std::vector<TakenRule> taken{{"iptables", 1, smtp}, {"ip6tables", 12, smtp}};
    CHECK(*parse_taken_rules(to_text(taken)) == taken);
    CHECK(parse_taken_rules("")->empty());
    for (const auto* text : {"iptables", "iptables 1", "sh 1 -c true", "iptables 0 -j DROP",
                             "iptables x -j DROP", "iptables 99999999 -j DROP"})
        CHECK_FALSE(parse_taken_rules(text));
}
