#include "checks/verify_rules.h"
#include "node/tiers.h"
#include "unit/checks/tenant.h"

#include <functional>

using namespace harden;
using namespace harden::test;

static void mounting(FakeNode& fake, const std::string& source, const std::string& destination,
                     const std::string& row, bool writable = true)
{
    tenant(fake).settings.mounts.push_back(
        {.type = "bind", .source = source, .destination = destination, .writable = writable});
    fake.host.with_file("/proc/500/mountinfo", cat(good_mounts, row));
}

namespace {

struct Case {
    std::string what;
    std::function<void(FakeNode&)> change;
    std::set<std::string> fails;
};

}

// On runc, which is itself one finding of the full profile.
static const std::vector<Case> on_runc = {
    {"as the document of limits wants it", [](auto&) {}, {}},
    {"privileged", [](auto& fake) { tenant(fake).privileged = true; }, {"container.privileged"}},
    {"every capability, whatever inspect says",
     [](auto& fake) {
         fake.host.with_file("/proc/500/status", status_text("000001ffffffffff", 2, 1));
     },
     {"container.privileged", "container.capabilities", "container.dangerous-capabilities"}},
    {"Docker's default capabilities, which have NET_RAW",
     [](auto& fake) {
         fake.host.with_file("/proc/500/status", status_text("00000000a80425fb", 2, 1));
     },
     {"container.capabilities", "container.dangerous-capabilities"}},
    {"one harmless capability that is not listed",
     [](auto& fake) {
         fake.host.with_file("/proc/500/status", status_text("0000000000000001", 2, 1));
     },
     {"container.capabilities"}},
    {"no seccomp",
     [](auto& fake) {
         fake.host.with_file("/proc/500/status", status_text("0000000000000000", 0, 1));
     },
     {"container.confined"}},
    {"no AppArmor where the kernel has it",
     [](auto& fake) {
         fake.host.with_file("/sys/module/apparmor/parameters/enabled", "Y\n")
             .with_file("/proc/500/attr/current", "unconfined\n");
     },
     {"container.confined"}},
    {"may gain privileges",
     [](auto& fake) {
         fake.host.with_file("/proc/500/status", status_text("0000000000000000", 2, 0));
     },
     {"container.no-new-privileges"}},
    {"root",
     [](auto& fake) {
         fake.host.with_file("/proc/500/status", status_text("0000000000000000", 2, 1, 0));
     },
     {"container.non-root"}},
    {"no memory limit",
     [](auto& fake) { with_cgroup(fake, "memory.max", "max\n"); },
     {"container.memory-limit"}},
    {"swap beside memory",
     [](auto& fake) { with_cgroup(fake, "memory.swap.max", "4096\n"); },
     {"container.memory-limit"}},
    {"swap without limit",
     [](auto& fake) { with_cgroup(fake, "memory.swap.max", "max\n"); },
     {"container.memory-limit"}},
    {"more memory than any tier",
     [](auto& fake) { with_cgroup(fake, "memory.max", "2147483648\n"); },
     {"container.memory-limit"}},
    {"no processor limit",
     [](auto& fake) { with_cgroup(fake, "cpu.max", "max 100000\n"); },
     {"container.cpu-limit"}},
    {"more processors than any tier",
     [](auto& fake) { with_cgroup(fake, "cpu.max", "150000 100000\n"); },
     {"container.cpu-limit"}},
    {"no process limit",
     [](auto& fake) { with_cgroup(fake, "pids.max", "max\n"); },
     {"container.pids-limit"}},
    {"more processes than any tier",
     [](auto& fake) { with_cgroup(fake, "pids.max", "257\n"); },
     {"container.pids-limit"}},
    {"a writable root",
     [](auto& fake) {
         tenant(fake).settings.read_only_root = false;
         fake.host.with_file("/proc/500/mountinfo",
                             cat(good_mounts, "300 1 0:90 / / rw,relatime - overlay overlay rw\n"));
     },
     {"container.read-only-root", "container.disk-limit"}},
    {"more tmpfs than any tier",
     [](auto& fake) { tenant(fake).settings.tmpfs["/tmp"] = "size=3g"; },
     {"container.disk-limit"}},
    {"a volume where no quota is counted",
     [](auto& fake) {
         fake.host.with_file("/proc/1/mountinfo", "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
     },
     {"container.disk-limit"}},
    {"a tmpfs without a size",
     [](auto& fake) {
         fake.host.with_file(
             "/proc/500/mountinfo",
             cat(good_mounts, "303 300 0:93 / /tmp rw,nosuid,noexec - tmpfs tmpfs rw\n"));
     },
     {"container.tmpfs-bounded"}},
    {"a tmpfs that runs programs",
     [](auto& fake) {
         fake.host.with_file(
             "/proc/500/mountinfo",
             cat(good_mounts, "303 300 0:93 / /tmp rw,nosuid - tmpfs t rw,size=1k\n"));
     },
     {"container.tmpfs-bounded"}},
    {"the socket itself",
     [](auto& fake) {
         mounting(fake, "/run/docker.sock", "/d", "310 300 0:5 /docker.sock /d rw - tmpfs t rw\n");
     },
     {"container.engine-socket", "container.disk-limit"}},
    {"/run, under a link's name",
     [](auto& fake) {
         fake.host.with_link("/var/run", "/run");
         mounting(fake, "/var/run", "/h", "310 300 0:5 / /h rw - tmpfs t rw\n");
     },
     {"container.engine-socket", "container.host-paths", "container.disk-limit"}},
    {"the socket, bound to another place of the host first",
     [](auto& fake) {
         mounting(fake, "/srv/x", "/x", "310 300 0:5 /docker.sock /x rw - tmpfs t rw\n");
     },
     {"container.engine-socket", "container.disk-limit"}},
    {"a hard link to the socket",
     [](auto& fake) {
         mounting(fake, "/run/app/x", "/x", "310 300 0:5 /app/x /x rw - tmpfs t rw\n");
         for (const auto* file : {"/run/docker.sock", "/run/app/x"})
             fake.host.with_file(file, "").set_inode(file, 77);
     },
     {"container.engine-socket", "container.disk-limit"}},
    {"a directory that has nothing to do with it",
     [](auto& fake) {
         mounting(fake, "/srv/data", "/x", "310 300 8:1 /srv/data /x rw - ext4 e rw\n");
     },
     {}},
    {"/etc, read-only",
     [](auto& fake) {
         mounting(fake, "/etc", "/e", "310 300 8:1 /etc /e ro - ext4 e rw\n", false);
     },
     {"container.host-paths"}},
    {"the clock's zone, read-only, which tells nothing",
     [](auto& fake) {
         mounting(fake, "/etc/localtime", "/etc/localtime",
                  "310 300 8:1 /usr/share/zoneinfo/UTC /etc/localtime ro - ext4 e rw\n", false);
     },
     {}},
    {"a volume that is made of /etc",
     [](auto& fake) {
         tenant(fake).settings.mounts[0].destination = "/data";
         fake.host.with_file("/proc/500/mountinfo",
                             cat(good_mounts, "304 300 8:1 /etc /data rw - ext4 e rw\n"));
     },
     {"container.host-paths"}},
    {"what is below /home, on a file system of its own",
     [](auto& fake) {
         mounting(fake, "/srv/link", "/x", "310 300 8:2 /ann /x rw - ext4 e rw\n");
         fake.host.with_file("/proc/1/mountinfo",
                             "20 1 8:1 / / rw - ext4 /dev/sda1 rw,prjquota\n"
                             "22 20 8:2 / /home rw - ext4 /dev/sda2 rw,prjquota\n");
     },
     {"container.host-paths"}},
    {"the host's processes",
     [](auto& fake) { fake.host.with_link("/proc/500/ns/pid", "pid:[1]"); },
     {"container.host-namespaces"}},
    {"the host's network by way of another container's",
     [](auto& fake) {
         tenant(fake).network_mode = "container:abc";
         fake.host.with_link("/proc/500/ns/net", "net:[1]");
     },
     {"container.host-namespaces"}},
    {"the host's users, which all containers share by default",
     [](auto& fake) { fake.host.with_link("/proc/500/ns/user", "user:[1]"); },
     {}},
    {"the host's users in spite of userns-remap",
     [](auto& fake) {
         fake.docker.about.security_options = {"name=userns"};
         fake.host.with_link("/proc/500/ns/user", "user:[1]");
     },
     {"container.host-namespaces"}},
    {"a shared mount",
     [](auto& fake) {
         fake.host.with_file("/proc/500/mountinfo",
                             cat(good_mounts,
                                 "304 300 8:1 /var/lib/docker/volumes/v/_data /data rw "
                                 "shared:9 - ext4 e rw\n"));
     },
     {"container.mount-propagation"}},
    {"unmasked",
     [](auto& fake) { tenant(fake).settings.masked_paths.clear(); },
     {"container.masked-paths"}},
    {"its masks taken away",
     [](auto& fake) { tenant(fake).settings.masked_paths = {"/proc/keys"}; },
     {"container.masked-paths"}},
    {"a device", [](auto& fake) { tenant(fake).devices = {"/dev/kvm"}; }, {"container.devices"}},
    {"a rule for devices",
     [](auto& fake) { tenant(fake).settings.device_rules = {"c 10:200 rwm"}; },
     {"container.devices"}},
    {"an annotation for gVisor",
     [](auto& fake) {
         tenant(fake).settings.annotations = {{"dev.gvisor.flag.debug", "true"}};
     },
     {"container.annotations"}},
    {"a port for everybody",
     [](auto& fake) {
         fake.docker.listed[0].ports = {{"0.0.0.0", 8080, 80, "tcp"}};
     },
     {"container.published-ports"}},
    {"a port that may be everybody's, and one of this machine's own",
     [](auto& fake) {
         fake.docker.listed[0].ports = {{"::", 443, 443, "tcp"}, {"127.0.0.1", 8080, 80, "tcp"}};
     },
     {}},
    {"restarts without end",
     [](auto& fake) { tenant(fake).settings.restarts = 100; },
     {"container.restart-storm"}},
    {"a few restarts", [](auto& fake) { tenant(fake).settings.restarts = 10; }, {}},
    {"spared when memory runs out",
     [](auto& fake) { fake.host.with_file("/proc/500/oom_score_adj", "-500\n"); },
     {"container.oom-score"}},
    {"the newest of something",
     [](auto& fake) { tenant(fake).container.image = "nginx:latest"; },
     {"container.image-pinned"}},
    {"an old image",
     [](auto& fake) { fake.docker.known_images[0].created = 1'600'000'000; },
     {"container.image-pinned"}},
};

TEST_CASE("each thing that is wrong with a container fails exactly its own checks")
{
    for (const auto& each : on_runc) {
        FakeNode fake;
        with_tenant(fake);
        each.change(fake);
        INFO(each.what);
        auto expected = each.fails;
        expected.insert("gvisor.running-containers");
        CHECK(failing(fake) == expected);
    }
}

static const std::vector<Case> in_gvisor = {
    {"as the document of limits wants it", [](auto&) {}, {}},
    {"Docker's default capabilities: gVisor keeps raw sockets to itself",
     [](auto& fake) { tenant(fake).settings.dropped_capabilities.clear(); },
     {"container.capabilities"}},
    {"a capability that leads out",
     [](auto& fake) { tenant(fake).added_capabilities = {"CAP_SYS_ADMIN"}; },
     {"container.capabilities", "container.dangerous-capabilities"}},
    {"may gain privileges inside",
     [](auto& fake) { tenant(fake).settings.security_options.clear(); },
     {"container.no-new-privileges"}},
    {"root inside",
     [](auto& fake) { tenant(fake).settings.user = "root:root"; },
     {"container.non-root"}},
    {"a writable root",
     [](auto& fake) { tenant(fake).settings.read_only_root = false; },
     {"container.read-only-root", "container.disk-limit"}},
    {"a tmpfs without a size",
     [](auto& fake) { tenant(fake).settings.tmpfs["/x"] = "mode=1777"; },
     {"container.tmpfs-bounded"}},
    {"the host's processes",
     [](auto& fake) { tenant(fake).pid_mode = "host"; },
     {"container.host-namespaces"}},
    {"the socket",
     [](auto& fake) { mounting(fake, "/run/docker.sock", "/d", ""); },
     {"container.engine-socket", "container.disk-limit"}},
    {"no memory limit",
     [](auto& fake) { with_cgroup(fake, "memory.max", "max\n"); },
     {"container.memory-limit"}},
    {"a process that is not gVisor's, which tells what is inside",
     [](auto& fake) {
         fake.host.with_link("/proc/500/exe", "/bin/sh");
         fake.host.with_file("/proc/500/cmdline", std::string{"sh\0", 3});
     },
     {"gvisor.running-containers"}},
};

TEST_CASE("a container in a sandbox is judged by what it was made with, its limits by the kernel")
{
    for (const auto& each : in_gvisor) {
        FakeNode fake;
        with_tenant(fake);
        sandbox_tenant(fake);
        each.change(fake);
        INFO(each.what);
        CHECK(failing(fake) == each.fails);
    }
}
