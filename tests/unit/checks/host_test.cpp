#include "checks/apt_settings.h"
#include "checks/host_facts.h"
#include "checks/host_rules.h"
#include "checks/packages.h"
#include "checks/sudoers.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static Finding strict(const std::string& id, const FakeNode& fake)
{
    return ask(id, fake.node, {}, Profile::Strict);
}

static void show_units(FakeNode& fake, const std::string& shown)
{
    fake.host.having("systemctl", [shown](const FakeHost&, const Command&, std::string_view) {
        return Output{0, shown, ""};
    });
}

static std::string unit(const std::string& name, const std::string& active)
{
    return cat("Id=", name, "\nActiveState=", active, "\nUnitFileState=enabled\n\n");
}

TEST_CASE("host.supported-system")
{
    FakeNode fake;
    const auto verdict = [&](const std::string& text) {
        fake.host.with_file("/etc/os-release", text);
        return ask("host.supported-system", fake.node, {}, Profile::Baseline).verdict;
    };
    CHECK(strict("host.supported-system", fake).verdict == Verdict::Unknown);
    fake.host.clock = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}.time_since_epoch();
    CHECK(verdict("ID=debian\nVERSION_ID=\"12\"\n") == Verdict::Pass);
    CHECK(verdict("ID=ubuntu\nVERSION_ID=\"20.04\"\n") == Verdict::Fail);
    CHECK(verdict("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux forky/sid\"\n") == Verdict::Info);
    CHECK(verdict("ID=plan9\nVERSION_ID=4\n") == Verdict::Unknown);
    CHECK(verdict("x") == Verdict::Unknown);
}

TEST_CASE("apt's settings are read in each of their forms")
{
    AptSettings settings;
    read_apt_settings("// no\nAPT::Periodic::Unattended-Upgrade \"1\"; # yes\n"
                      "/* APT::Periodic::Unattended-Upgrade \"0\"; */\n"
                      "APT { Periodic { Update-Package-Lists \"2\"; }; };\n"
                      "Unattended-Upgrade::Origins-Pattern { \"a\"; \"b;c\"; };\n"
                      "unattended-upgrade::origins-pattern:: \"d\";",
                      settings);
    CHECK(last_of(settings, "apt::periodic::unattended-upgrade") == "1");
    CHECK(last_of(settings, "apt::periodic::update-package-lists") == "2");
    CHECK(settings["unattended-upgrade::origins-pattern"] ==
          std::vector<std::string>{"a", "b;c", "d"});
    read_apt_settings("apt::periodic::unattended-upgrade \"0\";", settings);
    CHECK(last_of(settings, "apt::periodic::unattended-upgrade") == "0");
}

TEST_CASE("host.security-upgrades")
{
    FakeNode fake;
    const auto finding = [&] { return strict("host.security-upgrades", fake); };
    CHECK(finding().verdict == Verdict::Unknown);
    const auto package = [](const char* name, const char* state) {
        return cat("Package: ", name, "\nStatus: ", state, "\nVersion: 1\n\n");
    };
    fake.host.with_file("/var/lib/dpkg/status", package("bash", "install ok installed"));
    CHECK(finding().verdict == Verdict::Fail);
    const auto installed = package("unattended-upgrades", "install ok installed");
    fake.host.with_file("/var/lib/dpkg/status", installed);
    CHECK(finding().verdict == Verdict::Unknown); // systemd does not answer
    show_units(fake, unit("apt-daily.timer", "active") + unit("apt-daily-upgrade.timer", "active"));
    fake.host.with_file("/etc/apt/apt.conf.d/20auto", "APT::Periodic::Update-Package-Lists \"1\";\n"
                                                      "APT::Periodic::Unattended-Upgrade \"1\";\n");
    CHECK(contains(finding().evidence, "no run has succeeded"));
    REQUIRE(fake.host.write("/var/lib/apt/periodic/upgrade-stamp", ""));
    CHECK(finding().verdict == Verdict::Pass);
    SECTION("a run that is long ago")
    {
        fake.host.clock += std::chrono::days{4};
        CHECK(contains(finding().evidence, "4 days ago"));
    }
    SECTION("switched off by a later file")
    {
        fake.host.with_file("/etc/apt/apt.conf.d/99-off",
                            "APT::Periodic::Unattended-Upgrade \"0\";\n");
        CHECK(contains(finding().evidence, "unattended-upgrade is off"));
    }
    SECTION("a package on hold")
    {
        fake.host.with_file("/var/lib/dpkg/status",
                            installed + package("docker.io", "hold ok installed"));
        CHECK(contains(finding().evidence, "docker.io is on hold"));
    }
    SECTION("a timer that does not run")
    {
        show_units(fake, unit("apt-daily.timer", "active"));
        CHECK(contains(finding().evidence, "apt-daily-upgrade.timer is not active"));
    }
}

