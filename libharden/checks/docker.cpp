#include "checks/check.h"
#include "checks/daemon_settings.h"
#include "checks/docker_facts.h"
#include "checks/docker_sockets.h"
#include "daemonjson/daemon.h"

#include <algorithm>

namespace harden {

static constexpr auto group = "Docker Configuration";
static constexpr auto apply = "harden daemonjson apply";
static constexpr auto socket_file = "/run/docker.sock";
static constexpr auto unbounded_driver = "json-file";

static Result<Outcome> answers(const Facts& facts)
{
    const auto info = facts.once(docker_info);
    if (info)
        return pass(cat("version ", escaped(info->version)));
    if (info.error().kind == ErrorKind::Denied)
        return info.error();
    return fail(info.error().message);
}

static Result<Outcome> live_restore(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    if (info.live_restore)
        return pass("");
    return fail(info.swarm_active ? "Swarm is active, which excludes it"
                                  : "containers die with the daemon");
}

static bool has_option(const DockerInfo& info, std::string_view option)
{
    return std::ranges::any_of(info.security_options, [&](const std::string& listed) {
        const auto parts = split(listed, ',');
        return std::ranges::find(parts, option) != parts.end();
    });
}

static Result<Outcome> no_new_privileges(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    if (has_option(info, "name=no-new-privileges"))
        return pass("default of every new container");
    return tells_no_new_privileges(info) ? fail("set-user-id programs gain privileges")
                                         : no_new_privileges_by_file(facts);
}

// Docker before 23 calls its built-in profile "default".
static Result<Outcome> seccomp(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    if (!has_option(info, "name=seccomp"))
        return fail("this docker filters no system call");
    for (const auto* profile : {"profile=builtin", "profile=default"})
        if (has_option(info, profile))
            return pass(profile);
    return fail(cat("another profile: ", escaped(join(info.security_options, " "), 120)));
}

static bool is_unbounded(const ContainerDetails& container)
{
    return container.log_driver == unbounded_driver && container.log_max_size.empty();
}

static Result<Outcome> log_size(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto max_size = TRY(facts.once(daemon_settings)).log_max_size;
    if (info.logging_driver == unbounded_driver && max_size.empty())
        return fail("json-file without max-size: one container can fill the disk");
    std::vector<std::string> unbounded;
    for (const auto& details : TRY(facts.once(inspected_containers)))
        if (is_unbounded(details))
            unbounded.push_back(escaped(details.container.name, 40));
    if (!unbounded.empty())
        return fail(cat("made before the bound was set: ", join(unbounded, ", ")));
    return pass(
        cat(escaped(info.logging_driver), max_size.empty() ? "" : cat(" ", escaped(max_size))));
}

static Result<Outcome> userland_proxy(const Facts& facts)
{
    TRY(facts.once(docker_info));
    const auto proxies = TRY(proxy_processes(facts.host()));
    if (proxies > 0)
        return fail(cat(std::to_string(proxies), " docker-proxy processes run"));
    if (TRY(facts.once(daemon_settings)).userland_proxy)
        return fail("on by default");
    return pass("no docker-proxy runs");
}

static Result<Outcome> tcp_socket(const Facts& facts)
{
    const auto pid = TRY(facts.once(daemon_pid));
    const auto settings = TRY(facts.once(daemon_settings));
    const bool swarm = TRY(facts.once(docker_info)).swarm_active;
    std::vector<std::string> open;
    for (const auto& address : TRY(listening_addresses(facts.host(), pid)))
        if (address != settings.metrics_address && !(swarm && is_swarm_port(address)))
            open.push_back(address);
    if (open.empty())
        return pass("unix socket only");
    const auto evidence = join(open, ", ");
    return settings.verifies_clients ? pass(cat(evidence, " with client certificates"))
                                     : fail(evidence);
}

static Result<std::string> group_name(const Host& host, unsigned id)
{
    const auto groups = TRY(host.read("/etc/group"));
    for (const auto line : lines(groups)) {
        const auto fields = split(line, ':');
        if (fields.size() >= 3 && to_number(fields[2]) == static_cast<long long>(id))
            return std::string{fields[0]};
    }
    return cat("group ", std::to_string(id));
}

static std::string octal(unsigned mode)
{
    std::string digits;
    for (int shift = 9; shift >= 0; shift -= 3)
        digits += static_cast<char>('0' + ((mode >> static_cast<unsigned>(shift)) & 7U));
    return digits;
}

static Result<Outcome> socket_mode(const Facts& facts)
{
    const auto status = facts.host().status(socket_file);
    if (status.is_absent())
        return not_applicable(cat("there is no ", socket_file));
    const auto found = TRY(status);
    const auto owners = TRY(group_name(facts.host(), found.group));
    const auto evidence =
        cat(socket_file, " ", octal(found.mode), " ",
            found.owner == 0 ? "root" : std::to_string(found.owner), ":", escaped(owners));
    const bool guarded = found.owner == 0 && (found.mode & 07U) == 0 &&
                         (owners == "docker" || owners == "root" || (found.mode & 070U) == 0);
    return guarded ? pass(evidence) : fail(evidence);
}

std::vector<Check> docker_checks()
{
    const auto row = [](std::string_view id, std::string_view title, Severity severity,
                        std::string_view remedy, std::vector<std::string> map,
                        Result<Outcome> (*look)(const Facts&)) {
        return Check{.id = id,
                     .group = group,
                     .title = title,
                     .severity = severity,
                     .remedy = remedy,
                     .map = std::move(map),
                     .look = look};
    };
    using enum Severity;
    return {
        row("docker.answers", "Docker answers", Critical, "systemctl start docker", {}, answers),
        row("docker.live-restore", "Docker live-restore enabled", Medium, apply,
            {"CIS-Docker-2.15"}, live_restore),
        row("docker.daemon-json-valid", "Docker daemon.json exists and is valid", High, apply, {},
            daemon_json_valid),
        row("docker.daemon-json-applied", "Docker runs with what daemon.json says", Medium, apply,
            {}, daemon_json_applied),
        row("docker.no-new-privileges", "Docker no-new-privileges enabled", High, apply,
            {"CIS-Docker-2.14"}, no_new_privileges),
        row("docker.seccomp", "Docker's built-in seccomp profile is in force", Critical, apply,
            {"CIS-Docker-2.17"}, seccomp),
        row("docker.log-size", "Container logs are bounded in size", High, apply,
            {"CIS-Docker-2.13"}, log_size),
        row("docker.userland-proxy", "Docker's userland proxy is off", Medium, apply,
            {"CIS-Docker-2.16"}, userland_proxy),
        row("docker.tcp-socket", "Docker listens on no unauthenticated TCP socket", Critical,
            "remove tcp:// from hosts in daemon.json and from the unit's -H", {"CIS-Docker-2.7"},
            tcp_socket),
        row("docker.socket-mode", "Docker's socket is open to root and its group only", Critical,
            "chown root:docker /run/docker.sock; chmod 0660 /run/docker.sock",
            {"CIS-Docker-3.15", "CIS-Docker-3.16"}, socket_mode),
    };
}

}
