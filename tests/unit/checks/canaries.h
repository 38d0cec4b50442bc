#pragma once

#include "checks/canary_facts.h"
#include "unit/checks/ask.h"

#include <map>

namespace harden::test {

// What a well-kept canary writes in a sandbox, and in a plain container.
inline const std::string sandbox_answer = R"(harden-canary 1
kernel Linux version 4.19.0-gvisor #1 SMP Sun Jan 10 15:06:54 PST 2016
limit-files 1024 4096
limit-core 0 0
kernel-log gvisor
try-inet-socket allowed
try-packet-socket refused 1
try-netfilter-socket refused 93
try-crypto-socket refused 97
try-page-faults refused 38
try-io-uring refused 38
try-user-namespace allowed
try-mount refused 1
try-host-disk refused 6
try-chroot-escape refused 61
try-kernel-symbols refused 2
try-kernel-memory refused 2
try-core-pattern refused 2
try-power-switch allowed
try-engine-socket refused 2
reach-172.17.0.9 silent
reach-172.20.0.9 silent
ready
memory-control allowed
)";
inline const std::string plain_answer = R"(harden-canary 1
kernel Linux version 6.1.0-18-amd64 (debian)
limit-files 1024 4096
limit-core 0 0
try-inet-socket allowed
try-packet-socket allowed
try-crypto-socket refused 97
try-io-uring refused 1
try-user-namespace refused 1
try-mount refused 1
try-host-disk refused 1
try-chroot-escape refused 1
try-kernel-memory refused 2
try-core-pattern refused 30
try-power-switch refused 2
try-engine-socket refused 2
reach-172.17.0.9 silent
reach-172.20.0.9 silent
ready
children-control 4 0
children 63 11
memory-control allowed
memory-burst killed 9
end
)";

// Canaries as a test says: an answer of each, by its order's name, and a process of each on the
// fake node.
struct FakeCanaries {
    std::map<std::string, CanarySighting> all;
    std::vector<std::string> asked; // names, in order
    std::function<void()> before_visit;

    CanaryProbe probe()
    {
        return
            [this](const std::vector<CanaryOrder>& orders) -> Result<std::vector<CanarySighting>> {
                std::vector<CanarySighting> seen;
                for (const auto& order : orders) {
                    asked.push_back(order.name);
                    ContainerDetails details;
                    details.pid = order.name.find("runsc") == std::string::npos ? 700 : 701;
                    details.container.id = std::string(64, 'c');
                    details.runtime = order.runtime.empty() ? "runc" : order.runtime;
                    for (int i = 0; order.visit && i < order.visits; ++i) {
                        if (before_visit && order.visits > 1)
                            before_visit();
                        order.visit(details);
                    }
                    seen.push_back(all[order.name]);
                }
                return seen;
            };
    }
};

// A node whose Docker knows runc, the default, and runsc, with a user-defined network; all is well.
struct CanaryNode {
    FakeNode fake;
    FakeCanaries canaries;

    CanaryNode()
    {
        fake.docker.about.default_runtime = "runc";
        fake.docker.about.runtimes = {{"runc", "runc"}, {"runsc", "/usr/bin/runsc"}};
        fake.docker.known_networks = {
            {.name = "bridge", .driver = "bridge", .bridge = "docker0"},
            {.name = "people", .driver = "bridge", .bridge = "br-people"},
            {.name = "inner", .driver = "bridge", .bridge = "br-inner", .internal = true}};
        std::string elf(64, '\0');
        elf.replace(0, 6,
                    "\x7f"
                    "ELF\x02\x01");
        elf[18] = 0x3e;
        fake.host.answering({"head", "-c", "64", "/usr/bin/runsc"}, {.out = elf});
        fake.host.answering({"uname", "-m"}, {.out = "x86_64\n"});
        fake.host.answering({"/usr/bin/runsc", "--version"},
                            {.out = "runsc version release-20231101.0\n"});
        fake.host.with_file("/proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
        process("700", "/canary", "0", "unconfined");
        process("701", "/usr/bin/runsc", "1", "");
        canaries.all["ask-all runc"] = {.answer = plain_answer, .status = 0};
        canaries.all["ask runsc"] = {
            .answer = sandbox_answer, .status = 137, .was_out_of_memory = true};
        canaries.all["multiply runsc"] = {
            .answer = "harden-canary 1\nready\nchildren-control 4 0\n", .status = 2};
        canaries.all["serve bridge"] = {.answer = "harden-canary 1\nready\n",
                                        .address = "172.17.0.9",
                                        .answers_the_node = true};
        canaries.all["serve people"] = {.answer = "harden-canary 1\nnames answered\nready\n",
                                        .address = "172.20.0.9",
                                        .answers_the_node = true};
        canaries.all["network people"] = {
            .answer = "harden-canary 1\nnames answered\nreach-172.17.0.9 silent\n"
                      "reach-172.20.0.9 open\nend\n",
            .status = 0};
    }

    void process(const std::string& pid, const std::string& program,
                 const std::string& no_new_privileges, const std::string& profile)
    {
        const auto directory = "/proc/" + pid;
        fake.host.with_link(directory + "/exe", program);
        fake.host.with_file(directory + "/status", "Name:\tx\nNoNewPrivs:\t" + no_new_privileges +
                                                       "\nSeccomp:\t2\nSeccomp_filters:\t1\n");
        fake.host.with_file(directory + "/cmdline",
                            "runsc-sandbox --root=/run --platform=systrap boot --debug=no");
        fake.host.with_file(directory + "/attr/current", profile + "\n");
        fake.host.with_file(directory + "/cgroup", "0::/docker/" + pid + "\n");
        fake.host.with_file("/sys/fs/cgroup/docker/" + pid + "/memory.max", "67108864\n");
    }

    void replace(const std::string& name, const std::string& from, const std::string& to)
    {
        auto& answer = canaries.all[name].answer;
        const auto at = answer.find(from);
        REQUIRE(at != std::string::npos);
        answer.replace(at, from.size(), to);
    }

    Finding ask(const std::string& id, Profile profile = Profile::Strict)
    {
        return test::ask(id, fake.node, {.canaries = canaries.probe()}, profile);
    }
    Verdict verdict(const std::string& id) { return ask(id).verdict; }
};

}