TEST_CASE("host.time-synchronised")
{
    FakeNode fake;
    const auto verdict = [&] { return strict("host.time-synchronised", fake).verdict; };
    CHECK(verdict() == Verdict::Unknown);
    show_units(fake, unit("chrony.service", "inactive"));
    CHECK(verdict() == Verdict::Fail);
    SECTION("chrony")
    {
        const Command asked{"chronyc", "-n", "-c", "tracking"};
        show_units(fake, unit("chrony.service", "active"));
        CHECK(verdict() == Verdict::Unknown);
        const auto report = [](const char* offset, const char* leap) {
            return Output{
                0, cat("C0A80001,192.0.2.1,3,1700000000.0,", offset, ",0,0,0,0,0,0,0,64.0,", leap),
                ""};
        };
        fake.host.answering(asked, report("-0.000012", "Normal"));
        CHECK(verdict() == Verdict::Pass);
        fake.host.answering(asked, report("-3.5", "Normal"));
        CHECK(verdict() == Verdict::Fail);
        fake.host.answering(asked, report("0.0", "Not synchronised"));
        CHECK(verdict() == Verdict::Fail);
    }
    SECTION("systemd-timesyncd")
    {
        show_units(fake, unit("systemd-timesyncd.service", "active"));
        CHECK(verdict() == Verdict::Fail);
        REQUIRE(fake.host.write("/run/systemd/timesync/synchronized", ""));
        CHECK(verdict() == Verdict::Pass);
        fake.host.clock += std::chrono::hours{30};
        CHECK(verdict() == Verdict::Fail);
    }
    SECTION("one that cannot be asked")
    {
        show_units(fake, unit("openntpd.service", "active"));
        CHECK(verdict() == Verdict::Unknown);
    }
}

TEST_CASE("host.audit")
{
    FakeNode fake;
    const auto finding = [&] { return strict("host.audit", fake); };
    CHECK(finding().verdict == Verdict::Fail);
    fake.host.answering({"auditctl", "-s"}, {1, "", "denied"});
    CHECK(finding().verdict == Verdict::Unknown);
    fake.host.answering({"auditctl", "-s"}, {0, "enabled 1\nlost 0\nbacklog 0\n", ""});
    show_units(fake, unit("auditd.service", "active"));
    fake.host.answering({"auditctl", "-l"},
                        {0,
                         "-w /etc/docker -p wa\n-w /etc/harden/ -p wa\n"
                         "-a always,exit -F path=/usr/bin/dockerd -F perm=x\n"
                         "-w /etc/ssh/sshd_config -p wa\n-w /usr/bin/containerd -p x\n",
                         ""});
    CHECK(finding().verdict == Verdict::Pass);
    fake.host.answering({"auditctl", "-s"}, {0, "enabled 1\nlost 17\n", ""});
    CHECK(finding().evidence == "records were lost");
    fake.host.answering({"auditctl", "-l"}, {0, "No rules\n", ""});
    CHECK(contains(finding().evidence, "/etc/docker is not watched"));
}

TEST_CASE("host.needless-services")
{
    FakeNode fake;
    CHECK(strict("host.needless-services", fake).verdict == Verdict::Unknown);
    show_units(fake, unit("docker.service", "active") + "Id=cups.service\nActiveState=inactive\n");
    CHECK(strict("host.needless-services", fake).verdict == Verdict::Pass);
    show_units(fake, unit("rpcbind.socket", "active") + unit("cups.service", "inactive"));
    CHECK(strict("host.needless-services", fake).evidence ==
          "cups.service starts at boot, rpcbind.socket runs");
}

