#include "ssh/login_session.h"
#include "steps/firewall_status.h"
#include "steps/transaction.h"
#include "support/catch.hpp"
#include "support/fake_node.h"
#include "support/fake_sshd.h"

#include <algorithm>
#include <set>

using namespace harden;
using namespace harden::test;

static constexpr auto heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
    "retrnsmt   uid  timeout inode\n";
static constexpr auto rest = " 00000000:00000000 00:00000000 00000000     0        0 ";

namespace {

// A node with sshd at port 22, where root is logged in from 198.51.100.7 over eth0.
struct Server : FakeNode {
    int rehearsals = 0;
    bool lets_in = true;
    std::string activated; // what ssh.socket listens on
    std::set<std::string> enabled;
    std::set<std::string> running;

    Server()
    {
        make_ssh_server(host);
        log_in(host, "root", 1000);
        host.with_file("/proc/net/tcp",
                       cat(heading, "   0: 00000000:0016 00000000:0000 0A", rest, "70 1\n",
                           "   1: 00000000:1F90 00000000:0000 0A", rest, "71 1\n",
                           "   2: 0B00000A:0016 076433C6:C001 01", rest, "72 1\n"));
        host.with_link("/proc/30/exe", "/usr/sbin/sshd");
        host.with_link("/proc/30/fd/3", "socket:[70]");
        host.with_file("/proc/30/comm", "sshd\n");
        host.with_link("/proc/30/ns/mnt", "mnt:[1]");
        host.with_link("/proc/self/ns/mnt", "mnt:[1]");
        host.with_link("/proc/41/fd/3", "socket:[71]");
        host.with_file("/proc/41/comm", "nginx\n");
        const auto session = login_process();
        host.with_link(Path{"/proc"} / session / "fd" / "4", "socket:[72]");
        host.with_file("/sys/class/net/lo/operstate", "unknown\n");
        host.with_file("/sys/class/net/eth0/operstate", "up\n");
        host.answering({"ip", "-o", "route", "get", "198.51.100.7"},
                       {.out = "198.51.100.7 via 10.0.0.1 dev eth0 src 10.0.0.11 uid 0 \n"});
        host.having("systemctl", [this](const FakeHost&, const Command& command, std::string_view) {
            return systemd(command);
        });
        host.with_file("/lib/systemd/system/harden-firewall.service", "packaged");
    }

    std::string login_process() const;
    Output systemd(const Command& command);

    FirewallOptions options(std::string_view site = "")
    {
        return {*parse_firewall_policy(cat("version = 1\n", site)), *connected_operator(host),
                [this](const InboundTrial& trial) -> Result<std::vector<PacketAnswer>> {
                    ++rehearsals;
                    std::vector<PacketAnswer> answers;
                    for (const auto& question : trial.questions) {
                        const bool wants = question.expected == PacketQuestion::Expected::Open;
                        answers.push_back({question,
                                           wants && lets_in ? PacketFate::Open : PacketFate::Silent,
                                           "nothing came back"});
                    }
                    return answers;
                }};
    }

    Result<StepOutcome> harden(std::string_view site = "")
    {
        return apply(firewall_step(options(site)), node, Arming{});
    }
};

}

std::string Server::login_process() const
{
    const auto session = login_session(host);
    REQUIRE(session);
    REQUIRE(*session);
    return std::to_string((*session)->process);
}

Output Server::systemd(const Command& command)
{
    const auto& unit = command.back();
    const auto has = [&](std::string_view word) {
        return std::ranges::find(command, word) != command.end();
    };
    if (has("--property=Listen"))
        return {.out = activated};
    if (has("--property=ActiveState"))
        return {.out = running.contains(unit) ? "active\n" : "inactive\n"};
    if (has("is-active") || has("is-enabled"))
        return {.status = (has("is-active") ? running : enabled).contains(unit) ? 0 : 3};
    if (has("enable"))
        enabled.insert(unit);
    if (has("disable"))
        enabled.erase(unit);
    if (has("start"))
        running.insert(unit);
    if (has("stop"))
        running.erase(unit);
    return {};
}

TEST_CASE("the operator is the other end of the connection that the kernel knows")
{
    Server server;
    const auto found = connected_operator(server.host);
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->address == "198.51.100.7");
    CHECK((*found)->node_address == "10.0.0.11");
    CHECK((*found)->port == 22);
    CHECK((*found)->interface == "eth0");
}

TEST_CASE("without a login there is no operator, and one from the node itself is none")
{
    FakeNode bare;
    bare.host.with_file("/proc/self/stat", "9 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0\n");
    const auto none = connected_operator(bare.host);
    REQUIRE(none);
    CHECK_FALSE(*none);
    Server server;
    server.host.with_file("/proc/net/tcp",
                          cat(heading, "   2: 0100007F:0016 0100007F:C001 01", rest, "72 1\n"));
    const auto own = connected_operator(server.host);
    REQUIRE_FALSE(own);
    CHECK(own.error().hint.find("--operator") != std::string::npos);
}

TEST_CASE("sshd is known by its program in the node's own files, not by a name")
{
    Server server;
    server.host.with_file("/proc/net/tcp6", heading);
    auto found = *listeners(server.host);
    CHECK(*listening_ssh_ports(server.host, found) == std::vector<std::uint16_t>{22});
    server.host.with_link("/proc/41/exe", "/usr/sbin/sshd"); // a container with the node's network
    server.host.with_link("/proc/41/ns/mnt", "mnt:[2]");
    CHECK(*listening_ssh_ports(server.host, found) == std::vector<std::uint16_t>{22});
    server.activated = "Listen=[::]:8080 (Stream)\n";
    found[1].process = 1;
    CHECK(*listening_ssh_ports(server.host, found) == std::vector<std::uint16_t>{22, 8080});
}

