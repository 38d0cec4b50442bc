#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/judged.h"
#include "checks/kernel_facts.h"
#include "checks/kernel_looks.h"
#include "checks/sysctl.h"

#include <algorithm>

namespace harden {

static constexpr auto group = "Kernel";
static constexpr auto persist = "put the values in a file of /etc/sysctl.d and run sysctl --system";

// Judges all settings that rules/host.toml asks for in the name of this check.
template<std::string_view const& id>
static Result<Outcome> settings(const Facts& facts)
{
    return judge_settings(facts, {id});
}

static constexpr std::string_view bpf = "kernel.bpf-restricted";
static constexpr std::string_view leaks = "kernel.information-leaks";
static constexpr std::string_view kexec = "kernel.kexec-disabled";
static constexpr std::string_view ptrace = "kernel.ptrace-restricted";
static constexpr std::string_view protections = "kernel.memory-protections";
static constexpr std::string_view network = "kernel.network-settings";
static constexpr std::string_view memory = "kernel.memory-settings";
static constexpr std::string_view forwarding = "kernel.forwarding";

static Result<Outcome> forwards(const Facts& facts)
{
    if (facts.host().status("/run/docker.pid").is_absent())
        return not_applicable("no Docker runs here");
    return judge_settings(facts, {forwarding});
}

static Result<Outcome> network_settings(const Facts& facts)
{
    return judge_settings(facts, {network, forwarding});
}

std::vector<Check> kernel_checks()
{
    return {
        {.id = "kernel.newest-running",
         .group = group,
         .title = "The newest installed kernel runs",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "reboot",
         .why = "A fix that is installed and not booted protects nobody. The running release and "
                "package are compared with those in /boot and of dpkg.",
         .look = newest_runs},
        {.id = "kernel.known-escapes",
         .group = group,
         .title = "Known kernel escapes are closed",
         .severity = Severity::Critical,
         .profile = Profile::Strict,
         .remedy = "\"install algif_aead /bin/false\" and the like in /etc/modprobe.d; "
                   "kernel.io_uring_disabled = 2 in /etc/sysctl.d",
         .why = "CVE-2026-31431 goes from a container through AF_ALG to the host's page cache. "
                "The kernel's modules, modprobe's configuration and io_uring's switch are read.",
         .look = escapes_closed},
        {.id = bpf,
         .group = group,
         .title = "BPF is restricted",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = persist,
         .why = "The BPF verifier has been a way into the kernel for programs without rights. "
                "The settings are read from /proc/sys.",
         .look = settings<bpf>},
        {.id = "kernel.user-namespaces",
         .group = group,
         .title = "Unprivileged user namespaces are restricted",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "kernel.unprivileged_userns_clone = 0 on Debian, "
                   "kernel.apparmor_restrict_unprivileged_userns = 1 on Ubuntu, in /etc/sysctl.d",
         .why = "In a user namespace of its own any program reaches kernel code that only root "
                "could reach before. user.max_user_namespaces = 0 is not asked for: gVisor needs "
                "some.",
         .look = user_namespaces_restricted},
        {.id = leaks,
         .group = group,
         .title = "Kernel addresses and logs are hidden",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = persist,
         .map = {"UBTU-24-600140"},
         .why = "An exploit needs to know where the kernel lies. The settings are read from "
                "/proc/sys.",
         .look = settings<leaks>},
        {.id = kexec,
         .group = group,
         .title = "Another kernel cannot be loaded",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = persist,
         .map = {"UBTU-24-600070"},
         .why = "With kexec root replaces the running kernel, and with it every guard. The "
                "setting is read from /proc/sys.",
         .look = settings<kexec>},
        {.id = "kernel.module-loading",
         .group = group,
         .title = "Needless kernel modules cannot be loaded",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "\"install NAME /bin/false\" for each in /etc/modprobe.d",
         .map = {"CIS-Ubuntu-1.1.1", "CIS-Ubuntu-3.2"},
         .why = "A program without rights can have rare modules loaded, and their flaws with "
                "them. Loaded modules, the kernel's own list and modprobe's configuration are "
                "read; what Docker needs must not be blocked.",
         .look = modules_limited},
        {.id = "kernel.lockdown",
         .group = group,
         .title = "Kernel lockdown and Secure Boot are on",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "boot with Secure Boot, or with lockdown=integrity",
         .why = "Without it root inside a container that escaped can rewrite the kernel. Read "
                "from /sys/kernel/security/lockdown and the EFI variable.",
         .look = lockdown_on},
        {.id = ptrace,
         .group = group,
         .title = "Processes cannot trace others",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = persist,
         .map = {"CIS-Ubuntu-1.5.2"},
         .why = "Who may trace a process has its keys and its rights. 3 is too much: gVisor's "
                "systrap platform traces its own children.",
         .look = settings<ptrace>},
        {.id = protections,
         .group = group,
         .title = "Address randomisation and file protections are on",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = persist,
         .map = {"CIS-Ubuntu-1.5.1", "UBTU-24-700310"},
         .why = "They turn many flaws of programs with rights into crashes. The settings are "
                "read from /proc/sys.",
         .look = settings<protections>},
        {.id = "kernel.core-dumps",
         .group = group,
         .title = "Core dumps run no program on the host",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = "kernel.core_pattern = core in /etc/sysctl.d",
         .map = {"CIS-Ubuntu-1.5.3"},
         .why = "A crash in any container starts a core_pattern pipe as root on the host, with a "
                "memory image that the tenant made. The setting is read from /proc/sys.",
         .look = core_dumps_run_nothing},
        {.id = "kernel.helper-programs",
         .group = group,
         .title = "What the kernel starts by itself is root's alone",
         .severity = Severity::Critical,
         .remedy = "put the setting back, and look for who changed it",
         .why = "Escapes write their own program into core_pattern, modprobe, uevent_helper or a "
                "release_agent. Each one's program and the directories above it are looked at.",
         .look = helpers_are_roots},
        {.id = network,
         .group = group,
         .title = "Network settings are safe and forward for Docker",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = persist,
         .map = {"CIS-Ubuntu-3.3", "UBTU-24-600190"},
         .why = "Redirects and source routes let a neighbour lead packets past the filter. Read "
                "for every interface, as the kernel combines its value with the one for all.",
         .look = network_settings},
        {.id = forwarding,
         .group = group,
         .title = "The kernel forwards packets for Docker",
         .severity = Severity::High,
         .remedy = "net.ipv4.ip_forward = 1 in /etc/sysctl.d",
         .why = "Hardening guides set ip_forward to 0, and no container reaches the network any "
                "more. The setting is read from /proc/sys.",
         .look = forwards},
        {.id = "kernel.router-advertisements",
         .group = group,
         .title = "IPv6 router advertisements are handled right",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "net.ipv6.conf.INTERFACE.accept_ra = 2 where the route comes from them, else 0",
         .why = "A kernel that forwards drops the advertisements its own route lives on, unless "
                "accept_ra is 2; a 2 elsewhere lets any neighbour become the router.",
         .look = advertisements_right},
        {.id = memory,
         .group = group,
         .title = "Risky kernel interfaces are off",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = persist,
         .why = "io_uring, userfaultfd and line disciplines are where exploits start. The "
                "settings are read from /proc/sys.",
         .look = settings<memory>},
        {.id = "kernel.cpu-vulnerabilities",
         .group = group,
         .title = "CPU vulnerabilities are mitigated",
         .severity = Severity::Medium,
         .profile = Profile::Strict,
         .remedy = "install microcode and boot without mitigations=off; say threads = "
                   "\"accepted\" in /etc/harden/host.toml or boot with nosmt",
         .why = "Tenants on one processor read each other's memory through it. The kernel's own "
                "verdicts are read, and whether somebody decided about threads of one core.",
         .look = processor_mitigated},
        {.id = "kernel.settings-persisted",
         .group = group,
         .title = "Kernel settings survive a boot",
         .severity = Severity::High,
         .profile = Profile::Strict,
         .remedy = persist,
         .why = "What was set by hand is gone after the next boot. The files of sysctl.d are "
                "merged as systemd does it and compared with the kernel.",
         .look = settings_persist},
    };
}

}
