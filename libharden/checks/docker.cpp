#include "checks/daemon_settings.h"
#include "checks/docker_check.h"
#include "checks/docker_facts.h"
#include "checks/docker_sockets.h"
#include "daemonjson/daemon.h"

#include <algorithm>
#include <iterator>

namespace harden {

static constexpr auto apply = "harden daemonjson apply";
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

bool has_security_option(const DockerInfo& info, std::string_view option)
{
    return std::ranges::any_of(info.security_options, [&](const std::string& listed) {
        const auto parts = split(listed, ',');
        return std::ranges::find(parts, option) != parts.end();
    });
}

static Result<Outcome> no_new_privileges(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    if (has_security_option(info, "name=no-new-privileges"))
        return pass("default of every new container");
    return tells_no_new_privileges(info) ? fail("set-user-id programs gain privileges")
                                         : no_new_privileges_by_file(facts);
}

// Docker before 23 calls its built-in profile "default".
static Result<Outcome> seccomp(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    if (!has_security_option(info, "name=seccomp"))
        return fail("this docker filters no system call");
    for (const auto* profile : {"profile=builtin", "profile=default"})
        if (has_security_option(info, profile))
            return pass(profile);
    return fail(cat("another profile: ", escaped(join(info.security_options, " "), 120)));
}

static bool is_unbounded(std::string_view driver, std::string_view max_size)
{
    return driver == unbounded_driver &&
           (max_size.empty() || max_size.starts_with('-') || max_size == "0");
}

static Result<Outcome> log_size(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto max_size = TRY(facts.once(daemon_settings)).log_max_size;
    if (is_unbounded(info.logging_driver, max_size))
        return fail("json-file without max-size: one container can fill the disk");
    std::vector<std::string> unbounded;
    for (const auto& details : TRY(facts.once(inspected_containers)))
        if (is_unbounded(details.log_driver, details.log_max_size))
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

Check docker_check(std::string_view id, std::string_view title, Severity severity,
                   std::string_view remedy, std::vector<std::string> map, std::string_view why,
                   Result<Outcome> (*look)(const Facts&))
{
    return {.id = id,
            .group = "Docker Configuration",
            .title = title,
            .severity = severity,
            .remedy = remedy,
            .map = std::move(map),
            .why = why,
            .look = look};
}

static std::vector<Check> provisioned_checks()
{
    using enum Severity;
    auto valid = docker_check(
        "docker.daemon-json-valid", "Docker daemon.json exists and is valid", High, apply, {},
        "A file that dockerd refuses stops it at its next start, and one that "
        "it ignores protects nothing. Judged for its version and its flags.",
        daemon_json_valid);
    valid.level = Level::Config;
    return {
        docker_check(
            "docker.answers", "Docker answers", Critical, "systemctl start docker", {},
            "Without it nothing runs, and most of this report is unknown. Asked for /info.",
            answers),
        docker_check("docker.live-restore", "Docker live-restore enabled", Medium, apply,
                     {"CIS-Docker-2.15"},
                     "Without it every container dies with the daemon. Asked of the daemon.",
                     live_restore),
        std::move(valid),
        docker_check("docker.daemon-json-applied", "Docker runs with what daemon.json says", Medium,
                     apply, {},
                     "An edit counts only once it is loaded. The file against what the daemon "
                     "tells of itself.",
                     daemon_json_applied),
        docker_check(
            "docker.no-new-privileges", "Docker no-new-privileges enabled", High, apply,
            {"CIS-Docker-2.14"},
            "Set-user-id programs in images make root of anybody. Asked of the daemon; one "
            "that does not tell is judged by its file and when it started.",
            no_new_privileges),
        docker_check("docker.seccomp", "Docker's built-in seccomp profile is in force", Critical,
                     apply, {"CIS-Docker-2.17"},
                     "Without the profile every system call of the kernel is open to attack. Asked "
                     "of the daemon.",
                     seccomp),
        docker_check("docker.log-size", "Container logs are bounded in size", High, apply,
                     {"CIS-Docker-2.13"},
                     "One container that talks can fill the disk. Asked of the daemon for new "
                     "containers, and of each running one.",
                     log_size),
        docker_check("docker.userland-proxy", "Docker's userland proxy is off", Medium, apply,
                     {"CIS-Docker-2.16"},
                     "A process of root's for every published port, which hides where connections "
                     "come from. Asked of the processes, and of the daemon's settings.",
                     userland_proxy),
    };
}

std::vector<Check> docker_checks()
{
    std::vector<Check> all;
    for (auto* part :
         {provisioned_checks, docker_network_checks, docker_file_checks, docker_daemon_checks})
        std::ranges::move(part(), std::back_inserter(all));
    return all;
}

}
