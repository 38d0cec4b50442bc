#pragma once

#include "checks/check.h"
#include "node/docker.h"

namespace harden {

// A check of the heading for Docker, of the effective level and in the weakest profile.
Check docker_check(std::string_view id, std::string_view title, Severity severity,
                   std::string_view remedy, std::vector<std::string> map, std::string_view why,
                   Result<Outcome> (*look)(const Facts&));

std::vector<Check> docker_daemon_checks();
std::vector<Check> docker_network_checks();
std::vector<Check> docker_file_checks();

// "name=apparmor" among "name=seccomp,profile=builtin" and the like.
bool has_security_option(const DockerInfo& info, std::string_view option);

}
