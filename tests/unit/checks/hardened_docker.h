#pragma once

#include "unit/checks/ask.h"

namespace harden::test {

inline constexpr auto good_file = R"({
  "live-restore": true,
  "no-new-privileges": true,
  "userland-proxy": false,
  "log-driver": "json-file",
  "log-opts": {"max-size": "10m"},
  "metrics-addr": "127.0.0.1:9323"
})";
inline constexpr auto table_head = "  sl  local_address rem_address   st tx_queue rx_queue tr "
                                   "tm->when retrnsmt   uid  timeout inode\n";
inline constexpr auto metrics_row = "   0: 0100007F:246B 00000000:0000 0A 00000000:00000000 "
                                    "00:00000000 00000000     0        0 77 1 0\n";
inline constexpr auto open_row = "   1: 00000000:0947 00000000:0000 0A 00000000:00000000 "
                                 "00:00000000 00000000     0        0 78 1 0\n";

inline void with_dockerd_flags(FakeNode& fake, const std::vector<std::string>& flags)
{
    std::string line{"/usr/sbin/dockerd"};
    for (const auto& flag : flags)
        line += '\0' + flag;
    fake.host.with_file("/proc/321/cmdline", line + '\0');
}

// A node whose daemon is as the production document wants it.
inline void harden_docker(FakeNode& fake)
{
    auto& info = fake.docker.about;
    info.version = "20.10.24+dfsg1";
    info.live_restore = true;
    info.default_runtime = "runc";
    info.runtimes = {{"runc", "runc"}};
    info.logging_driver = "json-file";
    info.storage_driver = "overlay2";
    info.cgroup_version = "2";
    info.cgroup_driver = "systemd";
    info.security_options = {"name=seccomp,profile=default", "name=no-new-privileges",
                             "name=apparmor", "name=userns"};
    fake.docker.known_networks = {{.name = "bridge", .bridge = "docker0", .isolates = true}};
    fake.host.with_file("/etc/docker/daemon.json", good_file);
    fake.host.with_file("/run/docker.pid", "321");
    fake.host.with_file("/proc/321/comm", "dockerd\n");
    with_dockerd_flags(fake, {"-H", "fd://"});
    fake.host.with_link("/proc/321/fd/5", "socket:[77]");
    fake.host.with_link("/proc/321/fd/6", "socket:[78]");
    fake.host.with_file("/proc/321/net/tcp", cat(table_head, metrics_row));
    fake.host.with_file("/etc/group", "root:x:0:\ndocker:x:998:\n");
    fake.host.with_file("/run/docker.sock", "", 0660);
    fake.host.answering({"ls", "-ld", "/run/docker.sock"},
                        {.out = "srw-rw---- 1 root docker 0 Nov 22 10:00 /run/docker.sock\n"});
    fake.host.answering(
        {"iptables", "-S"},
        {.out = "-P FORWARD DROP\n-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP\n"});
    fake.host.with_file("/proc/net/route",
                        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\t"
                        "Mask\n");
}

}
