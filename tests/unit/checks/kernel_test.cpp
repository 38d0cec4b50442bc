#include "checks/host_rules.h"
#include "checks/kernel_facts.h"
#include "checks/kernel_modules.h"
#include "checks/sysctl_files.h"
#include "unit/checks/ask.h"

using namespace harden;
using namespace harden::test;

static Finding strict(const std::string& id, const FakeNode& fake)
{
    return ask(id, fake.node, {}, Profile::Strict);
}

static void set(FakeNode& fake, const std::string& key, const std::string& value)
{
    fake.host.with_file(Path{"/proc/sys"} / slashed_key(key), value + "\n");
}

namespace {

// A kernel with every setting as rules/host.toml wants it, and one interface.
struct GoodKernel : FakeNode {
    GoodKernel();
};

}

GoodKernel::GoodKernel()
{
    set(*this, "kernel.osrelease", "6.1.0-38-amd64");
    set(*this, "kernel.core_pattern", "core");
    const auto rules = host_rules_from(*host_settings(host));
    REQUIRE(rules);
    for (const auto& rule : rules->settings) {
        const auto value = std::to_string(rule.least ? *rule.least : *rule.most);
        const auto star = rule.key.find('*');
        if (star == std::string::npos) {
            set(*this, rule.key, value);
            continue;
        }
        for (const auto* name : {"all", "default", "lo", "eth0"})
            set(*this, cat(rule.key.substr(0, star), name, rule.key.substr(star + 1)), value);
    }
    host.with_file("/run/docker.pid", "7\n");
}

namespace {

struct Gap {
    std::string id;
    std::string key;
    std::string value;
    std::string evidence;
};

}

TEST_CASE("a kernel setting that is not as wanted fails its check")
{
    const auto gap = GENERATE(values<Gap>({
        {"kernel.bpf-restricted", "kernel.unprivileged_bpf_disabled", "0", "not at least 1"},
        {"kernel.bpf-restricted", "net.core.bpf_jit_harden", "0", "not at least 2"},
        {"kernel.information-leaks", "kernel.kptr_restrict", "1", "kptr_restrict is 1"},
        {"kernel.information-leaks", "kernel.sysrq", "176", "sysrq is 176"},
        {"kernel.kexec-disabled", "kernel.kexec_load_disabled", "0", "is 0"},
        {"kernel.ptrace-restricted", "kernel.yama.ptrace_scope", "0", "from 1 to 2"},
        {"kernel.ptrace-restricted", "kernel.yama.ptrace_scope", "3", "from 1 to 2"},
        {"kernel.memory-protections", "fs.protected_fifos", "0", "protected_fifos"},
        {"kernel.network-settings", "net.ipv4.tcp_syncookies", "0", "syncookies"},
        {"kernel.network-settings", "net.ipv4.conf.eth0.send_redirects", "1", "of eth0 is 1"},
        {"kernel.network-settings", "net.ipv4.ip_forward", "0", "ip_forward is 0"},
        {"kernel.forwarding", "net.ipv4.ip_forward", "0", "ip_forward is 0"},
        {"kernel.memory-settings", "vm.overcommit_memory", "2", "not at most 1"},
        {"kernel.memory-settings", "kernel.io_uring_disabled", "0", "io_uring"},
    }));
    INFO(gap.key);
    GoodKernel fake;
    CHECK(strict(gap.id, fake).verdict == Verdict::Pass);
    set(fake, gap.key, gap.value);
    const auto finding = strict(gap.id, fake);
    CHECK(finding.verdict == Verdict::Fail);
    CHECK(contains(finding.evidence, gap.evidence));
    set(fake, gap.key, "many");
    CHECK(strict(gap.id, fake).verdict == Verdict::Unknown);
}

TEST_CASE("a setting that the kernel lacks is judged by what it limits")
{
    FakeNode fake;
    CHECK(strict("kernel.ptrace-restricted", fake).verdict == Verdict::Unknown); // no /proc at all
    set(fake, "kernel.osrelease", "6.18");
    CHECK(strict("kernel.ptrace-restricted", fake).verdict == Verdict::Fail);
    CHECK(strict("kernel.kexec-disabled", fake).verdict == Verdict::NotApplicable);
    CHECK(strict("kernel.forwarding", fake).verdict == Verdict::NotApplicable); // no Docker
}

