#include "checks/container_judge.h"
#include "checks/daemon_settings.h"
#include "checks/docker_facts.h"
#include "checks/judged.h"
#include "node/capabilities.h"

#include <algorithm>

namespace harden {

using enum Severity;

// What every container gets from Docker unless it is told otherwise.
static const std::vector<std::string> docker_defaults{
    "CHOWN",       "DAC_OVERRIDE", "FOWNER",           "FSETID",
    "KILL",        "SETGID",       "SETUID",           "SETPCAP",
    "NET_RAW",     "MKNOD",        "NET_BIND_SERVICE", "SYS_CHROOT",
    "AUDIT_WRITE", "SETFCAP"};

static bool names_all(const std::vector<std::string>& capabilities)
{
    return std::ranges::any_of(
        capabilities, [](const std::string& name) { return bare_capability(name) == "ALL"; });
}

// What it was made with: the only word on a container in a sandbox, whose kernel keeps its own.
static std::uint64_t asked_for(const ContainerDetails& details)
{
    constexpr auto every = ~std::uint64_t{0} >> 23U; // the 41 that there are
    const auto& dropped = details.settings.dropped_capabilities;
    const auto& added = details.added_capabilities;
    if (details.privileged || names_all(added))
        return every & ~capability_bits(dropped);
    const auto basic = names_all(dropped) ? 0 : capability_bits(docker_defaults);
    return (basic & ~capability_bits(dropped)) | capability_bits(added);
}

static Result<std::uint64_t> capabilities_of(const RunningContainer& container)
{
    if (container.in_sandbox)
        return asked_for(container.details);
    const auto process = TRY(container.process);
    return process.bounding | process.effective;
}

static Result<std::string> beyond(const RunningContainer& container, std::uint64_t wrong)
{
    constexpr std::size_t most = 6;
    const auto capabilities = TRY(capabilities_of(container));
    return some_of(capability_names(capabilities & wrong), most);
}

static Result<Outcome> allowed_only(const Facts& facts)
{
    const auto rules = TRY(facts.once(verify_rules)).containers;
    const auto wrong = ~capability_bits(rules.allowed_capabilities);
    return judge_each(facts,
                      [&](const auto& container, const auto&) { return beyond(container, wrong); });
}

// gVisor hands out raw sockets only where its own flag says so, whatever Docker's default.
static Result<Outcome> no_dangerous(const Facts& facts)
{
    const auto rules = TRY(facts.once(verify_rules)).containers;
    const auto wrong = capability_bits(rules.dangerous_capabilities);
    const auto raw = capability_bit("NET_RAW").value_or(0);
    return judge_each(facts, [&](const RunningContainer& container, const auto&) {
        const bool asked = (capability_bits(container.details.added_capabilities) & raw) != 0;
        return beyond(container, container.in_sandbox && !asked ? wrong & ~raw : wrong);
    });
}

static Result<std::string> is_privileged(const RunningContainer& container)
{
    if (container.details.privileged)
        return std::string{"privileged"};
    if (container.in_sandbox)
        return std::string{};
    constexpr auto every = std::uint64_t{0xffffffff}; // those that all supported kernels have
    const auto process = TRY(container.process);
    return std::string{(process.effective & every) == every ? "has every capability" : ""};
}

static bool has_security_option(const ContainerDetails& details, std::string_view wanted)
{
    return std::ranges::any_of(details.settings.security_options, [&](std::string_view option) {
        return option == wanted ||
               (option.starts_with(wanted) && (option.substr(wanted.size()) == "=true" ||
                                               option.substr(wanted.size()) == ":true"));
    });
}

static Result<Outcome> no_new_privileges(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto settings = TRY(facts.once(daemon_settings));
    const bool by_default = settings.no_new_privileges;
    return judge_each(
        facts, [&](const RunningContainer& container, const auto&) -> Result<std::string> {
            if (container.in_sandbox) // whose own process never can
                return std::string{
                    by_default || has_security_option(container.details, "no-new-privileges")
                        ? ""
                        : "set-user-id programs gain privileges"};
            const auto process = TRY(container.process);
            return std::string{process.no_new_privileges ? ""
                                                         : "set-user-id programs gain privileges"};
        });
}

static bool has_apparmor(const Facts& facts)
{
    const auto enabled = facts.host().read("/sys/module/apparmor/parameters/enabled");
    return enabled && trim(*enabled) == "Y";
}

static Result<std::string> unconfined(const RunningContainer& container, bool apparmor)
{
    constexpr int filtered = 2;
    const auto process = TRY(container.process);
    if (process.seccomp != filtered)
        return std::string{"no system call is filtered"};
    if (apparmor && !container.in_sandbox &&
        (process.confinement.empty() || process.confinement == "unconfined"))
        return std::string{"not confined by AppArmor"};
    return std::string{};
}

static Result<Outcome> confined(const Facts& facts)
{
    const bool apparmor = has_apparmor(facts);
    return judge_each(facts, [&](const RunningContainer& container, const auto&) {
        return unconfined(container, apparmor);
    });
}

static Result<std::string> runs_as_root(const RunningContainer& container)
{
    if (!container.in_sandbox)
        return std::string{TRY(container.process).user == 0 ? "root, on the host as well" : ""};
    const auto& asked = container.details.settings.user;
    const auto user = asked.substr(0, asked.find(':'));
    return std::string{user.empty() || user == "0" || user == "root" ? "root" : ""};
}

std::vector<Check> container_privilege_checks()
{
    constexpr auto recreate = "docker run --cap-drop=ALL --security-opt=no-new-privileges ...";
    auto non_root = container_check(
        "container.non-root", "Containers do not run as root", Medium, "docker run --user 1000 ...",
        {"CIS-Docker-4.1"},
        "What escapes a container as root is root on the host. Asked of the process's user id; of "
        "a sandbox, what the container was made with.",
        each_container(runs_as_root));
    non_root.profile = Profile::Strict;
    return {
        container_check("container.privileged", "No container is privileged", Critical,
                        "docker run without --privileged", {"CIS-Docker-5.5"},
                        "A privileged container owns the host. Asked of Docker, and of the "
                        "process's effective capabilities.",
                        each_container(is_privileged)),
        container_check(
            "container.capabilities", "Containers drop all capabilities but listed ones", High,
            recreate, {"CIS-Docker-5.4"},
            "Each capability is a part of root's power. Asked of the process's bounding "
            "set; of a sandbox, what the container was made with.",
            allowed_only),
        container_check("container.dangerous-capabilities",
                        "No container has a dangerous capability", Critical, recreate,
                        {"CIS-Docker-5.4"},
                        "These lead out of the container, or let it forge its network's packets. "
                        "Asked as container.capabilities is.",
                        no_dangerous),
        container_check("container.confined", "No container runs without seccomp or AppArmor", High,
                        "docker run without --security-opt seccomp=unconfined",
                        {"CIS-Docker-5.2", "CIS-Docker-5.22"},
                        "Without the filters every system call of the kernel is open to attack. "
                        "Asked of the process itself.",
                        confined),
        container_check("container.no-new-privileges", "Containers cannot gain privileges", High,
                        recreate, {"CIS-Docker-5.26"},
                        "Set-user-id programs in an image make root of anybody. Asked of the "
                        "process, so that Docker's default counts; of a sandbox, what the "
                        "container or the daemon was told.",
                        no_new_privileges),
        std::move(non_root),
    };
}

}
