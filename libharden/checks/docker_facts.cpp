#include "checks/docker_facts.h"

#include <algorithm>

namespace harden {

using std::chrono::system_clock;

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

// Field 22 of /proc/PID/stat, in hundredths of a second since boot. The program's name before it
// stands in brackets and may hold blanks.
static std::optional<std::chrono::milliseconds> start_after_boot(std::string_view stat)
{
    const auto name_end = stat.rfind(')');
    if (name_end == std::string_view::npos)
        return std::nullopt;
    const auto fields = split(trim(stat.substr(name_end + 1)), ' ');
    if (fields.size() < 20)
        return std::nullopt;
    const auto ticks = to_number(fields[19]);
    return ticks ? std::optional{std::chrono::milliseconds{*ticks * 10}} : std::nullopt;
}

Result<DaemonProcess> docker_daemon(const Facts& facts)
{
    const auto& host = facts.host();
    const auto written = TRY(host.read("/run/docker.pid").during("find the docker daemon"));
    const auto pid = to_number(trim(written));
    if (!pid)
        return Error{ErrorKind::Malformed, "/run/docker.pid holds no process id", {}};
    DaemonProcess daemon{.pid = static_cast<int>(*pid)};
    const Path process = cat("/proc/", trim(written));
    const auto command_line = TRY(host.read(process / "cmdline"));
    for (const auto argument : split(command_line, '\0'))
        if (!argument.empty())
            daemon.arguments.emplace_back(argument);
    if (daemon.arguments.empty() || !daemon.arguments.front().ends_with("dockerd"))
        return Error{ErrorKind::NotFound, "/run/docker.pid names no docker daemon", {}};
    const auto start = start_after_boot(TRY(host.read(process / "stat")));
    if (!start)
        return Error{ErrorKind::Malformed, "the docker daemon's start time cannot be read", {}};
    const auto clock = TRY(host.now());
    daemon.started =
        clock.wall - std::chrono::duration_cast<system_clock::duration>(clock.since_boot - *start);
    return daemon;
}

static std::string configured_file(const std::vector<std::string>& arguments)
{
    constexpr std::string_view flag = "--config-file";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == flag && i + 1 < arguments.size())
            return arguments[i + 1];
        if (arguments[i].starts_with("--config-file="))
            return arguments[i].substr(flag.size() + 1);
    }
    return daemon_json_file;
}

Result<DaemonJson> daemon_json(const Facts& facts)
{
    const auto daemon = TRY(facts.once(docker_daemon));
    DaemonJson found{.file = configured_file(daemon.arguments)};
    auto text = facts.host().read(found.file);
    if (text.is_absent())
        return found;
    found.text = TRY(std::move(text));
    found.modified = TRY(facts.host().status(found.file)).modified;
    return found;
}

}
