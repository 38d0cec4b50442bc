#pragma once

#include "unit/checks/ask.h"

#include <set>

namespace harden::test {

inline const std::string tenant_id(64, 'a');
inline constexpr auto tenant_directory = "/proc/500";

inline std::string status_text(const std::string& capabilities, int seccomp, int no_new_privileges,
                               int user = 1000)
{
    return cat("Name:\tapp\nUid:\t", std::to_string(user), "\t", std::to_string(user), "\t0\t0\n",
               "CapEff:\t", capabilities, "\nCapBnd:\t", capabilities, "\nNoNewPrivs:\t",
               std::to_string(no_new_privileges), "\nSeccomp:\t", std::to_string(seccomp), "\n");
}

inline constexpr auto good_mounts =
    "300 1 0:90 / / ro,relatime - overlay overlay rw\n"
    "301 300 0:91 / /proc rw - proc proc rw\n"
    "302 301 0:92 /null /proc/kcore rw - tmpfs tmpfs rw,size=65536k\n"
    "303 300 0:93 / /tmp rw,nosuid,nodev,noexec - tmpfs tmpfs rw,size=524288k\n"
    "304 300 8:1 /var/lib/docker/volumes/v/_data /data rw - ext4 /dev/sda1 rw\n";
inline constexpr auto host_mounts = "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw,prjquota\n"
                                    "21 20 0:5 / /run rw shared:2 - tmpfs tmpfs rw\n"
                                    "22 20 8:2 / /home rw shared:3 - ext4 /dev/sda2 rw\n";

inline void with_cgroup(FakeNode& fake, const std::string& file, const std::string& text)
{
    fake.host.with_file(cat("/sys/fs/cgroup/docker/", tenant_id, "/", file), text);
}

inline void with_namespaces(FakeNode& fake, const std::string& process, const std::string& inode)
{
    for (const std::string name : {"cgroup", "ipc", "net", "pid", "user", "uts"})
        fake.host.with_link(cat("/proc/", process, "/ns/", name), cat(name, ":[", inode, "]"));
}

inline ContainerDetails& tenant(FakeNode& fake)
{
    return fake.docker.details[tenant_id];
}

// A node with one container as the document of limits wants it, in tier basic, on runc.
inline void with_tenant(FakeNode& fake)
{
    auto& info = fake.docker.about;
    info.version = "26.1.5";
    info.default_runtime = "runc";
    info.runtimes = {{"runc", "runc"}, {"runsc", "/usr/local/bin/runsc"}};
    info.root_dir = "/var/lib/docker";
    info.cgroup_version = "2";
    const Container container{.id = tenant_id,
                              .name = "app",
                              .image = "registry.example/app@sha256:1",
                              .image_id = "sha256:app",
                              .state = "running",
                              .created = 1'700'000'000 - 7200};
    fake.docker.listed = {container};
    fake.docker.known_images = {{.id = "sha256:app", .created = 1'699'000'000}};
    auto& details = tenant(fake);
    details = {.container = container, .runtime = "runc", .pid = 500};
    details.settings.user = "1000";
    details.settings.read_only_root = true;
    details.settings.dropped_capabilities = {"ALL"};
    details.settings.security_options = {"no-new-privileges"};
    details.settings.tmpfs = {{"/tmp", "size=512m,mode=1777"}};
    details.settings.masked_paths = {"/proc/kcore", "/proc/keys"};
    details.settings.mounts = {{.type = "volume",
                                .source = "/var/lib/docker/volumes/v/_data",
                                .destination = "/data",
                                .writable = true}};
    with_cgroup(fake, "memory.max", "536870912\n");
    with_cgroup(fake, "memory.swap.max", "0\n");
    with_cgroup(fake, "cpu.max", "50000 100000\n");
    with_cgroup(fake, "pids.max", "256\n");
    with_namespaces(fake, "1", "1");
    with_namespaces(fake, "500", "2");
    fake.host.with_file("/proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n")
        .with_file("/proc/meminfo", "MemTotal: 8 kB\nSwapTotal:     1024 kB\n")
        .with_file("/proc/1/mountinfo", host_mounts)
        .with_file("/proc/500/mountinfo", good_mounts)
        .with_file("/proc/500/status", status_text("0000000000000000", 2, 1))
        .with_file("/proc/500/cmdline", std::string{"app\0", 4})
        .with_file("/proc/500/oom_score_adj", "0\n")
        .with_link("/proc/500/exe", "/app")
        .with_file("/run/docker.sock", "");
    fake.host.with_file("/proc/321/comm", "dockerd\n");
}

// The same container in a sandbox of gVisor's.
inline void sandbox_tenant(FakeNode& fake)
{
    tenant(fake).runtime = "runsc";
    fake.host.with_link("/proc/500/exe", "/usr/local/bin/runsc");
    fake.host.with_file("/proc/500/cmdline", std::string{"runsc-sandbox\0boot\0", 19});
}

// The checks of containers that fail; none of them is unknown.
inline std::set<std::string> failing(const FakeNode& fake)
{
    std::set<std::string> ids;
    const Facts facts{fake.node};
    for (const auto& finding : run_checks(container_checks(), facts, Profile::Strict)) {
        INFO(finding.id << ": " << finding.evidence);
        CHECK(finding.verdict != Verdict::Unknown);
        if (finding.verdict == Verdict::Fail)
            ids.insert(finding.id);
    }
    return ids;
}

}
