#include "base/shipped.h"
#include "egress/compile.h"
#include "steps/adopt_signs.h"
#include "support/catch.hpp"

using namespace harden;

static Ruleset shipped_rules()
{
    return *compile_egress(*parse_egress_policy(*parse_toml(shipped("rules/egress.toml"), "f")),
                           {});
}

TEST_CASE("a rule that closes to everybody what the policy closes is an old one")
{
    const auto policy = shipped_rules();
    CHECK(is_old_rule("-d 169.254.169.254/32 -j DROP", policy));
    CHECK(is_old_rule("-d fd00:ec2::254/128 -j DROP", policy));
    CHECK(is_old_rule("-p tcp -m tcp --dport 25 -j DROP", policy));
    CHECK(is_old_rule("-p tcp --dport 6667 -j DROP", policy));
    CHECK(is_old_rule("-p udp -m udp --dport 3333 -j DROP", policy));
    CHECK(is_old_rule("-p tcp -m tcp --dport 9001 -j REJECT --reject-with tcp-reset", policy));
}

TEST_CASE("every other rule is somebody's own")
{
    const auto policy = shipped_rules();
    for (const auto* rule :
         {"-j RETURN", "", "-p tcp -m tcp --dport 8333 -j DROP", "-d 10.0.0.0/8 -j DROP",
          "-s 172.18.0.0/16 -p tcp -m tcp --dport 25 -j DROP",
          "-i eth0 -p tcp -m tcp --dport 25 -j DROP", "-p tcp -m tcp --dport 25 -j ACCEPT",
          "-p tcp -m tcp --dport 25:26 -j DROP", "-p tcp -m tcp ! --dport 25 -j DROP",
          "-p tcp -m multiport --dports 25,465 -j DROP", "-p tcp -m tcp --dport 65561 -j DROP",
          "-d 10.0.0.1/32 -p tcp -m tcp --dport 25 -j DROP", "--dport 25 -j DROP", "-p tcp -j DROP",
          "-p tcp -m tcp --dport 25 -m comment --comment harden:smtp -j HARDEN-DROP",
          "-p tcp -m tcp --dport 22 -j DROP", "-p tcp -m tcp --dport 2525 -j DROP"})
        CHECK_FALSE(is_old_rule(rule, policy));
}

TEST_CASE("what the node's policy lets somebody reach stays closed by the old rule")
{
    auto policy = shipped_rules();
    for (auto& group : policy.groups)
        if (group.id == "smtp")
            group.open_to = {"172.18.0.0/16"};
    CHECK_FALSE(is_old_rule("-p tcp -m tcp --dport 25 -j DROP", policy));
    CHECK(is_old_rule("-p tcp -m tcp --dport 3333 -j DROP", policy));
}

TEST_CASE("rules of DOCKER-USER are found in a save, with counters and without")
{
    CHECK(docker_user_rules("*filter\n:DOCKER-USER - [0:0]\n-A DOCKER-USER -j RETURN\n"
                            "[7:90] -A DOCKER-USER -d 169.254.169.254/32 -j DROP\n"
                            "-A FORWARD -j DOCKER-USER\n-A DOCKER-USERS -j DROP\n[\nCOMMIT\n") ==
          std::vector<std::string>{"-j RETURN", "-d 169.254.169.254/32 -j DROP"});
}

TEST_CASE("a line of a crontab that runs a script and nothing else is found")
{
    const auto by_root = [](std::string_view line) {
        return old_script_run_by(line, LineOf::RootCrontab);
    };
    CHECK(by_root("*/5 * * * * /root/detect-miners.sh") == "/root/detect-miners.sh");
    CHECK(by_root("*/5\t* * * *  AUTO_KILL=true bash /opt/detect-miners.sh >>/var/log/m 2>&1") ==
          "/opt/detect-miners.sh");
    CHECK(by_root("@reboot /bin/sh /root/setup-egress-rules.sh") == "/root/setup-egress-rules.sh");
    CHECK(old_script_run_by("*/5 * * * * root /root/detect-miners.sh", LineOf::SystemCrontab) ==
          "/root/detect-miners.sh");
    CHECK(old_script_run_by("bash /root/setup-egress-rules.sh", LineOf::Script) ==
          "/root/setup-egress-rules.sh");
}

TEST_CASE("a line that does something else stays")
{
    for (const auto* line :
         {"", "MAILTO=root", "# */5 * * * * /root/detect-miners.sh", "*/5 * * * *",
          "*/5 * * * * /root/detect-miners.sh && /root/backup.sh",
          "*/5 * * * * /root/detect-miners.sh; reboot",
          "*/5 * * * * /root/detect-miners.sh | mail root", "0 3 * * * /root/backup.sh",
          "*/5 * * * * cat /root/detect-miners.sh", "*/5 * * * * /root/my-detect-miners.sh",
          "*/5 * * * * /root/harden-ssh.sh"})
        CHECK(old_script_run_by(line, LineOf::RootCrontab).empty());
    CHECK(mentions_old_script("*/5 * * * * /root/detect-miners.sh && /root/backup.sh"));
    CHECK_FALSE(mentions_old_script("# /root/detect-miners.sh"));
}

TEST_CASE("a line of rc.local that adds such a rule is found")
{
    const auto policy = shipped_rules();
    CHECK(adds_old_rule("iptables -I DOCKER-USER -p tcp --dport 25 -j DROP", policy));
    CHECK(adds_old_rule("/sbin/iptables -w -A DOCKER-USER -d 169.254.169.254 -j DROP", policy));
    CHECK(adds_old_rule("iptables -I DOCKER-USER 1 -p tcp --dport 25 -j DROP", policy));
    for (const auto* line :
         {"iptables -F DOCKER-USER", "iptables -A INPUT -p tcp --dport 25 -j DROP",
          "iptables -A DOCKER-USER", "iptables -A DOCKER-USER 1",
          "iptables -A DOCKER-USER -p tcp --dport 25 -j DROP; reboot", "DOCKER-USER", "exit 0",
          "echo -A DOCKER-USER -p tcp --dport 25 -j DROP", ""})
        CHECK_FALSE(adds_old_rule(line, policy));
}

TEST_CASE("lines are taken out and the others stay byte for byte")
{
    const auto is_old = [](std::string_view line) { return line == "old"; };
    CHECK(without_lines("a\r\nold\n\n b", is_old) == "a\r\n\n b");
    CHECK(without_lines("a\nold", is_old) == "a\n");
    CHECK(without_lines("older\n", is_old) == "older\n");
    CHECK(without_lines("", is_old).empty());
}
