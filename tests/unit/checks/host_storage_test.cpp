#include "checks/host_facts.h"
#include "checks/host_rules.h"
#include "checks/mount_table.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static Finding strict(const std::string& id, const FakeNode& fake)
{
    return ask(id, fake.node, {}, Profile::Strict);
}

static const auto* mount_table =
    "25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
    "26 25 0:5 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw\n"
    "27 25 8:17 / /var/lib/docker rw,relatime shared:2 - xfs /dev/sdb1 rw,prjquota\n"
    "28 25 8:18 / /mnt/a\\040b rw - ext4 /dev/sdb2 rw\n";

TEST_CASE("mounts are found by the longest place, and the last one on it counts")
{
    const auto all =
        parse_mount_table(cat(mount_table, "29 26 0:6 / /tmp rw - tmpfs later rw\nbroken\n"));
    REQUIRE(all.size() == 5);
    CHECK(mount_of(all, "/tmp/x")->source == "later");
    CHECK(mount_of(all, "/tmpfile")->place == "/");
    CHECK(mount_of(all, "/mnt/a b/c")->device == "8:18");
    CHECK(mount_of({}, "/") == nullptr);
}

TEST_CASE("where containers write")
{
    FakeNode fake;
    fake.docker.about.root_dir = "/var/lib/docker";
    CHECK(strict("host.container-filesystem", fake).verdict == Verdict::Unknown);
    CHECK(strict("host.disk-quota", fake).verdict == Verdict::Unknown);
    fake.host.with_file("/proc/self/mountinfo", mount_table);
    CHECK(strict("host.container-filesystem", fake).verdict == Verdict::Pass);
    CHECK(strict("host.disk-quota", fake).verdict == Verdict::Pass);
    fake.host.with_file("/var/lib/containerd/x", "");
    CHECK(contains(strict("host.container-filesystem", fake).evidence, "/var/lib/containerd"));
    fake.docker.about.root_dir = "/srv/docker";
    CHECK(strict("host.disk-quota", fake).verdict == Verdict::Fail);
    fake.host.with_file("/proc/self/mountinfo", "25 1 8:1 / / rw - xfs /dev/sda1 rw,noquota\n");
    CHECK(strict("host.disk-quota", fake).evidence == "XFS is mounted without prjquota");
}

TEST_CASE("host.free-space")
{
    FakeNode fake;
    CHECK(strict("host.free-space", fake).verdict == Verdict::Unknown);
    const auto disk = [&](const std::string& rows) {
        fake.host.having("df", [rows](const FakeHost&, const Command&, std::string_view) {
            return Output{0, cat(" 1K-blocks Avail Inodes IFree Mounted on\n", rows), ""};
        });
    };
    disk("1000 500 100 50 /\n1000 500 0 0 /a b\n");
    CHECK(contains(strict("host.free-space", fake).evidence, "no timetable prunes images"));
    fake.host.with_file("/etc/cron.d/prune", "# docker\n0 4 * * * root docker image prune -af\n");
    CHECK(strict("host.free-space", fake).verdict == Verdict::Pass);
    disk("1000 100 100 50 /\n");
    CHECK(strict("host.free-space", fake).evidence == "/ has 10 % left");
    disk("1000 900 100 5 /a b\n");
    CHECK(strict("host.free-space", fake).evidence == "/a b has 5 % of its inodes left");
    disk("");
    CHECK(strict("host.free-space", fake).verdict == Verdict::Unknown);
}

TEST_CASE("host.tmp-mounts")
{
    FakeNode fake;
    CHECK(strict("host.tmp-mounts", fake).verdict == Verdict::Unknown);
    fake.host.with_file("/proc/self/mountinfo", mount_table);
    CHECK(contains(strict("host.tmp-mounts", fake).evidence, "/var/tmp is no mount of its own"));
    fake.host.with_file("/proc/self/mountinfo",
                        cat(mount_table, "30 25 0:6 / /var/tmp rw,nosuid,nodev - tmpfs tmpfs rw\n"
                                         "31 25 0:7 / /dev/shm rw,nosuid - tmpfs tmpfs rw\n"));
    CHECK(strict("host.tmp-mounts", fake).evidence == "/dev/shm lacks nodev");
    fake.host.with_file(site_host_rules,
                        "version = 1\n[storage]\ntemporary_options = [\"nosuid\"]\n");
    CHECK(strict("host.tmp-mounts", fake).verdict == Verdict::Pass);
}

TEST_CASE("host.swap")
{
    FakeNode fake;
    const auto verdict = [&](const std::string& rows) {
        fake.host.with_file("/proc/swaps", cat("Filename\t\tType\t\tSize\tUsed\tPriority\n", rows));
        return strict("host.swap", fake).verdict;
    };
    CHECK(verdict("") == Verdict::Pass);
    CHECK(verdict("/dev/dm-1                               partition\t8\t0\t-2\n") ==
          Verdict::Fail);
    fake.host.with_file("/sys/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap\n");
    CHECK(verdict("/dev/dm-1                               partition\t8\t0\t-2\n") ==
          Verdict::Pass);
    CHECK(verdict("/dev/zram0                              partition\t8\t0\t-2\n") ==
          Verdict::Pass);
    CHECK(verdict("/swap                                   file\t\t8\t0\t-2\n") ==
          Verdict::Unknown);
    fake.host.with_file("/proc/self/mountinfo", mount_table);
    CHECK(verdict("/swap                                   file\t\t8\t0\t-2\n") == Verdict::Fail);
    fake.host.with_file("/sys/dev/block/8:1/dm/uuid", "CRYPT-LUKS2-root\n");
    CHECK(verdict("/swap                                   file\t\t8\t0\t-2\n") == Verdict::Pass);
}

TEST_CASE("host.journal")
{
    FakeNode fake;
    const auto verdict = [&] { return strict("host.journal", fake).verdict; };
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file("/run/systemd/journal/socket", "");
    CHECK(verdict() == Verdict::Fail); // in memory
    fake.host.with_file("/var/log/journal/id/system.journal", "");
    CHECK(verdict() == Verdict::Pass);
    fake.host.with_file("/usr/lib/systemd/journald.conf.d/10.conf",
                        "[Journal]\nStorage=volatile\n");
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file("/etc/systemd/journald.conf.d/20.conf",
                        "Storage=persistent\nSystemMaxUse=1G\n");
    CHECK(strict("host.journal", fake).evidence == "kept, at most 1G");
    fake.host.with_link("/etc/systemd/journald.conf", "no.conf");
    CHECK(verdict() == Verdict::Pass); // a link to no file
    fake.host.with_file("/etc/systemd/journald.conf.d/30.conf/part", "");
    CHECK(verdict() == Verdict::Unknown); // a directory in a file's place
}
