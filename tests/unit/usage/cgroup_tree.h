#pragma once

#include "support/fake_node.h"

namespace harden::test {

inline const auto version_1_mounts = "cgroup /c/cpu cgroup rw,cpu 0 0\n"
                                     "cgroup /c/cpuacct cgroup rw,cpuacct 0 0\n"
                                     "cgroup /c/cpuset cgroup rw,cpuset 0 0\n"
                                     "cgroup /c/memory cgroup rw,memory 0 0\n"
                                     "cgroup /c/pids cgroup rw,pids 0 0\n";

inline void on_version_1(FakeHost& host)
{
    host.with_file("/proc/self/mounts", version_1_mounts)
        .with_file("/sys/devices/system/cpu/online", "0-3\n");
}

inline void on_version_2(FakeHost& host)
{
    host.with_file("/proc/self/mounts", "cgroup2 /c cgroup2 rw 0 0\n")
        .with_file("/sys/devices/system/cpu/online", "0-3\n");
}

// A container below `place` ("docker/ID") that has used so many seconds of a processor.
inline void group_of_version_1(FakeHost& host, const std::string& place, int seconds,
                               int periods = 100, int throttled = 0,
                               const std::string& quota = "25000")
{
    host.with_file("/c/cpuacct/" + place + "/cpuacct.usage",
                   std::to_string(seconds) + "000000000\n")
        .with_file("/c/cpuacct/" + place + "/cgroup.procs", "500\n")
        .with_file("/c/cpu/" + place + "/cpu.cfs_quota_us", quota + "\n")
        .with_file("/c/cpu/" + place + "/cpu.cfs_period_us", "100000\n")
        .with_file("/c/cpu/" + place + "/cpu.stat",
                   "nr_periods " + std::to_string(periods) + "\nnr_throttled " +
                       std::to_string(throttled) + "\nthrottled_time 5000000\n")
        .with_file("/c/memory/" + place + "/memory.usage_in_bytes", "1048576\n")
        .with_file("/c/pids/" + place + "/pids.current", "1\n");
}

inline void group_of_version_2(FakeHost& host, const std::string& place, int seconds,
                               const std::string& limit = "25000 100000")
{
    host.with_file("/c/" + place + "/cpu.stat",
                   "usage_usec " + std::to_string(seconds) +
                       "000000\nnr_periods 100\nnr_throttled 0\nthrottled_usec 7\n")
        .with_file("/c/" + place + "/cpu.max", limit + "\n")
        .with_file("/c/" + place + "/cpu.pressure", "some avg10=0 avg60=0 avg300=0 total=0\n")
        .with_file("/c/" + place + "/cgroup.procs", "500\n")
        .with_file("/c/" + place + "/memory.current", "1048576\n")
        .with_file("/c/" + place + "/pids.current", "1\n");
}

}
