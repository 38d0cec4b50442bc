#include "gvisor/sandboxes.h"

#include "gvisor/layout.h"

namespace harden {

// "/usr/local/lib/gvisor/release-2/gvisor-bin/gvisor_sentry (deleted)": the directory below ours.
static std::string release_in(const Path& program)
{
    const auto prefix = cat(gvisor_directory, "/");
    std::string_view rest{program.native()};
    if (!rest.starts_with(prefix))
        return {};
    rest.remove_prefix(prefix.size());
    return std::string{rest.substr(0, rest.find('/'))};
}

Result<std::map<int, std::string>> processes_of_gvisor(const Host& host)
{
    std::map<int, std::string> processes;
    for (const auto& name : TRY(host.list("/proc"))) {
        const auto number = to_number(name);
        if (!number)
            continue;
        // a process may end while we look; the kernel's own have no program
        const auto program = host.status(Path{"/proc"} / name / "exe");
        if (!program)
            continue;
        if (auto release = release_in(program->target); !release.empty())
            processes.emplace(static_cast<int>(*number), std::move(release));
    }
    return processes;
}

std::set<std::string> releases_in_use(const std::map<int, std::string>& processes)
{
    std::set<std::string> releases;
    for (const auto& [process, release] : processes)
        releases.insert(release);
    return releases;
}

Result<std::vector<Sandbox>> sandboxes(const Node& node)
{
    const auto processes = TRY(processes_of_gvisor(node.host()));
    std::vector<Sandbox> found;
    if (processes.empty())
        return found;
    for (const auto& container : TRY(node.docker().containers())) {
        const auto details = node.docker().inspect(container.id);
        if (details.is_absent()) // ended meanwhile
            continue;
        const auto pid = TRY(Result<ContainerDetails>{details}).pid;
        if (const auto process = processes.find(pid); process != processes.end())
            found.push_back({container.name, process->second, container.networks});
    }
    return found;
}

}
