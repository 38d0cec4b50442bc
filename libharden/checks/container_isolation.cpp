#include "checks/container_judge.h"
#include "checks/container_mounts.h"
#include "checks/docker_facts.h"
#include "checks/docker_sockets.h"

#include <algorithm>

namespace harden {

using enum Severity;

static Result<std::vector<std::string>> daemon_sockets(const Facts& facts)
{
    return listening_paths(facts.host(), TRY(facts.once(daemon_pid)));
}

static Result<Outcome> engine_socket(const Facts& facts)
{
    std::vector<std::string> sockets{engine_sockets().begin(), engine_sockets().end()};
    if (const auto& more = facts.once(daemon_sockets); more)
        sockets.insert(sockets.end(), more->begin(), more->end());
    return judge_each(facts, [&](const auto& container, const auto& all) {
        return socket_in(facts.host(), all, container, sockets);
    });
}

// Docker keeps volumes below its own directory; what is mounted over one is seen where it is from.
static bool is_own_volume(const ContainerMount& mount, std::string_view place,
                          std::string_view docker_root)
{
    return mount.type == "volume" && is_within(place, cat(docker_root, "/volumes")) &&
           place.size() > docker_root.size() + std::string_view{"/volumes/"}.size();
}

// The same thing may have several places: harmless in one of them, it is harmless.
static std::string sensitive_place(const ContainerMount& mount,
                                   const std::vector<std::string>& places,
                                   const ContainerRules& rules, std::string_view docker_root)
{
    std::string found;
    for (const auto& place : places) {
        if (!mount.writable && is_harmless(rules, place))
            return {};
        if (found.empty() && is_sensitive(rules, place) &&
            !is_own_volume(mount, place, docker_root))
            found = place;
    }
    return found;
}

static Result<Outcome> host_paths(const Facts& facts)
{
    const auto rules = TRY(facts.once(verify_rules)).containers;
    const auto docker_root = TRY(facts.once(docker_info)).root_dir;
    return judge_each(
        facts,
        [&](const RunningContainer& container,
            const RunningContainers& all) -> Result<std::string> {
            for (const auto& mount : container.details.settings.mounts) {
                if (mount.source.empty())
                    continue;
                const auto places = TRY(places_of(facts.host(), all, container, mount));
                const auto found = sensitive_place(mount, places, rules, docker_root);
                if (!found.empty())
                    return cat(escaped(found, 80), mount.writable ? "" : " (read-only)");
            }
            return std::string{};
        });
}

// What Docker was asked for: all there is to see of a container in a sandbox.
static std::vector<std::string> shared_by_request(const ContainerDetails& details, bool users)
{
    std::vector<std::string> shared;
    const auto add = [&](std::string_view mode, const char* name) {
        if (mode == "host")
            shared.emplace_back(name);
    };
    add(details.network_mode, "net");
    add(details.pid_mode, "pid");
    add(details.ipc_mode, "ipc");
    add(details.settings.uts_mode, "uts");
    if (users)
        add(details.settings.user_namespace_mode, "user");
    return shared;
}

// Without userns-remap all containers share the host's user namespace, and with version 1 of
// control groups their namespace as well: these are the daemon's choice.
static Result<Outcome> host_namespaces(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const bool users = std::ranges::any_of(info.security_options, [](const std::string& option) {
        return option.find("name=userns") != std::string::npos;
    });
    std::vector<std::string> asked{"ipc", "net", "pid", "uts"};
    if (users)
        asked.emplace_back("user");
    if (info.cgroup_version == "2")
        asked.emplace_back("cgroup");
    return judge_each(facts,
                      [&](const RunningContainer& container,
                          const RunningContainers& all) -> Result<std::string> {
                          auto shared = shared_by_request(container.details, users);
                          if (container.in_sandbox)
                              return join(shared, ", ");
                          const auto& process = container.process;
                          if (!process)
                              return process.error();
                          for (const auto& name : asked)
                              if (process->namespaces.at(name) == all.host_namespaces.at(name) &&
                                  std::ranges::find(shared, name) == shared.end())
                                  shared.push_back(name);
                          return join(shared, ", ");
                      });
}

static Result<std::string> shared_mounts(const RunningContainer& container)
{
    for (const auto& mount : container.details.settings.mounts) {
        bool is_shared = mount.propagation == "shared" || mount.propagation == "rshared";
        if (!container.in_sandbox) {
            if (!container.process)
                return container.process.error();
            if (const auto* row = mount_at(container.process->mounts, mount.destination))
                is_shared = is_shared || row->shared;
        }
        if (is_shared)
            return cat(escaped(mount.destination, 80), " is shared");
    }
    return std::string{};
}

static Result<std::string> unmasked(const RunningContainer& container)
{
    const auto& masked = container.details.settings.masked_paths;
    if (masked.empty())
        return std::string{"no path is masked"};
    if (container.in_sandbox)
        return std::string{};
    if (!container.process)
        return container.process.error();
    const auto& rows = container.process->mounts;
    const bool any = std::ranges::any_of(
        masked, [&](const std::string& path) { return mount_at(rows, path) != nullptr; });
    return std::string{any ? "" : "nothing lies over the paths that were to be masked"};
}

static Result<Outcome> devices(const Facts& facts)
{
    const auto allowed = TRY(facts.once(verify_rules)).containers.devices;
    return judge_each(facts,
                      [&](const RunningContainer& container, const auto&) -> Result<std::string> {
                          std::vector<std::string> found;
                          for (const auto& device : container.details.devices)
                              if (std::ranges::find(allowed, device) == allowed.end())
                                  found.push_back(escaped(device, 60));
                          for (const auto& rule : container.details.settings.device_rules)
                              found.push_back(cat("rule ", escaped(rule, 40)));
                          return some_of(found, ", ");
                      });
}

static Result<std::string> weakening_annotations(const RunningContainer& container)
{
    for (const auto& [key, value] : container.details.settings.annotations)
        for (const std::string_view prefix :
             {"dev.gvisor.flag.", "dev.gvisor.spec.", "dev.gvisor.internal."})
            if (key.starts_with(prefix))
                return escaped(key, 100);
    return std::string{};
}

static Result<std::string> outside_gvisor(const RunningContainer& container)
{
    if (!container.is_gvisors)
        return cat("runs on ", escaped(container.details.runtime, 40));
    if (!container.process)
        return container.process.error();
    return container.in_sandbox
               ? std::string{}
               : cat("its process is ", escaped(container.process->program, 60), ", not gVisor's");
}

std::vector<Check> container_isolation_checks()
{
    auto sandboxed = container_check(
        "gvisor.running-containers", "Every running untrusted container uses gVisor", Critical,
        "docker rm and docker run the container again, or name it in /etc/harden/verify.toml", {},
        "Changing the default runtime changes no container that is there. Asked of Docker and of "
        "each container's process.",
        each_container(outside_gvisor));
    sandboxed.profile = Profile::Full;
    return {
        std::move(sandboxed),
        container_check("container.engine-socket", "No container has an engine's socket", Critical,
                        "docker run without that mount", {"CIS-Docker-5.32"},
                        "Whoever reaches the engine's socket is root on the host. Asked of the "
                        "kernel's mount table, so that a mount of /run, a link or a hard link "
                        "counts.",
                        engine_socket),
        container_check("container.host-paths", "No container mounts sensitive host paths",
                        Critical, "docker run without that mount", {"CIS-Docker-5.6"},
                        "The host's own files lead to the host. Asked of the kernel's mount table, "
                        "so that a volume that stands for such a path counts.",
                        host_paths),
        container_check("container.host-namespaces", "No container shares the host's namespaces",
                        Critical, "docker run without --network, --pid, --ipc or --uts host",
                        {"CIS-Docker-5.10", "CIS-Docker-5.16", "CIS-Docker-5.17", "CIS-Docker-5.21",
                         "CIS-Docker-5.31"},
                        "In the host's namespaces a container sees its processes and network, and "
                        "egress rules do not bind it. Asked by comparing /proc/PID/ns with that of "
                        "process 1.",
                        host_namespaces),
        container_check(
            "container.mount-propagation", "No container shares mount propagation with the host",
            Medium, "docker run without rshared or shared in that mount", {"CIS-Docker-5.20"},
            "What the container mounts there appears on the host. Asked of the kernel's "
            "mount table.",
            each_container(shared_mounts)),
        container_check("container.masked-paths",
                        "Containers' masked and read-only paths are in place", Medium,
                        "docker run without --security-opt systempaths=unconfined", {},
                        "The masks hide the host's memory and hardware in /proc and /sys. Asked of "
                        "Docker and of the kernel's mount table.",
                        each_container(unmasked)),
        container_check("container.devices",
                        "Containers have no device that they were not meant to have", Medium,
                        "docker run without --device, or add it to containers.devices in "
                        "/etc/harden/verify.toml",
                        {"CIS-Docker-5.18"},
                        "A device is the host's hardware, past every limit. Asked of Docker, "
                        "against the list of the rules.",
                        devices),
        container_check("container.annotations", "No container's annotations weaken its sandbox",
                        Medium, "docker run without --annotation dev.gvisor...", {},
                        "gVisor takes settings of one sandbox from annotations where its flags "
                        "allow. Asked of Docker.",
                        each_container(weakening_annotations)),
    };
}

}