TEST_CASE("an interface's value counts as the kernel combines it with that for all")
{
    GoodKernel fake;
    set(fake, "net.ipv4.conf.eth0.accept_redirects", "1");
    SECTION("on a router both have to be on")
    {
        set(fake, "net.ipv4.conf.eth0.forwarding", "1");
        CHECK(strict("kernel.network-settings", fake).verdict == Verdict::Pass);
        set(fake, "net.ipv4.conf.all.accept_redirects", "1");
        CHECK(strict("kernel.network-settings", fake).verdict == Verdict::Fail);
    }
    SECTION("elsewhere one suffices")
    {
        set(fake, "net.ipv4.conf.eth0.forwarding", "0");
        CHECK(strict("kernel.network-settings", fake).verdict == Verdict::Fail);
    }
    SECTION("the larger rp_filter counts")
    {
        set(fake, "net.ipv4.conf.eth0.forwarding", "1");
        set(fake, "net.ipv4.conf.eth0.rp_filter", "0");
        CHECK(strict("kernel.network-settings", fake).verdict == Verdict::Pass);
    }
}

TEST_CASE("a site changes what is wanted by name")
{
    GoodKernel fake;
    set(fake, "kernel.kptr_restrict", "1");
    fake.host.with_file(site_host_rules,
                        "version = 1\n[settings.\"kernel.kptr_restrict\"]\nleast = 1\n");
    CHECK(strict("kernel.information-leaks", fake).verdict == Verdict::Pass);
    fake.host.with_file(site_host_rules, "version = 1\n[settings.\"x.y\"]\nleest = 1\n");
    CHECK(strict("kernel.information-leaks", fake).verdict == Verdict::Unknown);
}

TEST_CASE("kernel.newest-running")
{
    GoodKernel fake;
    const auto verdict = [&] { return strict("kernel.newest-running", fake).verdict; };
    CHECK(verdict() == Verdict::Unknown); // /proc/version is not there
    fake.host.with_file("/proc/version",
                        "Linux version 6.1.0-38-amd64 (x) #1 SMP Debian 6.1.147-1 (2025-08-02)\n");
    CHECK(verdict() == Verdict::NotApplicable);
    fake.host.with_file("/boot/vmlinuz-6.1.0-38-amd64", "");
    fake.host.with_file("/boot/vmlinuz-6.1.0-9-amd64", "");
    fake.host.with_file("/boot/vmlinuz-6.1.0-40-cloud-amd64", ""); // another flavour
    CHECK(verdict() == Verdict::Pass);
    SECTION("a newer one is installed")
    {
        fake.host.with_file("/boot/vmlinuz-6.1.0-40-amd64", "");
        CHECK(verdict() == Verdict::Fail);
        fake.host.with_file("/run/reboot-required", "");
        REQUIRE(fake.host.write("/run/reboot-required", "*** restart ***"));
        CHECK(verdict() == Verdict::Info); // there is a week's time
        fake.host.clock += std::chrono::days{8};
        CHECK(verdict() == Verdict::Fail);
    }
    SECTION("a fixed package has the same release")
    {
        fake.host.with_file("/var/lib/dpkg/status",
                            "Package: linux-image-6.1.0-38-amd64\nStatus: install ok installed\n"
                            "Version: 6.1.153-1\n");
        CHECK(contains(strict("kernel.newest-running", fake).evidence, "6.1.147-1 runs"));
    }
    SECTION("what runs is not installed any more")
    {
        REQUIRE(fake.host.remove("/boot/vmlinuz-6.1.0-38-amd64"));
        CHECK(verdict() == Verdict::Fail);
    }
}

TEST_CASE("modules are loadable unless modprobe is told to run something else")
{
    GoodKernel fake;
    fake.host.with_file("/proc/modules", "overlay 151552 20 - Live 0x0\nrds 1 0 - Live 0x0\n");
    fake.host.with_file("/lib/modules/6.1.0-38-amd64/modules.dep",
                        "kernel/crypto/algif_aead.ko: kernel/crypto/af_alg.ko\n"
                        "kernel/net/sctp/sctp.ko.xz:\nkernel/net/tipc/tipc.ko:\n"
                        "kernel/drivers/usb/storage/usb-storage.ko:\n");
    fake.host.with_file("/etc/modprobe.d/a.conf",
                        "install sctp /bin/false\nblacklist tipc\ninstall usb-storage /bin/true\n");
    const Facts facts{fake.node};
    const auto modules = kernel_modules(facts);
    REQUIRE(modules);
    CHECK(state_of(*modules, "rds") == ModuleState::Present);
    CHECK(state_of(*modules, "sctp") == ModuleState::Blocked);
    CHECK(state_of(*modules, "tipc") == ModuleState::Loadable); // its own name still loads
    CHECK(state_of(*modules, "usb_storage") == ModuleState::Blocked);
    CHECK(state_of(*modules, "dccp") == ModuleState::Absent);
}

