#include "unit/checks/hardened_docker.h"

using namespace harden;
using namespace harden::test;

static Finding strictly(const std::string& id, const FakeNode& fake)
{
    return ask(id, fake.node, {}, Profile::Strict);
}

TEST_CASE("docker.tcp-socket")
{
    FakeNode fake;
    harden_docker(fake);
    fake.host.with_file("/proc/321/net/tcp", cat(table_head, metrics_row, open_row));
    SECTION("fails for a socket that anybody may use")
    {
        const auto finding = ask("docker.tcp-socket", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(finding.evidence == "0.0.0.0:2375");
    }
    SECTION("passes where clients need a certificate")
    {
        with_dockerd_flags(fake, {"--tlsverify"});
        CHECK(verdict_of("docker.tcp-socket", fake.node) == Verdict::Pass);
    }
    SECTION("leaves sockets of other processes alone, but not relays in front of its own")
    {
        CHECK(fake.host.remove("/proc/321/fd/6"));
        CHECK(verdict_of("docker.tcp-socket", fake.node) == Verdict::Pass);
        fake.host.with_file("/proc/400/cmdline",
                            std::string{"socat\0TCP-LISTEN:2375\0UNIX:/run/docker.sock\0", 44});
        CHECK(ask("docker.tcp-socket", fake.node).evidence == "socat, process 400");
    }
    SECTION("is unknown where the daemon's sockets cannot be seen")
    {
        CHECK(fake.host.remove("/run/docker.pid"));
        CHECK(verdict_of("docker.tcp-socket", fake.node) == Verdict::Unknown);
    }
}

TEST_CASE("docker.tls-verified tries a request without a certificate")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(verdict_of("docker.tls-verified", fake.node) == Verdict::NotApplicable);
    fake.host.with_file("/proc/321/net/tcp", cat(table_head, open_row));
    CHECK(verdict_of("docker.tls-verified", fake.node) == Verdict::Fail);
    with_dockerd_flags(fake, {"--tlsverify", "--tlscert=/etc/docker/cert.pem"});
    CHECK(contains(ask("docker.tls-verified", fake.node).evidence, "no openssl here"));
    const Command request{"openssl", "s_client", "-quiet", "-connect", "127.0.0.1:2375"};
    fake.host.answering(request, {.status = 1, .err = "alert certificate required"});
    const auto refused = ask("docker.tls-verified", fake.node);
    CHECK(refused.verdict == Verdict::Pass);
    CHECK(refused.level == Level::Behaviour);
    fake.host.answering(
        {"openssl", "x509", "-in", "/etc/docker/cert.pem", "-noout", "-checkend", "0"},
        {.status = 1});
    CHECK(contains(ask("docker.tls-verified", fake.node).evidence, "has expired"));
    with_dockerd_flags(fake, {"--tlsverify"});
    fake.host.answering(request, {.out = "HTTP/1.1 200 OK\r\n"});
    CHECK(contains(ask("docker.tls-verified", fake.node).evidence, "without a certificate"));
    CHECK(verdict_of("docker.tls-verified", fake.node) == Verdict::Fail);
    CHECK(fake.host.remove("/run/docker.pid"));
    CHECK(verdict_of("docker.tls-verified", fake.node) == Verdict::Unknown);
}

TEST_CASE("a file that turns verification off turns TLS on, for anybody")
{
    FakeNode fake;
    harden_docker(fake);
    fake.host.with_file("/proc/321/net/tcp", cat(table_head, open_row));
    fake.host.with_file("/etc/docker/daemon.json", R"({"tlsverify": false})");
    CHECK(verdict_of("docker.tls-verified", fake.node) == Verdict::Fail);
}

TEST_CASE("docker.inter-container is the bridge's own option")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(strictly("docker.inter-container", fake).verdict == Verdict::Pass);
    fake.docker.known_networks[0].isolates = false;
    CHECK(strictly("docker.inter-container", fake).verdict == Verdict::Fail);
    fake.docker.known_networks.clear();
    CHECK(strictly("docker.inter-container", fake).verdict == Verdict::NotApplicable);
    fake.docker.running = false;
    CHECK(strictly("docker.inter-container", fake).verdict == Verdict::Unknown);
}

