#include "steps/provision_adopt.h"
#include "unit/steps/operator.h"

using namespace harden;
using namespace harden::test;

static const std::string six_rules =
    "-A DOCKER-USER -p tcp -m tcp --dport 9030 -j DROP;-A DOCKER-USER -p tcp -m tcp --dport 6667 "
    "-j DROP;-A DOCKER-USER -p tcp -m tcp --dport 3333 -j DROP;-A DOCKER-USER -p tcp -m tcp "
    "--dport 25 -j DROP;-A DOCKER-USER -p tcp -m tcp --dport 465 -j DROP;-A DOCKER-USER -d "
    "169.254.169.254/32 -j DROP;-A DOCKER-USER -j RETURN;";

TEST_CASE("a node that scripts hardened is refused before any change, and it is said what to do")
{
    Operator op;
    op.node.facts["old.cron"] = "*/5 * * * * /root/detect-miners.sh;";
    op.node.facts["old.rules"] = six_rules;
    const auto refused = op.run();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "shell scripts hardened this node before: root's crontab runs "
                                     "/root/detect-miners.sh, 6 rules in DOCKER-USER");
    CHECK(refused.error().hint.starts_with("setup --adopt replaces them"));
    CHECK(op.node.changes().empty());
    CHECK(op.node.files.empty());
}

TEST_CASE("a few rules of the operator's own are no reason to refuse")
{
    Operator op;
    op.node.facts["old.rules"] = "-A DOCKER-USER -d 169.254.169.254/32 -j DROP;"
                                 "-A DOCKER-USER -p tcp -m tcp --dport 8333 -j DROP;";
    op.node.facts["old.cron"] = "# */5 * * * * /root/detect-miners.sh;";
    CHECK(op.run());
}

TEST_CASE("adopting replaces them before the policy and the detector are looked at")
{
    Operator op;
    op.node.facts["old.cron"] = "*/5 * * * * /root/detect-miners.sh;";
    op.request.adopt = true;
    const auto outcome = op.run();
    REQUIRE(outcome);
    CHECK(op.seen[2] == "adopt done");
    CHECK(op.seen[3] == "egress done");
    CHECK(holds(op.node.asked, "/usr/libexec/harden/adopt apply"));
    CHECK(op.run()->exit == 0);
    CHECK(op.seen[2] == "adopt ok");

    SECTION("what stays is in the plan as well")
    {
        op.node.answers["adopt plan"] = {
            .status = 1,
            .out =
                R"({"schema": "harden.adopt/1", "changes": [{"what": "a", "from": "", "to": "b"}]})",
            .err = "note: keep /etc/ssh/sshd_config.bak: a copy\n"};
        op.request.dry_run = true;
        const auto planned = op.run();
        REQUIRE(planned);
        const auto& step = planned->steps[2];
        CHECK(step.detail == "1 change: root's crontab runs /root/detect-miners.sh");
        REQUIRE(step.changes.size() == 2);
        CHECK(step.changes[1].what == "keep /etc/ssh/sshd_config.bak: a copy");
    }
}

TEST_CASE("on a node without Docker --install-docker comes first")
{
    Operator op;
    op.node.facts["docker.installed"] = "no";
    op.node.facts["docker.running"] = "no";
    const auto refused = op.run();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().hint.starts_with("setup --install-docker"));
    op.request.install_docker = true;
    SECTION("it is planned")
    {
        op.request.dry_run = true;
        REQUIRE(op.run());
        CHECK(op.seen[0] == "docker pending");
        CHECK(op.node.changes().empty());
    }
    SECTION("and done with the distribution's package")
    {
        REQUIRE(op.run());
        CHECK(op.seen[0] == "docker done");
        CHECK(op.seen[1] == "package done");
        CHECK(holds(op.node.asked, "docker.io"));
        CHECK(holds(op.node.asked, "systemctl start docker"));
    }
    SECTION("without a mirror that is said, and nothing else is tried")
    {
        op.node.answers["env"] = {.status = 100, .err = "E: Unable to locate package docker.io"};
        op.node.answers["apt-get"] = {.status = 100, .err = "E: no sources"};
        const auto outcome = op.run();
        REQUIRE(outcome);
        CHECK(outcome->exit == 2);
        CHECK(op.seen[0] == "docker failed");
        CHECK(op.seen[1] == "package not-started");
        CHECK(outcome->steps[0].detail.find("E: no sources") != std::string::npos);
        CHECK(outcome->steps[0].hint.starts_with("the node needs a mirror"));
    }
}
