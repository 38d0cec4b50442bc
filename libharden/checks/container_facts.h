#pragma once

#include "checks/facts.h"
#include "checks/mount_table.h"
#include "checks/verify_rules.h"
#include "node/tiers.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace harden {

using Namespaces = std::map<std::string, std::string, std::less<>>; // "pid" to "pid:[4026531836]"

// A container's first process, as the kernel tells.
struct ContainerProcess {
    std::string program;         // of /proc/PID/exe
    std::string title;           // the first word of its command line
    unsigned user = 0;           // effective
    std::uint64_t effective = 0; // capabilities
    std::uint64_t bounding = 0;
    bool no_new_privileges = false;
    int seccomp = 0;         // 2: filtered
    std::string confinement; // "docker-default (enforce)"; empty where the kernel has none
    int oom_score = 0;
    Namespaces namespaces;
    std::vector<MountRow> mounts;
};

// What its control groups limit it to; what is absent is not limited.
struct ContainerLimits {
    std::optional<std::int64_t> memory; // bytes
    std::optional<std::int64_t> swap;   // bytes beside it; 0: none
    std::optional<double> cpus;
    std::optional<std::int64_t> pids;
};

// One container that runs, as Docker made it and as it is. All text in `details` is the tenant's.
struct RunningContainer {
    ContainerDetails details;
    std::string name;                 // safe to print
    bool is_gvisors = false;          // Docker started it with a runtime that is gVisor
    bool in_sandbox = false;          // and its process is gVisor's, so what /proc says of it says
                                      // nothing of what is inside
    Result<ContainerProcess> process; // NotFound: it does not run just now
    Result<ContainerLimits> limits;
};

struct RunningContainers {
    std::vector<RunningContainer> judged;
    std::vector<std::string> exempt; // by the operator's file, safe to print
    std::vector<MountRow> host_mounts;
    Namespaces host_namespaces;
};

// For Facts::once.
Result<RunningContainers> running_containers(const Facts& facts);
Result<std::vector<ImageSummary>> docker_images(const Facts& facts);
Result<ResourceTiers> container_tiers(const Facts& facts);
Result<bool> node_swaps(const Facts& facts); // it has swap that containers could use

Result<ContainerProcess> parse_container_process(const Host& host, int pid);
Result<ContainerLimits> container_limits(const Host& host, const ContainerDetails& details);

// The exception that covers a container; nullptr: none.
const SystemException* exception_for(const ContainerRules& rules, const Container& container,
                                     const std::vector<ImageSummary>& images);

}