TEST_CASE("host.cloud-init")
{
    FakeNode fake;
    const auto verdict = [&] { return ask("host.cloud-init", fake.node).verdict; };
    CHECK(verdict() == Verdict::NotApplicable);
    fake.host.with_file("/etc/cloud/cloud.cfg", "users:\n  - default\n");
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file("/etc/cloud/cloud.cfg.d/99-harden.cfg", "ssh_pwauth: false\n");
    CHECK(verdict() == Verdict::Pass);
    fake.host.with_file("/etc/cloud/cloud.cfg.d/99-vendor.cfg", "ssh_pwauth: True # ours\n");
    CHECK(verdict() == Verdict::Fail);
    CHECK(ask("host.cloud-init", fake.node, {}, Profile::Baseline).verdict == Verdict::Info);
    fake.host.with_file("/etc/cloud/cloud-init.disabled", "");
    CHECK(verdict() == Verdict::Pass);
    REQUIRE(fake.host.remove("/etc/cloud/cloud-init.disabled"));
    fake.host.with_link("/etc/cloud/cloud.cfg.d/zz.cfg", "zz.cfg.d"); // nothing there: absent
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file("/etc/cloud/cloud.cfg.d/zzz.cfg/part", ""); // a directory cannot be read
    CHECK(verdict() == Verdict::Unknown);
}

static constexpr auto accounts = "root:x:0:0::/root:/bin/bash\n"
                                 "daemon:x:1:1::/:/usr/sbin/nologin\n"
                                 "ann:x:1000:1000::/home/ann:/bin/bash\n"
                                 "bob:x:1001:27::/home/bob:/bin/bash\n";

TEST_CASE("host.root-accounts")
{
    FakeNode fake;
    const auto finding = [&] {
        return ask("host.root-accounts", fake.node, {}, Profile::Baseline);
    };
    CHECK(finding().verdict == Verdict::Unknown);
    fake.host.with_file("/etc/passwd", accounts);
    CHECK(finding().verdict == Verdict::Unknown); // /etc/shadow
    fake.host.with_file("/etc/shadow", "root:*:1::::::\nann:!:1::::::\ndaemon::1::::::\n");
    CHECK(finding().verdict == Verdict::Pass);
    fake.host.with_file("/etc/shadow", "root:*:1::::::\nann::1::::::\n");
    CHECK(finding().evidence == "ann needs no password");
    fake.host.with_file("/etc/passwd", cat(accounts, "toor:x:00:0::/:/bin/sh\n"));
    CHECK(contains(finding().evidence, "toor has uid 0"));
}

namespace {

struct SudoCase {
    std::string sudoers;
    std::string evidence; // part of it; empty: a pass
};

}

TEST_CASE("host.privileged-users")
{
    FakeNode fake;
    CHECK(strict("host.privileged-users", fake).verdict == Verdict::Unknown);
    fake.host.with_file("/etc/passwd", accounts);
    fake.host.with_file("/etc/group", "root:x:0:\nsudo:x:27:ann\ndocker:x:99:\n");
    fake.host.with_file("/etc/sudoers.d/README", "bob ALL=(ALL) ALL\n");
    fake.host.with_file("/etc/sudoers.d/90-cloud.off", "ann ALL=(ALL) NOPASSWD:ALL\n");
    const auto row = GENERATE(values<SudoCase>({
        {"", ""},
        {"root ALL=(ALL) NOPASSWD: ALL\n%sudo ALL=(ALL:ALL) ALL\n", ""},
        {"# ann ALL=(ALL) NOPASSWD: ALL\n", ""},
        {"@includedir /etc/sudoers.d\n", ""},
        {"ann ALL=(ALL) NOPASSWD:ALL\n", "ann runs ALL without a password (/etc/sudoers:1)"},
        {"\nbob , ann ALL = NOPASSWD: /bin/ls\n", "ann runs /bin/ls"},
        {"#1000 ALL=(ALL) NOPASSWD: ALL\n", "ann runs ALL"},
        {"%sudo ALL=(ALL) NOPASSWD: ALL\n", "bob runs ALL"}, // by its primary group
        {"User_Alias OPS = ann, joe : X = y\nOPS ALL=(ALL) NOPASSWD: ALL\n", "ann runs ALL"},
        {"ann ALL=(ALL) \\\n  NOPASSWD: ALL\n", "ann runs ALL without a password (/etc/sudoers:1)"},
        {"Defaults:ann !authenticate\n", "ann runs all that sudo lets them"},
        {"#include /etc/sudoers.extra\n", "(/etc/sudoers.extra:2)"},
    }));
    INFO(row.sudoers);
    fake.host.with_file("/etc/sudoers.extra", "\nann ALL=NOPASSWD: ALL");
    fake.host.with_file("/etc/sudoers", row.sudoers);
    const auto finding = strict("host.privileged-users", fake);
    CHECK(finding.verdict == (row.evidence.empty() ? Verdict::Pass : Verdict::Fail));
    CHECK(contains(finding.evidence, row.evidence));
}

