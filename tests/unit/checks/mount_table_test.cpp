#include "checks/container_mounts.h"
#include "checks/mount_table.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("rows of the kernel's mount table")
{
    const auto rows = parse_mount_table(
        "36 35 98:0 /mnt1 /mnt\\0402 ro,noatime shared:1 master:2 - ext3 /dev/root rw,size=64k\n"
        "garbage\n37 35 0:5 / /run rw - tmpfs tmpfs rw\n38 35 0:5 / /x rw tmpfs\n");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].device == "98:0");
    CHECK(rows[0].root == "/mnt1");
    CHECK(rows[0].place == "/mnt 2");
    CHECK(rows[0].type == "ext3");
    CHECK(rows[0].read_only);
    CHECK(rows[0].shared);
    CHECK(option_value(rows[0], "size") == "64k");
    CHECK_FALSE(rows[1].read_only);
    CHECK_FALSE(rows[1].shared);
    CHECK(mount_at(rows, "/run") == &rows[1]);
    CHECK(mount_at(rows, "/ru") == nullptr);
}

TEST_CASE("what a container sees is found on the host by the file system that it is on")
{
    const auto host = parse_mount_table("20 1 8:1 / / rw - ext4 d rw\n"
                                        "21 20 0:5 / /run rw - tmpfs t rw\n"
                                        "22 20 8:2 /sub /srv rw - ext4 e rw\n");
    const auto places = [&](const std::string& device, const std::string& root) {
        return places_on_host(host, {.device = device, .root = root});
    };
    using Places = std::vector<std::string>;
    CHECK(places("8:1", "/etc/x") == Places{"/etc/x"});
    CHECK(places("8:1", "/") == Places{"/"});
    CHECK(places("0:5", "/docker.sock") == Places{"/run/docker.sock"});
    CHECK(places("0:5", "/") == Places{"/run"});
    CHECK(places("8:2", "/sub/a") == Places{"/srv/a"});
    CHECK(places("8:2", "/subway").empty());
    CHECK(places("9:9", "/").empty());
}

TEST_CASE("links on the way are followed, in circles not for ever")
{
    FakeHost host;
    host.with_file("/run/docker.sock", "")
        .with_link("/var/run", "/run")
        .with_link("/srv/a", "../var/run/docker.sock")
        .with_link("/loop", "/loop");
    CHECK(resolved(host, "/var/run/docker.sock") == "/run/docker.sock");
    CHECK(resolved(host, "/srv/a") == "/run/docker.sock");
    CHECK(resolved(host, "/srv/../run/./docker.sock") == "/run/docker.sock");
    CHECK(resolved(host, "/absent/x") == "/absent/x");
    CHECK(resolved(host, "/loop/x") == "/loop/x");
    CHECK(resolved(host, "/") == "/");
}
