#include "checks/docker_facts.h"

namespace harden {

Result<DockerInfo> docker_info(const Facts& facts)
{
    return facts.docker().info();
}

Result<std::vector<Container>> listed_containers(const Facts& facts)
{
    return facts.docker().containers();
}

Result<std::vector<ContainerDetails>> inspected_containers(const Facts& facts)
{
    std::vector<ContainerDetails> all;
    for (const auto& container : TRY(facts.once(listed_containers))) {
        auto details = facts.docker().inspect(container.id);
        if (details.is_absent())
            continue; // it ended meanwhile
        all.push_back(TRY(std::move(details)));
    }
    return all;
}

Result<std::vector<DockerNetwork>> docker_networks(const Facts& facts)
{
    return facts.docker().networks();
}

Result<int> daemon_pid(const Facts& facts)
{
    const auto& host = facts.host();
    const auto written = TRY(host.read("/run/docker.pid").during("find the docker daemon"));
    const auto pid = to_number(trim(written));
    if (!pid)
        return Error{ErrorKind::Malformed, "/run/docker.pid holds no process id", {}};
    const auto name = TRY(host.read(cat("/proc/", std::to_string(*pid), "/comm")));
    if (trim(name) != "dockerd")
        return Error{ErrorKind::NotFound, "/run/docker.pid names no docker daemon", {}};
    return static_cast<int>(*pid);
}

}
