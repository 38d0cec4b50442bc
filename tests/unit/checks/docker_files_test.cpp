#include "unit/checks/hardened_docker.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("docker.socket-mode asks every socket that dockerd listens on")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(ask("docker.socket-mode", fake.node).evidence == "/run/docker.sock 0660 root:root");
    SECTION("its mode")
    {
        fake.host.with_file("/run/docker.sock", "", 0666);
        CHECK(verdict_of("docker.socket-mode", fake.node) == Verdict::Fail);
        CHECK(fake.host.remove("/run/docker.sock"));
        CHECK(verdict_of("docker.socket-mode", fake.node) == Verdict::NotApplicable);
    }
    SECTION("its access list")
    {
        fake.host.answering({"ls", "-ld", "/run/docker.sock"},
                            {.out = "srw-rw----+ 1 root docker\n"});
        CHECK(contains(ask("docker.socket-mode", fake.node).evidence, "with an access list"));
        fake.host.answering({"ls", "-ld", "/run/docker.sock"}, {.status = 2});
        CHECK(verdict_of("docker.socket-mode", fake.node) == Verdict::Unknown);
    }
    SECTION("another one of its")
    {
        fake.host.with_link("/proc/321/fd/7", "socket:[99]")
            .with_file("/srv/d.sock", "", 0777)
            .answering({"ls", "-ld", "/srv/d.sock"}, {.out = "srwxrwxrwx 1 root root\n"})
            .with_file("/proc/321/net/unix", "Num RefCount Protocol Flags Type St Inode Path\n"
                                             "0: 2 0 00010000 0001 01 99 /srv/d.sock\n"
                                             "0: 2 0 00010000 0001 01 98 /srv/other.sock\n");
        const auto finding = ask("docker.socket-mode", fake.node);
        CHECK(finding.verdict == Verdict::Fail);
        CHECK(contains(finding.evidence, "/srv/d.sock 0777"));
    }
}

TEST_CASE("docker.group-members are those the rules name, whatever names them")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(verdict_of("docker.group-members", fake.node) == Verdict::NotApplicable);
    REQUIRE(fake.host.write("/run/docker.sock", "", {.group = 998}));
    CHECK(verdict_of("docker.group-members", fake.node) == Verdict::Unknown);
    fake.host.answering({"getent", "group", "998"}, {.out = "docker:x:998:\n"})
        .answering({"getent", "passwd"}, {.out = "root:x:0:0::/:/bin/sh\n"});
    CHECK(verdict_of("docker.group-members", fake.node) == Verdict::Pass);
    fake.host.answering({"getent", "group", "998"}, {.out = "docker:x:998:ann,bob\n"})
        .answering({"getent", "passwd"}, {.out = "eve:x:1001:998::/:/bin/sh\n"});
    fake.host.with_file("/etc/harden/verify.toml",
                        "version = 1\n[docker]\ngroup_members = [\"ann\"]\n");
    CHECK(ask("docker.group-members", fake.node).evidence == "bob, eve are as good as root");
}

TEST_CASE("docker.unit-overrides walks the whole way to each file")
{
    FakeNode fake;
    harden_docker(fake);
    const auto showing = [&](const std::string& environment) {
        fake.host.answering({"systemctl", "show", "docker.service",
                             "--property=FragmentPath,DropInPaths,Environment,EnvironmentFiles"},
                            {.out = cat("FragmentPath=/lib/systemd/system/docker.service\n"
                                        "DropInPaths=/etc/systemd/system/docker.service.d/a.conf\n"
                                        "Environment=",
                                        environment, "\n")});
        return ask("docker.unit-overrides", fake.node);
    };
    CHECK(verdict_of("docker.unit-overrides", fake.node) == Verdict::Unknown);
    fake.host.with_file("/lib/systemd/system/docker.service", "")
        .with_file("/etc/systemd/system/docker.service.d/a.conf", "");
    CHECK(showing("A=b").verdict == Verdict::Pass);
    CHECK(contains(showing("DOCKER_INSECURE_NO_IPTABLES_RAW=1").evidence, "DOCKER_INSECURE_"));
    fake.host.with_file("/etc/systemd/system/docker.service.d/a.conf", "", 0664);
    CHECK(contains(showing("").evidence, "a.conf is 0664 of user 0"));
}

TEST_CASE("docker.containerd-socket")
{
    FakeNode fake;
    harden_docker(fake);
    constexpr auto socket = "/run/containerd/containerd.sock";
    CHECK(verdict_of("docker.containerd-socket", fake.node) == Verdict::NotApplicable);
    fake.host.with_file(socket, "", 0660);
    CHECK(verdict_of("docker.containerd-socket", fake.node) == Verdict::Pass);
    fake.host.with_file("/proc/400/comm", "containerd\n");
    CHECK(verdict_of("docker.containerd-socket", fake.node) == Verdict::Unknown);
    fake.host.with_link("/proc/400/fd/3", "socket:[78]")
        .with_file("/proc/400/net/tcp", cat(table_head, open_row));
    CHECK(ask("docker.containerd-socket", fake.node).evidence ==
          "containerd listens on 0.0.0.0:2375");
    fake.host.with_file(socket, "", 0666);
    CHECK(contains(ask("docker.containerd-socket", fake.node).evidence, "0666"));
}

TEST_CASE("docker.credentials-in-urls names the place and never the secret")
{
    FakeNode fake;
    harden_docker(fake);
    CHECK(verdict_of("docker.credentials-in-urls", fake.node) == Verdict::Pass);
    fake.docker.about.mirrors = {"https://mirror.example/a@b"};
    CHECK(verdict_of("docker.credentials-in-urls", fake.node) == Verdict::Pass);
    fake.host.with_file("/etc/docker/daemon.json",
                        R"({"proxies": {"http-proxy": "http://ann:secret@proxy.example:3128"}})");
    const auto finding = ask("docker.credentials-in-urls", fake.node);
    CHECK(finding.evidence == "credentials in proxies.http-proxy");
    fake.docker.about.mirrors = {"https://ann:secret@mirror.example/"};
    CHECK(contains(ask("docker.credentials-in-urls", fake.node).evidence, "a mirror"));
    fake.docker.running = false;
    CHECK(verdict_of("docker.credentials-in-urls", fake.node) == Verdict::Unknown);
}