TEST_CASE("kernel.module-loading and kernel.known-escapes")
{
    GoodKernel fake;
    CHECK(strict("kernel.module-loading", fake).verdict == Verdict::Pass);
    CHECK(strict("kernel.known-escapes", fake).verdict == Verdict::Pass);
    const auto dep = Path{"/lib/modules/6.1.0-38-amd64/modules.dep"};
    fake.host.with_file(dep, "kernel/crypto/algif_aead.ko:\nkernel/net/sctp/sctp.ko:\n"
                             "kernel/fs/overlayfs/overlay.ko:\n");
    CHECK(contains(strict("kernel.module-loading", fake).evidence, "sctp can be loaded"));
    CHECK(contains(strict("kernel.known-escapes", fake).evidence, "algif_aead can be loaded"));
    fake.host.with_file("/etc/modprobe.d/b.conf", "install overlay /bin/false\n"
                                                  "install sctp /bin/false\n");
    CHECK(contains(strict("kernel.module-loading", fake).evidence, "Docker needs it"));
    set(fake, "kernel.modules_disabled", "1");
    CHECK(strict("kernel.module-loading", fake).verdict == Verdict::Pass);
    set(fake, "kernel.modules_disabled", "?");
    CHECK(strict("kernel.module-loading", fake).verdict == Verdict::Unknown);
    CHECK(strict("kernel.known-escapes", fake).verdict == Verdict::Unknown);
}

TEST_CASE("a kernel without modules tells by its protocols what it has")
{
    GoodKernel fake;
    fake.host.with_file("/proc/net/protocols",
                        "protocol  size sockets\nALG 1 -1\nSCTPv6 1 0\nSCTP 1 0\n");
    CHECK(contains(strict("kernel.known-escapes", fake).evidence, "algif_aead is loaded"));
    CHECK(contains(strict("kernel.module-loading", fake).evidence, "sctp is loaded"));
}

TEST_CASE("kernel.user-namespaces")
{
    GoodKernel fake;
    const auto verdict = [&] { return strict("kernel.user-namespaces", fake).verdict; };
    CHECK(verdict() == Verdict::Fail);
    set(fake, "kernel.unprivileged_userns_clone", "1");
    CHECK(verdict() == Verdict::Fail);
    set(fake, "kernel.unprivileged_userns_clone", "0");
    CHECK(verdict() == Verdict::Pass);
    set(fake, "kernel.unprivileged_userns_clone", "1");
    set(fake, "kernel.apparmor_restrict_unprivileged_userns", "1");
    CHECK(verdict() == Verdict::Pass);
    set(fake, "kernel.apparmor_restrict_unprivileged_userns", "x");
    CHECK(verdict() == Verdict::Unknown);
}

TEST_CASE("kernel.lockdown")
{
    GoodKernel fake;
    const auto verdict = [&] { return strict("kernel.lockdown", fake).verdict; };
    CHECK(verdict() == Verdict::Unknown); // securityfs is not mounted
    fake.host.with_file("/run/systemd/container", "lxc\n");
    CHECK(verdict() == Verdict::NotApplicable);
    REQUIRE(fake.host.remove("/run/systemd/container"));
    fake.host.with_file("/sys/kernel/security/lsm", "capability");
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    CHECK(verdict() == Verdict::Pass);
}

TEST_CASE("kernel.core-dumps")
{
    GoodKernel fake;
    CHECK(strict("kernel.core-dumps", fake).verdict == Verdict::Pass);
    set(fake, "kernel.core_pattern", "|/usr/share/apport/apport -p%p");
    CHECK(strict("kernel.core-dumps", fake).verdict == Verdict::Fail);
    CHECK(ask("kernel.core-dumps", fake.node).verdict == Verdict::Info);
    CHECK(strict("kernel.core-dumps", FakeNode{}).verdict == Verdict::Unknown);
}

TEST_CASE("kernel.helper-programs fails on every profile")
{
    GoodKernel fake;
    const auto finding = [&] {
        return ask("kernel.helper-programs", fake.node, {}, Profile::Baseline);
    };
    CHECK(finding().verdict == Verdict::Pass);
    set(fake, "kernel.modprobe", "/sbin/modprobe");
    fake.host.with_link("/sbin", "usr/sbin").with_link("/sbin/modprobe", "../bin/kmod");
    CHECK(finding().verdict == Verdict::Pass);
    SECTION("a program that a container could write")
    {
        set(fake, "kernel.core_pattern", "|/var/lib/docker/overlay2/aa/diff/evil %p");
        fake.host.with_file("/var/lib/docker/overlay2/aa/diff/evil", "#!/bin/sh", 0777);
        CHECK(finding().verdict == Verdict::Fail);
    }
    SECTION("a program that is not there, in a directory of everybody")
    {
        fake.host.with_file("/tmp", "", 0777);
        set(fake, "kernel.modprobe", "/tmp/x");
        CHECK(contains(finding().evidence, "/tmp is not root's alone"));
    }
    SECTION("a release agent")
    {
        fake.host.with_file("/sys/fs/cgroup/rdma/release_agent", "cmd\n");
        CHECK(contains(finding().evidence, "no whole path"));
    }
    SECTION("unknown without /proc")
    {
        CHECK(strict("kernel.helper-programs", FakeNode{}).verdict == Verdict::Unknown);
    }
}

