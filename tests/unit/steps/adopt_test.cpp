#include "steps/adopt.h"
#include "steps/adopt_files.h"
#include "steps/adopt_rules.h"
#include "steps/egress.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "usage/schedule.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeHost;
using harden::test::FakeNode;

static const std::string metadata = "-d 169.254.169.254/32 -j DROP";
static const std::string smtp = "-p tcp -m tcp --dport 25 -j DROP";
static constexpr auto crontab = "/var/spool/cron/crontabs/root";
static constexpr auto rules_file = "/etc/iptables/rules.v4";
static constexpr auto detector_script = "#!/bin/bash\ndocker stats --no-stream\n";

// A node on which the scripts ran, the second for rules twice, and where the operator has a rule,
// a cron entry and a script of such a name of his own.
struct OldNode : FakeNode {
    std::vector<std::string> chain{smtp,     metadata,   smtp, "-s 172.18.0.0/16 -j ACCEPT",
                                   metadata, "-j RETURN"};

    OldNode()
    {
        host.with_file(detector_program, "elf", 0755)
            .answering({detector_program, "--quiet"}, {})
            .with_file("/etc/cron.d/e2scrub_all", "")
            .with_file("/proc/77/comm", "cron\n")
            .answering({"systemctl", "is-active", detector_timer}, {.status = 3})
            .with_file(crontab,
                       "# mine\n0 3 * * * /root/backup.sh\n"
                       "*/5 * * * * /root/detect-miners.sh\n",
                       0600)
            .with_file("/root/detect-miners.sh", detector_script, 0755)
            .with_file("/root/setup-egress-rules.sh", "#!/bin/bash\niptables -I DOCKER-USER\n",
                       0755)
            .with_file("/root/harden-ssh.sh", "#!/bin/sh\n# my own, about something else\n", 0755)
            .with_file(rules_file, "*filter\n:INPUT ACCEPT [0:0]\n:DOCKER-USER - [0:0]\n"
                                   "-A INPUT -i lo -j ACCEPT\n-A DOCKER-USER " +
                                       smtp + "\n-A DOCKER-USER -j RETURN\nCOMMIT\n")
            .with_file("/etc/rc.local",
                       "#!/bin/sh\niptables -I DOCKER-USER -p tcp --dport 25 -j DROP\n"
                       "bash /root/setup-egress-rules.sh\nexit 0\n",
                       0755);
        answer();
        for (const auto& rule : {metadata, smtp})
            host.doing(deletion(rule), [this, rule](FakeHost&) {
                chain.erase(std::ranges::find(chain, rule));
                answer();
                return Output{};
            });
        host.doing({adopt_program, "restore"}, [](FakeHost& fake) {
            return Output{.status = put_old_rules_back(fake) ? 0 : 1};
        });
        host.doing({egress_program, "restore"},
                   [this](FakeHost&) { return Output{.status = restore_egress(node) ? 0 : 1}; });
        host.answering({"iptables-restore", "--noflush", "--wait=5"}, {});
    }

    static Command deletion(const std::string& rule)
    {
        Command command{"iptables", "--wait", "5", "-D", "DOCKER-USER"};
        for (const auto word : split(rule, ' '))
            command.emplace_back(word);
        return command;
    }

    void answer()
    {
        std::string saved = "*filter\n:DOCKER-USER - [0:0]\n";
        for (const auto& rule : chain)
            saved += cat("-A DOCKER-USER ", rule, "\n");
        host.answering({"iptables-save"}, {.out = saved + "COMMIT\n"});
    }
};

TEST_CASE("a plan names what older scripts left and changes nothing")
{
    OldNode old;
    const auto before = old.host.files();
    const auto changes = plan(adopt_step(), old.node);
    REQUIRE(changes);
    const auto names = [&](const std::string& what) {
        return std::ranges::find(*changes, what, &Change::what) != changes->end();
    };
    CHECK(names(crontab));
    CHECK(names(rules_file));
    CHECK(names("/etc/rc.local"));
    CHECK(names("/root/detect-miners.sh"));
    CHECK(names("/root/setup-egress-rules.sh"));
    CHECK_FALSE(names("/root/harden-ssh.sh"));
    CHECK(names("run iptables --wait 5 -D DOCKER-USER " + metadata));
    CHECK(names(detector_cron_file));
    CHECK(old.host.files() == before);
    CHECK(old.host.ran.empty());
}