TEST_CASE("docker.network-isolation wants a rule for each bridge")
{
    FakeNode fake;
    harden_docker(fake);
    fake.docker.known_networks.push_back({.name = "acme", .bridge = "br-1"});
    const auto with = [&](const std::string& rule) {
        fake.host.answering(
            {"iptables", "-S"},
            {.out = cat("-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP\n", rule, "\n")});
        return ask("docker.network-isolation", fake.node);
    };
    CHECK(with("").evidence == "no rule separates acme");
    CHECK(with("-A DOCKER-ISOLATION-STAGE-2 -o br-1 -j DROP").verdict == Verdict::Pass);
    CHECK(with("-A DOCKER-ISOLATION-STAGE-1 ! -s 10.1.0.0/16 -o br-1 -j DROP").verdict ==
          Verdict::Pass);
    CHECK(with("-A DOCKER ! -i br-1 -o br-1 -j DROP").verdict == Verdict::Pass);
    CHECK(with("-A DOCKER-ISOLATION-STAGE-2 -o br-12 -j DROP").verdict == Verdict::Fail);
    CHECK(with("-A FORWARD -o br-1 -j DROP").verdict == Verdict::Fail);
    fake.docker.about.firewall_backend = "nftables";
    CHECK(verdict_of("docker.network-isolation", fake.node) == Verdict::Unknown);
    fake.host.with_file("/etc/docker/daemon.json", R"({"iptables": false})");
    CHECK(verdict_of("docker.network-isolation", fake.node) == Verdict::Fail);
    CHECK(verdict_of("docker.packet-filter", fake.node) == Verdict::Fail);
}

TEST_CASE("docker.packet-filter names the back end")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(ask("docker.packet-filter", fake.node).evidence == "iptables");
    fake.docker.about.firewall_backend = "nftables";
    CHECK(ask("docker.packet-filter", fake.node).evidence == "nftables");
    with_dockerd_flags(fake, {"--iptables=false"});
    CHECK(verdict_of("docker.packet-filter", fake.node) == Verdict::Fail);
    fake.docker.running = false;
    CHECK(verdict_of("docker.packet-filter", fake.node) == Verdict::Unknown);
}

TEST_CASE("docker.ip6tables matters where a network has IPv6")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(strictly("docker.ip6tables", fake).verdict == Verdict::NotApplicable);
    fake.docker.known_networks.push_back({.name = "six", .ipv6 = true});
    CHECK(strictly("docker.ip6tables", fake).verdict == Verdict::Fail);
    with_dockerd_flags(fake, {"--ip6tables"});
    CHECK(strictly("docker.ip6tables", fake).verdict == Verdict::Pass);
    with_dockerd_flags(fake, {});
    fake.docker.about.version = "28.0.1";
    CHECK(strictly("docker.ip6tables", fake).verdict == Verdict::Pass);
    fake.host.with_file("/etc/docker/daemon.json", R"({"ip6tables": false})");
    CHECK(strictly("docker.ip6tables", fake).verdict == Verdict::Fail);
    fake.docker.running = false;
    CHECK(strictly("docker.ip6tables", fake).verdict == Verdict::Unknown);
}

TEST_CASE("docker.metrics-address")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(verdict_of("docker.metrics-address", fake.node) == Verdict::Pass);
    fake.docker.about.debug = true;
    CHECK(ask("docker.metrics-address", fake.node).evidence == "debug is on");
    fake.docker.about.debug = false;
    fake.host.with_file("/etc/docker/daemon.json",
                        R"({"metrics-addr": "0.0.0.0:9323", "network-diagnostic-port": 2000})");
    CHECK(ask("docker.metrics-address", fake.node).evidence ==
          "metrics at 0.0.0.0:9323, diagnostics at port 2000");
    fake.docker.running = false;
    CHECK(verdict_of("docker.metrics-address", fake.node) == Verdict::Unknown);
}

TEST_CASE("docker.address-pools leaves Docker's own routes out")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(strictly("docker.address-pools", fake).verdict == Verdict::Pass);
    const auto with = [&](const std::string& rows) {
        fake.host.with_file("/proc/net/route", cat("Iface\tDestination\n", rows));
        return strictly("docker.address-pools", fake);
    };
    CHECK(with("eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\n").verdict == Verdict::Pass);
    CHECK(with("docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n").verdict == Verdict::Pass);
    const auto finding = with("eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n");
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(finding.evidence == "192.168.0.0/16 overlaps 192.168.2.0/24 on eth0");
    fake.docker.about.address_pools = {"10.20.0.0/16"};
    CHECK(strictly("docker.address-pools", fake).verdict == Verdict::Pass);
    CHECK(fake.host.remove("/proc/net/route"));
    CHECK(strictly("docker.address-pools", fake).verdict == Verdict::Unknown);
}