TEST_CASE("the table is recorded, put in force and armed; again it changes nothing")
{
    Server server;
    const auto outcome = server.harden();
    REQUIRE(outcome);
    INFO(outcome->problem.message);
    REQUIRE(outcome->ended == Ended::Armed);
    const auto recorded = server.host.read(recorded_table_file);
    REQUIRE(recorded);
    CHECK(recorded->starts_with("# operator 198.51.100.7\n"));
    CHECK(server.firewall.inbound == *recorded);
    CHECK(server.firewall.inbound.find("ip saddr 198.51.100.7 tcp dport 22 accept") !=
          std::string::npos);
    CHECK(server.rehearsals == 2);
    CHECK(server.enabled.contains("harden-firewall.service"));
    CHECK(server.running.contains("harden-firewall.service"));
    const auto made = server.host.made.size();
    const auto again = server.harden();
    REQUIRE(again);
    CHECK(again->ended == Ended::Unchanged);
    CHECK(server.host.made.size() == made);
    CHECK(server.firewall.replaced == 1);
}

TEST_CASE("a plan touches nothing and names the ports that would close")
{
    Server server;
    const auto files = server.host.files();
    const auto changes = plan(firewall_step(server.options()), server.node);
    REQUIRE(changes);
    CHECK_FALSE(changes->empty());
    CHECK(server.host.made.empty());
    CHECK(server.host.files() == files);
    CHECK(server.firewall.inbound.empty());
    const auto view = view_firewall(server.node, server.options().policy);
    REQUIRE(view);
    const auto closing = closing_ports(*view);
    REQUIRE(closing.size() == 1);
    CHECK(closing[0].what == "port 8080/tcp on 0.0.0.0 (nginx)");
    REQUIRE(server.harden());
    CHECK(closing_ports(*view_firewall(server.node, server.options().policy)).empty());
}

TEST_CASE("what would shut the operator out is refused before anything is touched")
{
    for (const auto* site : {"[deny]\naddresses = [\"198.51.100.0/24\"]\n",
                             "[ssh]\nports = [2222]\n", "[ssh]\nfrom = [\"::/0\"]\n",
                             "[ssh]\ninterfaces = [\"eth1\"]\n", "inside = [\"eth*\"]\n"}) {
        Server server;
        INFO(site);
        const auto outcome = server.harden(site);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().kind == ErrorKind::Denied);
        CHECK_FALSE(outcome.error().hint.empty());
        CHECK(server.host.made.empty());
        CHECK(server.firewall.inbound.empty());
        CHECK(server.rehearsals == 0);
    }
}

TEST_CASE("a rehearsal whose packets do not pass refuses the change")
{
    Server server;
    server.lets_in = false;
    const auto outcome = server.harden();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().message.find("you would lock yourself out") != std::string::npos);
    CHECK(server.host.made.empty());
    CHECK(server.firewall.inbound.empty());
}

TEST_CASE("undone, record and unit are as before and the kernel is told to follow them")
{
    Server server;
    const auto before = server.host.files();
    const auto outcome = server.harden();
    REQUIRE(outcome);
    const Command restore{firewall_program, "restore"};
    server.host.doing(restore, [&](FakeHost&) {
        return restore_firewall(server.node) ? Output{} : Output{.status = 1};
    });
    const auto undone = roll_back(server.host, outcome->transaction, RollBack::IfUnconfirmed);
    REQUIRE(undone);
    INFO(undone->problem);
    CHECK(undone->problem.empty());
    CHECK(server.firewall.inbound.empty());
    CHECK(server.host.files() == before);
    CHECK_FALSE(server.enabled.contains("harden-firewall.service"));
    CHECK(server.host.status(recorded_table_file).is_absent());
}

TEST_CASE("an operator at the console keeps the way in of the one who is recorded")
{
    Server server;
    REQUIRE(server.harden());
    auto options = server.options();
    options.protects.reset();
    const auto changes = plan(firewall_step(options), server.node);
    REQUIRE(changes);
    CHECK(changes->empty());
}

TEST_CASE("removed, nothing of it is left")
{
    Server server;
    const auto before = server.host.files();
    const auto outcome = server.harden();
    REQUIRE(outcome);
    auto journal = *Journal::open(server.host, outcome->transaction);
    REQUIRE(journal.close(TxState::Committed, ""));
    REQUIRE(disarm(server.host, outcome->transaction));
    const auto removed = apply(firewall_removal_step(), server.node);
    REQUIRE(removed);
    CHECK(removed->ended == Ended::Applied);
    CHECK(server.firewall.inbound.empty());
    CHECK(server.host.status(recorded_table_file).is_absent());
    CHECK(server.host.files() == before);
    CHECK(server.enabled.empty());
    CHECK(apply(firewall_removal_step(), server.node)->ended == Ended::Unchanged);
}

TEST_CASE("the status tells what is in force, open and refused")
{
    Server server;
    server.docker.running = false;
    auto status = firewall_status(server.node, server.options().policy, firewall_program);
    REQUIRE(status);
    CHECK_FALSE(status->view.is_in_force);
    CHECK(render_text(*status).starts_with("table        not in force"));
    REQUIRE(server.harden());
    status = firewall_status(server.node, server.options().policy, firewall_program);
    REQUIRE(status);
    CHECK(status->drift.empty());
    CHECK_FALSE(status->is_settled);
    CHECK(render_text(*status).find("closed: 8080/tcp on 0.0.0.0 (nginx)") != std::string::npos);
    CHECK(render_json(*status).find("\"schema\": \"harden.firewall/1\"") != std::string::npos);
    server.firewall.inbound += "# tampered";
    CHECK_FALSE(
        firewall_status(server.node, server.options().policy, firewall_program)->drift.empty());
}
