#include "firewall/managers.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;

static std::string names(const FakeHost& host)
{
    std::string all;
    for (const auto& manager : *other_managers(host))
        all += manager.name + " ";
    return all;
}

TEST_CASE("who else writes the packet filter is found by what it does, not by what is installed")
{
    FakeHost host;
    CHECK(names(host).empty()); // nor is there a systemd
    host.having("systemctl", [](const FakeHost&, const Command& command, std::string_view) {
        return Output{.status = command.back() == "nftables.service" ? 0 : 3};
    });
    CHECK(names(host) == "nftables ");
    host.with_file("/etc/ufw/ufw.conf", "# x\nENABLED=no\nLOGLEVEL=low\n");
    CHECK(names(host) == "nftables ");
    host.with_file("/etc/ufw/ufw.conf", "# x\nENABLED=yes\nLOGLEVEL=low\n");
    CHECK(names(host) == "ufw nftables ");
}