TEST_CASE("kernel.router-advertisements")
{
    GoodKernel fake;
    const auto verdict = [&](const char* accepts, const char* forwards, const char* route) {
        set(fake, "net.ipv6.conf.eth0.accept_ra", accepts);
        set(fake, "net.ipv6.conf.eth0.forwarding", forwards);
        set(fake, "net.ipv6.conf.eth0.disable_ipv6", "0");
        fake.host.with_file("/proc/net/ipv6_route", route);
        return strict("kernel.router-advertisements", fake).verdict;
    };
    const auto* learned =
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        "fe800000000000000000000000000001 00000400 00000001 00000000 00450003     eth0\n";
    const auto* fixed =
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n";
    CHECK(verdict("2", "1", learned) == Verdict::Pass);
    CHECK(verdict("1", "1", learned) == Verdict::Fail);
    CHECK(verdict("1", "0", learned) == Verdict::Pass);
    CHECK(verdict("0", "1", fixed) == Verdict::Pass);
    CHECK(verdict("1", "1", fixed) == Verdict::Pass); // a router ignores them
    CHECK(verdict("2", "1", fixed) == Verdict::Fail);
    CHECK(verdict("1", "0", fixed) == Verdict::Fail);
    REQUIRE(fake.host.remove("/proc/net/ipv6_route"));
    CHECK(strict("kernel.router-advertisements", fake).verdict == Verdict::Unknown);
}

TEST_CASE("kernel.cpu-vulnerabilities")
{
    GoodKernel fake;
    const Path directory{"/sys/devices/system/cpu"};
    const auto verdict = [&] { return strict("kernel.cpu-vulnerabilities", fake).verdict; };
    CHECK(verdict() == Verdict::Unknown);
    fake.host.with_file(directory / "vulnerabilities/meltdown", "Mitigation: PTI\n");
    CHECK(verdict() == Verdict::Pass);
    fake.host.with_file(directory / "smt/active", "1\n");
    CHECK(verdict() == Verdict::Fail);
    fake.host.with_file(site_host_rules, "version = 1\n[cpu]\nthreads = \"accepted\"\n");
    CHECK(verdict() == Verdict::Pass);
    fake.host.with_file(directory / "vulnerabilities/mds", "Vulnerable: no microcode\n");
    CHECK(verdict() == Verdict::Fail);
}

TEST_CASE("kernel.settings-persisted merges sysctl.d as systemd does")
{
    GoodKernel fake;
    const auto finding = [&] { return strict("kernel.settings-persisted", fake); };
    fake.host.with_file("/usr/lib/sysctl.d/50-a.conf", "kernel.kptr_restrict = 1\n");
    CHECK(finding().verdict == Verdict::Fail); // it is 2
    SECTION("a later name wins")
    {
        fake.host.with_file("/usr/lib/sysctl.d/60-b.conf", "; x\nkernel/kptr_restrict=2\n");
        CHECK(finding().verdict == Verdict::Pass);
    }
    SECTION("the file in /etc replaces one of its name")
    {
        fake.host.with_file("/etc/sysctl.d/50-a.conf", "# nothing\n");
        CHECK(finding().verdict == Verdict::Pass);
    }
    SECTION("a link to /dev/null masks it")
    {
        fake.host.with_link("/etc/sysctl.d/50-a.conf", "/dev/null");
        CHECK(finding().verdict == Verdict::Pass);
    }
    SECTION("a pattern stands for interfaces that no line names")
    {
        fake.host.with_file("/etc/sysctl.d/50-a.conf",
                            "net.ipv4.conf.*.rp_filter = 2\nnet.ipv4.conf.all.rp_filter = 1\n"
                            "-net.ipv4.conf.default.rp_filter\nnet.ipv4.conf.lo.rp_filter=1\n");
        CHECK(contains(finding().evidence, "net/ipv4/conf/eth0/rp_filter is 1"));
        set(fake, "net.ipv4.conf.eth0.rp_filter", "2");
        CHECK(finding().verdict == Verdict::Pass);
    }
    SECTION("blanks do not count")
    {
        set(fake, "net.ipv4.tcp_rmem", "4096\t131072\t6291456");
        fake.host.with_file("/etc/sysctl.d/50-a.conf",
                            "net.ipv4.tcp_rmem = 4096 131072  6291456\n");
        CHECK(finding().verdict == Verdict::Pass);
    }
    SECTION("unknown without /proc")
    {
        CHECK(strict("kernel.settings-persisted", FakeNode{}).verdict == Verdict::Unknown);
    }
}
