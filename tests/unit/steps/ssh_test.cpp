#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"
#include "steps/ssh.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "support/fake_sshd.h"
#include "support/ssh_node.h"

#include <algorithm>
#include <functional>

using namespace harden;
using namespace harden::test;

TEST_CASE("the drop-in is written for root alone, judged, and sshd reloaded")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    const auto outcome = harden_ssh(fake);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::Armed);
    CHECK(outcome->deadline == "2023-11-14T22:15:20Z");
    const auto text = fake.host.read(sshd_drop_in_file);
    REQUIRE(text);
    CHECK(text->find("PasswordAuthentication no\n") != std::string::npos);
    CHECK(text->find("KexAlgorithms curve25519-sha256\n") != std::string::npos);
    CHECK(text->find("X11Forwarding") == std::string::npos); // this sshd does not know it
    CHECK(fake.host.status(sshd_drop_in_file)->mode == 0600);
    CHECK(fake.host.ran.back() == Command{"systemctl", "reload", "ssh.service"});
    CHECK(*effective_sshd_settings(fake.host)->get("passwordauthentication") == "no");
}

TEST_CASE("a second apply changes nothing and keeps the deadline")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    REQUIRE(harden_ssh(fake));
    const auto made = fake.host.made.size();
    const auto again = harden_ssh(fake);
    REQUIRE(again);
    CHECK(again->ended == Ended::Unchanged);
    CHECK(fake.host.made.size() == made);
}

TEST_CASE("a plan says what sshd would say and touches nothing")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    const auto preview =
        preview_ssh(fake.node, *ssh_policy_from(*ssh_settings(fake.host)), login_of("root"));
    REQUIRE(preview);
    CHECK(fake.host.made.empty());
    const auto found =
        std::ranges::find(preview->settings, "PasswordAuthentication", &Change::what);
    REQUIRE(found != preview->settings.end());
    CHECK(found->from == "yes");
    CHECK(found->to == "no");
    CHECK(preview->actions.front().what == sshd_drop_in_file);
}

TEST_CASE("without an Include one is put at the top")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file(sshd_config_file, "PasswordAuthentication yes\n", 0640);
    const auto outcome = harden_ssh(fake);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::Armed);
    CHECK(*fake.host.read(sshd_config_file) ==
          "Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication yes\n");
    CHECK(fake.host.status(sshd_config_file)->mode == 0640);
    CHECK(*effective_sshd_settings(fake.host)->get("passwordauthentication") == "no");
}

TEST_CASE("an sshd that then says otherwise is rolled back")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    const auto before = fake.host.files();
    fake.host.doing({sshd_program, "-t"},
                    [](FakeHost&) { return Output{.status = 255, .err = "bad"}; });
    const auto outcome = harden_ssh(fake);
    REQUIRE(outcome);
    CHECK(outcome->ended == Ended::RolledBack);
    CHECK(fake.host.files() == before);
}

TEST_CASE("an sshd that does not come back from its reload is rolled back")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.with_file("/run/sshd.pid", "30\n");
    fake.host.having("sleep", [](auto&, auto&, auto) { return Output{}; });
    const auto before = fake.host.files();
    SECTION("it does not")
    {
        const auto outcome = harden_ssh(fake);
        REQUIRE(outcome);
        CHECK(outcome->ended == Ended::RolledBack);
        CHECK(outcome->problem.message.find("did not come back") != std::string::npos);
        CHECK(fake.host.files() == before);
    }
    SECTION("it does")
    {
        fake.host.doing({"systemctl", "reload", "ssh.service"}, [](FakeHost& host) {
            REQUIRE(host.write("/run/sshd.pid", "30\n"));
            return Output{};
        });
        CHECK(harden_ssh(fake)->ended == Ended::Armed);
    }
}

TEST_CASE("on a node without systemd sshd is signalled")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    REQUIRE(fake.host.remove("/run/systemd/system"));
    fake.host.having("start-stop-daemon", [](auto&, auto&, auto) { return Output{}; });
    fake.host.having("/usr/libexec/harden/ssh-harden", [](auto&, auto&, auto) { return Output{}; });
    CHECK(harden_ssh(fake)->ended == Ended::Armed);
    CHECK(fake.host.ran.back().front() == "start-stop-daemon");
}

TEST_CASE("an sshd that its socket has started is started anew, for a reload would end it")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.having("systemctl", [](auto&, auto&, auto) { return Output{}; });
    CHECK(harden_ssh(fake)->ended == Ended::Armed);
    CHECK(fake.host.ran.back() == Command{"systemctl", "try-restart", "ssh.service"});
    for (const auto& command : fake.host.ran)
        CHECK(command.back() != "ssh.socket");
}

TEST_CASE("where no sshd runs, as under socket activation, nothing is reloaded")
{
    FakeNode fake;
    make_ssh_server(fake.host);
    fake.host.having("systemctl", [](auto&, auto&, auto) { return Output{.status = 3}; });
    CHECK(harden_ssh(fake)->ended == Ended::Armed);
    for (const auto& command : fake.host.ran)
        CHECK(std::ranges::find(command, "reload") == command.end());
}

// Kills an apply after each of its changes in turn; `then` gets what a new process finds. How
// many kills there were.
static int
killed_everywhere(const std::function<void(FakeNode&, const std::vector<TxRecord>&)>& then)
{
    for (int changes = 0;; ++changes) {
        FakeNode fake;
        make_ssh_server(fake.host);
        fake.host.die_after(changes);
        const auto killed = harden_ssh(fake);
        if (killed && killed->ended == Ended::Armed)
            return changes; // more lives than changes
        fake.host.survive();
        log_in(fake.host, "root", 1000);
        INFO("killed after " << changes << " changes");
        then(fake, *transactions(fake.host));
    }
}

TEST_CASE("killed after any change, the settings are the old or the new ones and the list says so")
{
    const auto kills = killed_everywhere([](FakeNode& fake, const auto& records) {
        for (const auto& record : records)
            CHECK(state_of(record, fake.host) == "interrupted");
        const bool is_new = static_cast<bool>(fake.host.read(sshd_drop_in_file));
        CHECK((!is_new || records.size() == 1));
        CHECK(*effective_sshd_settings(fake.host)->get("passwordauthentication") ==
              (is_new ? "no" : "yes"));
    });
    CHECK(kills > 6);
}

TEST_CASE("ssh-harden killed after any change converges with the next run")
{
    killed_everywhere([](FakeNode& fake, const auto& records) {
        const auto again = harden_ssh(fake);
        REQUIRE(again);
        CHECK(again->ended == Ended::Armed);
        CHECK(again->recovered.size() == records.size());
        CHECK(*effective_sshd_settings(fake.host)->get("passwordauthentication") == "no");
    });
}

TEST_CASE("killed after any change, the node's own timer puts everything back")
{
    FakeNode untouched;
    make_ssh_server(untouched.host);
    const auto before = untouched.host.files();
    killed_everywhere([&](FakeNode& fake, const auto& records) {
        for (const auto& record : records)
            REQUIRE(roll_back(fake.host, record.id, RollBack::IfUnconfirmed));
        CHECK(fake.host.files() == before);
    });
}