TEST_CASE("our policy and detector take the place of theirs, and what is not theirs stays")
{
    OldNode old;
    const auto outcome = apply(adopt_step(), old.node);
    REQUIRE(outcome);
    REQUIRE(outcome->ended == Ended::Applied);
    CHECK(*old.host.read(crontab) == "# mine\n0 3 * * * /root/backup.sh\n");
    CHECK(old.host.status(crontab)->mode == 0600);
    CHECK(*old.host.read(rules_file) ==
          "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n");
    CHECK(*old.host.read("/etc/rc.local") == "#!/bin/sh\nexit 0\n");
    CHECK(old.host.status("/root/detect-miners.sh").is_absent());
    CHECK(old.host.status("/root/harden-ssh.sh"));
    CHECK(old.chain == std::vector<std::string>{"-s 172.18.0.0/16 -j ACCEPT", "-j RETURN"});
    CHECK(old.host.status(detector_cron_file));

    const auto made = old.host.made.size();
    CHECK(apply(adopt_step(), old.node)->ended == Ended::Unchanged);
    CHECK(old.host.made.size() == made);
}

TEST_CASE("a rollback of an adoption puts every byte back and asks for the rules again")
{
    OldNode old;
    const auto before = old.host.files();
    const auto outcome = apply(adopt_step(), old.node);
    REQUIRE(outcome);
    REQUIRE(roll_back(old.host, outcome->transaction, RollBack::Wanted));
    CHECK(old.host.files() == before);
    CHECK(std::ranges::find(old.host.ran, Command{"iptables-restore", "--noflush", "--wait=5"}) !=
          old.host.ran.end());
}

TEST_CASE("an adoption that is killed at any change is put back by the next run")
{
    for (int changes = 1; changes < 60; ++changes) {
        OldNode old;
        const auto before = old.host.files();
        old.host.die_after(changes);
        const auto outcome = apply(adopt_step(), old.node);
        if (outcome && outcome->ended == Ended::Applied)
            return;
        REQUIRE(old.host.is_dead());
        old.host.survive();
        const auto recovered = roll_back_unfinished(old.host);
        REQUIRE(recovered);
        CHECK(old.host.files() == before);
    }
    FAIL("it takes more changes than were tried");
}

TEST_CASE("a crontab of nothing else is removed, one line that does more is named and stays")
{
    OldNode old;
    old.host.with_file(crontab, "*/5 * * * * /root/detect-miners.sh\n", 0600);
    old.host.with_file("/etc/cron.d/site",
                       "\n*/5 * * * * root /root/detect-miners.sh && /root/tell\n");
    CHECK(lines_that_stay(old.host) == std::vector<std::string>{"/etc/cron.d/site:2"});
    REQUIRE(apply(adopt_step(), old.node)->ended == Ended::Applied);
    CHECK(old.host.status(crontab).is_absent());
    CHECK(old.host.status("/etc/cron.d/site"));
}

TEST_CASE("edits of sshd_config are kept and judged by ssh-harden's own policy")
{
    OldNode old;
    CHECK(adoption_notes(old.node).empty());
    old.host.with_file("/etc/ssh/sshd_config.bak", "#PasswordAuthentication yes\n")
        .with_file("/etc/ssh/sshd_config",
                   "Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\n"
                   "PermitRootLogin yes\nX11Forwarding yes\n");
    const auto notes = adoption_notes(old.node);
    REQUIRE(notes.size() == 3);
    CHECK(notes[0] == "keep /etc/ssh/sshd_config:2 (passwordauthentication no): as strict as "
                      "ssh-harden's");
    CHECK(notes[1].starts_with("keep /etc/ssh/sshd_config:3 (permitrootlogin yes): weaker"));
    CHECK(notes[2].starts_with("keep /etc/ssh/sshd_config.bak"));
}
