#include "daemonjson/unit_command.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

static FakeHost& showing(FakeHost& host, std::string text)
{
    return host.answering({"systemctl", "show", "docker.service",
                           "--property=ExecStart,Environment,EnvironmentFiles"},
                          {.out = std::move(text)});
}

static constexpr auto debians =
    "ExecStart={ path=/usr/sbin/dockerd ; argv[]=/usr/sbin/dockerd -H fd:// $DOCKER_OPTS ${ONE} ; "
    "ignore_errors=no ; start_time=[n/a] }\n"
    "Environment=ONE=--label=a\n"
    "EnvironmentFiles=/etc/default/docker (ignore_errors=yes)\n";

TEST_CASE("the unit's flags hold what its environment file adds")
{
    FakeHost host;
    showing(host, debians);
    CHECK(unit_command(host) == Command{"/usr/sbin/dockerd", "-H", "fd://", "--label=a"});
    host.with_file("/etc/default/docker", "# Use DOCKER_OPTS\n#DOCKER_OPTS=\"--dns 192.0.2.1\"\n"
                                          "DOCKER_OPTS=\"--log-driver=local --bip 10.9.0.1/24\"\n");
    CHECK(unit_command(host) == Command{"/usr/sbin/dockerd", "-H", "fd://", "--log-driver=local",
                                        "--bip", "10.9.0.1/24", "--label=a"});
}

TEST_CASE("without a unit there is no command")
{
    FakeHost host;
    CHECK(unit_command(host).empty());
    showing(host, "ExecStart=\nEnvironment=\n");
    CHECK(unit_command(host).empty());
}