TEST_CASE("a group that is root's, a user that is listed, sudo's rules that include themselves")
{
    FakeNode fake;
    fake.host.with_file("/etc/passwd", accounts);
    fake.host.with_file("/etc/group", "lxd:x:99:ann\n");
    CHECK(strict("host.privileged-users", fake).evidence == "ann is in the group lxd");
    fake.host.with_file(site_host_rules, "version = 1\n[access]\nprivileged_users = [\"ann\"]\n");
    CHECK(strict("host.privileged-users", fake).verdict == Verdict::Pass);
    fake.host.with_file("/etc/sudoers", "@include /etc/sudoers\n");
    CHECK(strict("host.privileged-users", fake).verdict == Verdict::Unknown);
}

TEST_CASE("host.root-files")
{
    FakeNode fake;
    const auto finding = [&] { return ask("host.root-files", fake.node, {}, Profile::Baseline); };
    CHECK(finding().verdict == Verdict::Unknown);
    fake.host.with_file("/etc/systemd/system/a.service", "");
    fake.host.with_link("/etc/systemd/system/multi-user.target.wants/a.service", "../a.service");
    CHECK(finding().verdict == Verdict::Pass);
    fake.host.with_file("/etc/systemd/system/a.service.d/x.conf", "", 0666);
    CHECK(finding().evidence == "/etc/systemd/system/a.service.d/x.conf");
    fake.host.with_file("/etc/systemd/system/a.service.d/x.conf", "", 0664); // root's group
    CHECK(finding().verdict == Verdict::Pass);
}

TEST_CASE("host.privileged-files")
{
    FakeNode fake;
    const auto finding = [&] { return strict("host.privileged-files", fake); };
    fake.host.with_file("/usr/bin/su", "", 04755);
    CHECK(finding().verdict == Verdict::Pass);
    fake.host.with_file("/home/ann/su", "", 04755);
    CHECK(finding().evidence == "/home/ann/su");
    fake.host.with_file(site_host_rules, "version = 1\n[privileged_files]\nknown = 1\n");
    CHECK(finding().verdict == Verdict::Unknown);
}

TEST_CASE("host.apparmor-enforcing")
{
    FakeNode fake;
    const auto verdict = [&] { return strict("host.apparmor-enforcing", fake).verdict; };
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file("/sys/module/apparmor/parameters/enabled", "Y\n");
    CHECK(verdict() == Verdict::Unknown);
    fake.host.with_file("/sys/kernel/security/apparmor/profiles", "docker-default (enforce)\n");
    CHECK(verdict() == Verdict::Pass);
    fake.host.with_file("/sys/kernel/security/apparmor/profiles",
                        "docker-default (enforce)\nman (complain)\n");
    CHECK(verdict() == Verdict::Fail);
}

TEST_CASE("versions are ordered by their numbers")
{
    CHECK(is_older("6.1.0-9-amd64", "6.1.0-38-amd64"));
    CHECK_FALSE(is_older("6.1.0-38-amd64", "6.1.0-9-amd64"));
    CHECK_FALSE(is_older("6.1.0-9-amd64", "6.1.0-9-amd64"));
    CHECK(is_older("6.1", "6.1.1"));
    CHECK(is_older("6.1.09", "6.1.10"));
}
