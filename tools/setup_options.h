#pragma once

#include "steps/fleet_hosts.h"
#include "steps/provision.h"
#include "system/ssh_command.h"

namespace harden {

// What the command line of setup says.
struct SetupOptions {
    SshTarget login; // the destination and its port are each host's own
    ProvisionRequest request{.profile = "auto"};
    std::vector<std::string> hosts;
    std::string hosts_file;
    std::string package;
    std::string bundle;
    std::string gvisor;
    std::string waivers;
    std::string only;
    std::string skip;
    std::string format = "text";
    std::string report_directory;
    int parallel = 8;
    int canary = 1;
    std::string batch;
    std::string max_fail;
};

}
