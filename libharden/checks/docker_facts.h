#pragma once

#include "base/json_view.h"
#include "checks/facts.h"

#include <chrono>
#include <optional>

namespace harden {

inline constexpr auto daemon_json_file = "/etc/docker/daemon.json";

// For Facts::once.
Result<DockerInfo> docker_info(const Facts& facts);
Result<std::vector<Container>> listed_containers(const Facts& facts);
Result<std::vector<ContainerDetails>> inspected_containers(const Facts& facts);
Result<std::vector<DockerNetwork>> docker_networks(const Facts& facts);

// The running daemon, from /proc.
struct DaemonProcess {
    int pid = 0;
    std::vector<std::string> arguments;
    std::chrono::system_clock::time_point started;
};
Result<DaemonProcess> docker_daemon(const Facts& facts);

// The file that the running daemon was given; absent: it runs on flags alone.
struct DaemonJson {
    std::string file;
    std::optional<std::string> text;
    std::chrono::system_clock::time_point modified;
};
Result<DaemonJson> daemon_json(const Facts& facts);

}
