#include "support/catch.hpp"
#include "usage/cgroup_files.h"

using namespace harden;

TEST_CASE("a counter is a whole number and nothing else")
{
    CHECK(*parse_counter("0\n") == 0);
    CHECK(*parse_counter("18446744073709551615\n") == 18446744073709551615U);
    const auto wrong = GENERATE(as<std::string>{}, "", "\n", "-1", "1 2", "max", "1.5", "0x10",
                                "18446744073709551616");
    CHECK(parse_counter(wrong).error().kind == ErrorKind::Malformed);
}

TEST_CASE("cpu.stat's values are found by whole name")
{
    const auto* text = "usage_usec 1500\nuser_usec 1\nnr_periods 40\nnr_throttled 37\n";
    CHECK(*stat_value(text, "usage_usec") == 1500);
    CHECK(*stat_value(text, "nr_throttled") == 37);
    CHECK(stat_value(text, "usage").error().kind == ErrorKind::NotFound);
    CHECK(stat_value(text, "nr_bursts").error().kind == ErrorKind::NotFound);
    CHECK(stat_value("nr_periods x\n", "nr_periods").error().kind == ErrorKind::Malformed);
}

TEST_CASE("a quota is processors, or none")
{
    CHECK(**parse_cpu_max("25000 100000\n") == 0.25);
    CHECK_FALSE(*parse_cpu_max("max 100000\n"));
    CHECK(**parse_cfs_quota("150000\n", "100000\n") == 1.5);
    CHECK_FALSE(*parse_cfs_quota("-1\n", "100000\n"));
    CHECK_FALSE(parse_cpu_max("25000"));
    CHECK_FALSE(parse_cpu_max("25000 0"));
    CHECK_FALSE(parse_cpu_max("max 1 2"));
    CHECK_FALSE(parse_cfs_quota("100", "0"));
}

TEST_CASE("a list of processors is counted")
{
    CHECK(*processors_in("0\n") == 1);
    CHECK(*processors_in("0-3,8\n") == 5);
    const auto wrong =
        GENERATE(as<std::string>{}, "", "a", "3-1", "-1", "0-", "0-99999999999", "0,,1");
    CHECK_FALSE(processors_in(wrong));
}

TEST_CASE("pressure is the time in which some task waited")
{
    CHECK(*parse_pressure_total("some avg10=1.2 avg60=0.1 avg300=0.0 total=4711\n"
                                "full avg10=0.0 avg60=0.0 avg300=0.0 total=12\n") == 4711);
    CHECK_FALSE(parse_pressure_total(""));
    CHECK_FALSE(parse_pressure_total("full total=1\n"));
}

TEST_CASE("controllers are found where they are mounted, alone or together")
{
    const auto mounts =
        parse_cgroup_mounts("tmpfs /sys/fs/cgroup tmpfs rw 0 0\n"
                            "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n"
                            "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n"
                            "cgroup /sys/fs/cgroup/systemd cgroup rw,name=systemd 0 0\n"
                            "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
                            "short line\n");
    CHECK(mounts.at("cpu") == "/sys/fs/cgroup/cpu,cpuacct");
    CHECK(mounts.at("cpuacct") == "/sys/fs/cgroup/cpu,cpuacct");
    CHECK(mounts.at("memory") == "/sys/fs/cgroup/memory");
    CHECK(mounts.at("unified") == "/sys/fs/cgroup/unified");
    CHECK(mounts.size() == 4);
}

TEST_CASE("a process's groups cannot lead out of their mount")
{
    const auto places = parse_process_cgroups("4:cpu,cpuacct:/pods/x\n0::/pods/y\n"
                                              "3:memory:/../..\n2:pids\nrubbish\n");
    CHECK(places.at("cpu") == "/pods/x");
    CHECK(places.at("cpuacct") == "/pods/x");
    CHECK(places.at("unified") == "/pods/y");
    CHECK_FALSE(places.contains("memory"));
    CHECK(places.size() == 3);
}
