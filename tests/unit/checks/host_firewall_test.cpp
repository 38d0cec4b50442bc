#include "firewall/table_text.h"
#include "node/host_firewall_names.h"
#include "unit/checks/fake_ssh.h"

using namespace harden;
using namespace harden::test;

static constexpr auto unit_state =
    "UnitFileState=enabled\nBefore=docker.service network-pre.target shutdown.target\n";

static void set_up(FakeNode& fake, const std::vector<Server>& servers = {{30, "sshd", 22}})
{
    with_sshd(fake);
    run_servers(fake.host, servers);
    fake.host.with_file("/proc/sys/net/ipv4/ip_forward", "1\n");
    fake.host.with_file("/proc/sys/net/ipv6/conf/all/forwarding", "0\n");
}

// As `harden firewall apply` leaves it.
static void put_table(FakeNode& fake, const std::string& operator_address = {})
{
    FirewallFacts facts{{22}, {}};
    if (!operator_address.empty())
        facts.operator_address = *parse_network(operator_address);
    const auto policy = firewall_policy_from(*firewall_settings(fake.host));
    fake.firewall.inbound =
        cat(operator_address.empty() ? "" : cat("# operator ", operator_address, "\n"),
            table_text(*policy, facts));
    fake.host.with_file(recorded_table_file, fake.firewall.inbound);
    // the fake compares texts, the kernel rules: the comment is none
    fake.host.answering(
        {"systemctl", "show", "harden-firewall.service", "--property=UnitFileState,Before"},
        {.out = unit_state});
}

static Container publishing(std::uint16_t port, const std::string& address = "0.0.0.0")
{
    return {.id = std::string(64, 'a'),
            .name = "web",
            .state = "running",
            .ports = {{.address = address, .port = port, .inner = 80, .protocol = "tcp"}}};
}

static InboundFilter chains(std::vector<InboundChain> all)
{
    return [all = std::move(all)]() -> Result<std::vector<InboundChain>> { return all; };
}

TEST_CASE("firewall.default-deny")
{
    FakeNode fake;
    const auto asked = [&](std::vector<InboundChain> all) {
        return ask("firewall.default-deny", fake.node, {.inbound = chains(std::move(all))});
    };
    CHECK(asked({{"inet", "x input", true}}).verdict == Verdict::Pass);
    CHECK(asked({{"ip", "filter INPUT", true}}).evidence == "IPv6 accept what no rule names");
    CHECK(asked({}).verdict == Verdict::Fail);
    CHECK(verdict_of("firewall.default-deny", fake.node) == Verdict::Unknown);
}

TEST_CASE("firewall.listening-ports")
{
    constexpr auto id = "firewall.listening-ports";
    FakeNode fake;
    set_up(fake);
    CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    run_servers(fake.host, {{30, "sshd", 22}, {40, "redis", 6379}});
    CHECK(ask(id, fake.node).evidence == "no rule lets in 6379/tcp on 0.0.0.0 (redis)");
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    put_table(fake);
    CHECK(ask(id, fake.node).evidence == "shut by harden's table: 6379/tcp on 0.0.0.0 (redis)");
    CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    fake.firewall.inbound += "tampered";
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    run_servers(fake.host, {{30, "sshd", 22}, {40, "redis", 6379, "0100007F"}});
    CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    fake.host.with_file("/proc/net/tcp", "heading\nrubbish\n");
    CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
}

TEST_CASE("firewall.published-ports")
{
    constexpr auto id = "firewall.published-ports";
    FakeNode fake;
    set_up(fake);
    CHECK(verdict_of(id, fake.node) == Verdict::NotApplicable);
    fake.docker.listed = {publishing(8080, "127.0.0.1")};
    CHECK(verdict_of(id, fake.node) == Verdict::NotApplicable);
    fake.docker.listed = {publishing(8080)};
    CHECK(contains(ask(id, fake.node).evidence, "8080/tcp"));
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    put_table(fake);
    CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    fake.firewall.inbound.clear();
    fake.host.with_file("/etc/harden/firewall.toml",
                        "version = 1\n[allow.web]\nto = \"containers\"\ntcp = [8080]\n");
    CHECK(ask(id, fake.node).evidence == "the policy lets all of them in");
    fake.docker.running = false;
    CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
}

