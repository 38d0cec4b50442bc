#include "checks/daemon_settings.h"
#include "checks/docker_check.h"
#include "checks/docker_facts.h"
#include "checks/gvisor_facts.h"
#include "checks/verify_rules.h"
#include "checks/versions.h"

#include <algorithm>

namespace harden {

using enum Severity;

static constexpr auto edit = "edit /etc/docker/daemon.json; systemctl restart docker";

static Result<Outcome> mandatory_access_control(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    for (const auto* name : {"name=apparmor", "name=selinux"})
        if (has_security_option(info, name))
            return pass(name);
    return fail("neither confines containers");
}

static std::vector<std::string> ulimits_of(const DaemonFile& file)
{
    std::vector<std::string> names;
    const auto* table = file.judged.root ? file.judged.root->find("default-ulimits") : nullptr;
    if (table != nullptr)
        for (const auto& limit : table->members)
            names.push_back(limit.key);
    for (const auto& flag : flag_values(file.daemon.flags, "--default-ulimit"))
        names.push_back(flag.substr(0, flag.find('=')));
    return names;
}

static Result<Outcome> default_ulimits(const Facts& facts)
{
    const auto wanted = TRY(facts.once(verify_rules)).docker.ulimits;
    const auto set = ulimits_of(TRY(facts.once(daemon_file)));
    std::vector<std::string> missing;
    for (const auto& name : wanted)
        if (std::ranges::find(set, name) == set.end())
            missing.push_back(name);
    if (!missing.empty())
        return fail(cat("no default for ", join(missing, ", ")));
    return pass(join(wanted, ", "));
}

static Result<Outcome> insecure_registries(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    std::vector<std::string> open;
    for (const auto& registry : info.insecure_registries)
        if (!registry.starts_with("127.") && !registry.starts_with("::1"))
            open.push_back(escaped(registry, 80));
    return open.empty() ? pass("none but this machine's own") : fail(join(open, ", "));
}

// Warnings of what the kernel lacks are no settings; of control groups there is a check of its own.
static bool is_deprecation(std::string_view warning)
{
    const auto has = [&](std::string_view word) {
        return warning.find(word) != std::string_view::npos;
    };
    return (has("deprecated") || has("DEPRECATED")) && !has("cgroup");
}

static Result<Outcome> experimental(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    std::vector<std::string> found;
    if (info.experimental)
        found.emplace_back("experimental is on");
    for (const auto& warning : info.warnings)
        if (is_deprecation(warning))
            found.push_back(escaped(warning, 120));
    const auto file = TRY(facts.once(daemon_file));
    for (const auto& complaint : file.judged.complaints)
        if (complaint.id == "key.removed" || complaint.id == "log-driver.removed")
            found.push_back(escaped(complaint.message, 120));
    return found.empty() ? pass("none") : fail(join(found, "; "));
}

static Result<Outcome> user_namespaces(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    for (const auto* name : {"name=userns", "name=rootless"})
        if (has_security_option(info, name))
            return pass(name);
    const auto runtime = info.runtimes.find(info.default_runtime);
    if (is_gvisor(info.default_runtime) ||
        (runtime != info.runtimes.end() && is_gvisor(runtime->second)))
        return not_applicable("root of the default runtime's sandboxes is no root of the host's");
    return fail("root in a container is root on the host");
}

static Result<Outcome> storage_driver(const Facts& facts)
{
    const auto driver = TRY(facts.once(docker_info)).storage_driver;
    if (driver.empty())
        return Error{ErrorKind::Malformed, "docker does not tell its storage driver", {}};
    for (const auto* current :
         {"overlay2", "overlayfs", "btrfs", "zfs", "fuse-overlayfs", "stargz", "nydus"})
        if (driver == current)
            return pass(driver == "overlayfs" ? "overlayfs, in containerd's image store" : driver);
    return fail(escaped(driver, 40));
}

static Result<Outcome> cgroup_driver(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto evidence =
        cat("version ", escaped(info.cgroup_version, 8), ", ", escaped(info.cgroup_driver, 20));
    return info.cgroup_version == "2" && info.cgroup_driver == "systemd" ? pass(evidence)
                                                                         : fail(evidence);
}

static Result<Outcome> swarm(const Facts& facts)
{
    const bool active = TRY(facts.once(docker_info)).swarm_active;
    if (!active)
        return pass("inactive");
    if (TRY(facts.once(verify_rules)).docker.swarm)
        return pass("active, as the rules want it");
    return fail("active: ports 2377 and 7946 listen");
}

static Result<Outcome> authorization_plugins(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    if (info.authorization_plugins.empty())
        return not_applicable("no authorization plugin");
    const auto names = escaped(join(info.authorization_plugins, ", "), 120);
    const auto wanted = TRY(facts.once(verify_rules)).docker.authorization_flaws;
    const auto component = TRY(facts.once(docker_flaws));
    std::vector<std::string> open;
    for (const auto& flaw : component.open)
        if (std::ranges::find(wanted, flaw) != wanted.end())
            open.push_back(flaw);
    if (!open.empty())
        return fail(cat(names, " can be skipped: ", join(open, ", ")));
    return pass(names);
}

// Both of them lead out of a build, and BuildKit grants them to whoever asks where they are on.
static Result<Outcome> build_entitlements(const Facts& facts)
{
    TRY(facts.once(docker_info));
    const auto file = TRY(facts.once(daemon_file));
    const auto* builder = file.judged.root ? file.judged.root->find("builder") : nullptr;
    const auto* granted = builder != nullptr ? builder->find("entitlements") : nullptr;
    const auto* network = granted != nullptr ? granted->find("network-host") : nullptr;
    std::vector<std::string> open;
    if (network == nullptr || !network->is_boolean(false))
        open.emplace_back(network == nullptr ? "network.host by default" : "network.host");
    for (const auto& [key, name] :
         {std::pair{"security-insecure", "security.insecure"}, std::pair{"device", "device"}}) {
        const auto* value = granted != nullptr ? granted->find(key) : nullptr;
        if (value != nullptr && !value->is_boolean(false))
            open.emplace_back(name);
    }
    return open.empty() ? pass("none") : fail(join(open, ", "));
}

static Check strict(Check check)
{
    check.profile = Profile::Strict;
    return check;
}

static Check by_file(Check check)
{
    check.level = Level::Config;
    return check;
}

static std::vector<Check> confinement_checks()
{
    return {
        strict(docker_check(
            "docker.mandatory-access-control", "AppArmor or SELinux confines containers", High,
            "install apparmor, boot with it, and restart Docker",
            {"CIS-Docker-5.2", "CIS-Docker-5.3"},
            "The last line when a container's other walls have a hole. Asked of the "
            "daemon.",
            mandatory_access_control)),
        by_file(strict(docker_check(
            "docker.default-ulimits", "Containers have default ulimits", Medium,
            "set default-ulimits in /etc/docker/daemon.json; systemctl restart docker",
            {"CIS-Docker-2.8"},
            "Without them one container opens the node's files until none are left. Asked of the "
            "daemon's file and flags.",
            default_ulimits))),
        strict(docker_check("docker.user-namespaces", "Container root is not host root", Medium,
                            "set userns-remap in /etc/docker/daemon.json, or make gVisor the "
                            "default runtime",
                            {"CIS-Docker-2.9"},
                            "What escapes as root owns the host. Asked of the daemon.",
                            user_namespaces)),
        by_file(strict(docker_check(
            "docker.build-entitlements", "BuildKit's dangerous entitlements are off", Medium,
            R"(set "builder": {"entitlements": {"network-host": false}} in /etc/docker/daemon.json)",
            {},
            "With them a build runs in the host's network or without a sandbox. Asked of the "
            "daemon's file.",
            build_entitlements))),
        docker_check("docker.authorization-plugins",
                     "Authorization plugins run on a Docker that cannot be made to skip them",
                     Medium, "apt-get install --only-upgrade docker-ce", {"CIS-Docker-2.12"},
                     "A crafted request passes the plugin on versions with these flaws. Asked of "
                     "the daemon, against the list of flaws.",
                     authorization_plugins),
    };
}

std::vector<Check> docker_daemon_checks()
{
    auto all = confinement_checks();
    const std::vector<Check> rest = {
        docker_check("docker.insecure-registries", "No insecure registry is configured", Medium,
                     edit, {"CIS-Docker-2.5"},
                     "Images of such a registry can be replaced on the way. Asked of the daemon.",
                     insecure_registries),
        docker_check(
            "docker.experimental", "Docker has no experimental or deprecated settings", Medium,
            edit, {"CIS-Docker-2.18"},
            "What is experimental is not hardened, and what is deprecated is gone with the "
            "next version. Asked of the daemon and of its file.",
            experimental),
        docker_check("docker.storage-driver", "Docker's storage driver is a supported one", Medium,
                     edit, {"CIS-Docker-2.6"}, "The old drivers get no fixes. Asked of the daemon.",
                     storage_driver),
        strict(docker_check("docker.cgroup-driver", "Docker uses cgroup v2 with the systemd driver",
                            Medium, "boot with systemd.unified_cgroup_hierarchy=1",
                            {"CIS-Docker-2.10"},
                            "Version 1 limits swap and processors less well, and Docker drops it. "
                            "Asked of the daemon.",
                            cgroup_driver)),
        docker_check("docker.swarm", "Docker Swarm is inactive", Medium,
                     "docker swarm leave --force", {"CIS-Docker-5.1"},
                     "Swarm opens ports and lets other machines start containers here. Asked of "
                     "the daemon.",
                     swarm),
    };
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
}

}
