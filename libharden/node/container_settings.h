#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace harden {

// Something of the host, or a volume, inside a container.
struct ContainerMount {
    std::string type;        // "bind", "volume", "tmpfs"
    std::string source;      // on the host; empty for a tmpfs
    std::string destination; // in the container
    std::string propagation; // "rprivate", "rshared"
    bool writable = false;
};

// What inspect says a container was made with, as far as it decides what the container may do.
// All text is the tenant's.
struct ContainerSettings {
    std::string user;
    std::vector<std::string> variables; // names in its environment; values are not kept
    bool read_only_root = false;
    std::vector<std::string> dropped_capabilities;
    std::vector<std::string> security_options; // "no-new-privileges", "seccomp=unconfined"
    std::string uts_mode;
    std::string user_namespace_mode;
    std::string cgroup_namespace_mode;
    std::map<std::string, std::string, std::less<>> storage_options; // "size"
    std::map<std::string, std::string, std::less<>> tmpfs;           // destination to "rw,size=64m"
    std::vector<ContainerMount> mounts;
    std::vector<std::string> device_rules; // "c 10:200 rwm"
    std::map<std::string, std::string, std::less<>> annotations;
    std::string restart_policy; // "always", "on-failure"
    std::int64_t restarts = 0;
    std::int64_t oom_score = 0;
    bool evades_oom_killer = false;
    std::vector<std::string> masked_paths;
    std::vector<std::string> read_only_paths;
};

}