TEST_CASE("firewall.one-manager")
{
    constexpr auto id = "firewall.one-manager";
    FakeNode fake;
    set_up(fake);
    CHECK(ask(id, fake.node).evidence == "none");
    fake.host.with_file("/etc/ufw/ufw.conf", "ENABLED=yes\n");
    CHECK(ask(id, fake.node).evidence == "ufw");
    put_table(fake);
    CHECK(ask(id, fake.node).evidence == "harden, ufw");
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    fake.host.with_file("/etc/ufw/ufw.conf", "ENABLED=no\n");
    CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    fake.firewall.live = {"nftables", "iptables-nft", "iptables-legacy"};
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    fake.host.with_file("/etc/harden/firewall.toml", "version = 2\n");
    CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
}

TEST_CASE("firewall.persistent")
{
    constexpr auto id = "firewall.persistent";
    FakeNode fake;
    set_up(fake);
    const auto unit = [&](const std::string& state) {
        fake.host.answering(
            {"systemctl", "show", "harden-firewall.service", "--property=UnitFileState,Before"},
            {.out = state});
        return ask(id, fake.node);
    };
    CHECK(ask(id, fake.node).evidence == "there is no firewall to load");
    put_table(fake);
    CHECK(verdict_of(id, fake.node) == Verdict::Pass);
    CHECK(unit("UnitFileState=disabled\nBefore=docker.service network-pre.target\n").verdict ==
          Verdict::Fail);
    CHECK(unit("UnitFileState=\nBefore=\n").evidence == "harden-firewall.service is not there");
    CHECK(contains(unit("UnitFileState=enabled\nBefore=network-pre.target\n").evidence,
                   "docker.service"));
    CHECK(unit(unit_state).verdict == Verdict::Pass);
    fake.firewall.inbound += "rule";
    CHECK(ask(id, fake.node).evidence ==
          "the kernel differs from the record: table harden_firewall");
    (void)fake.host.remove(recorded_table_file);
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    FakeNode without_systemd;
    set_up(without_systemd);
    without_systemd.firewall.inbound = "table";
    without_systemd.host.with_file(recorded_table_file, "table");
    CHECK(verdict_of(id, without_systemd.node) == Verdict::Unknown);
}

TEST_CASE("firewall.operator-access")
{
    constexpr auto id = "firewall.operator-access";
    FakeNode fake;
    set_up(fake);
    log_in(fake.host, "root", 1000);
    CHECK(verdict_of(id, fake.node) == Verdict::NotApplicable);
    put_table(fake, "198.51.100.7");
    CHECK(contains(ask(id, fake.node).evidence, "198.51.100.7, whose way in"));
    const std::string connection = "SSH_CONNECTION=203.0.113.9 50000 10.0.0.1 22";
    fake.host.with_file("/proc/50/environ", connection + '\0');
    CHECK(ask(id, fake.node).evidence == "203.0.113.9 at port 22");
    fake.host.with_file("/etc/harden/firewall.toml",
                        "version = 1\n[ssh]\nfrom = [\"198.51.100.0/24\"]\n");
    CHECK(verdict_of(id, fake.node) == Verdict::Fail);
    fake.host.with_file("/etc/harden/firewall.toml",
                        "version = 1\n[ssh]\ninterfaces = [\"eth0\"]\n");
    CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
}

TEST_CASE("firewall.forwarding")
{
    constexpr auto id = "firewall.forwarding";
    FakeNode fake;
    set_up(fake);
    const auto asked = [&](std::vector<InboundChain> all) {
        return ask(id, fake.node, {.forward = chains(std::move(all))});
    };
    CHECK(verdict_of(id, fake.node) == Verdict::Unknown);
    CHECK(asked({{"ip", "filter FORWARD", true}}).verdict == Verdict::Pass);
    CHECK(asked({{"ip", "filter FORWARD", false}}).evidence ==
          "IPv4 are passed on unless a rule forbids it");
    fake.host.with_file("/proc/sys/net/ipv6/conf/all/forwarding", "1\n");
    CHECK(contains(asked({{"ip", "filter FORWARD", true}}).evidence, "IPv6"));
    put_table(fake);
    CHECK(asked({}).verdict == Verdict::Pass);
    fake.host.with_file("/etc/harden/firewall.toml", "version = 1\ntransit = \"allow\"\n");
    CHECK(asked({}).verdict == Verdict::Fail);
    fake.host.with_file("/proc/sys/net/ipv6/conf/all/forwarding", "0\n");
    fake.host.with_file("/proc/sys/net/ipv4/ip_forward", "0\n");
    CHECK(asked({}).evidence == "the kernel passes nothing on");
}
