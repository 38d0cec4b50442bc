#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/gvisor_facts.h"
#include "checks/gvisor_rows.h"
#include "checks/verify_rules.h"
#include "gvisor/release.h"

#include <algorithm>

namespace harden {

static constexpr auto group = "gVisor";
static constexpr auto install = "harden gvisor-install apply";

static std::string names_of(const DockerInfo& info)
{
    std::vector<std::string> names;
    for (const auto& [name, path] : info.runtimes)
        names.push_back(escaped(name));
    return join(names, ", ");
}

static Result<Outcome> installed(const Facts& facts)
{
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    if (runtimes.all.empty())
        return fail(
            cat("docker knows no gVisor runtime, only ", names_of(TRY(facts.once(docker_info)))));
    if (!runtimes.defect.empty())
        return fail(runtimes.defect);
    return pass(runtimes.all.front().version);
}

static std::string days_text(std::chrono::days days)
{
    return cat(std::to_string(days.count()), " days");
}

static Result<Outcome> recent(const Facts& facts)
{
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    if (runtimes.all.empty())
        return not_applicable("docker knows no gVisor runtime");
    const auto ages = TRY(facts.once(verify_rules)).gvisor;
    const auto today = std::chrono::floor<std::chrono::days>(TRY(facts.host().now()).wall);
    std::chrono::days oldest{0};
    for (const auto& runtime : runtimes.all) {
        const auto released = release_day(runtime.version);
        if (!released)
            return Error{ErrorKind::Malformed,
                         cat(runtime.path, " does not tell its release: \"", runtime.version, "\""),
                         {}};
        oldest = std::max(oldest, today - *released);
    }
    const auto evidence = cat("released ", days_text(oldest), " ago, at most ",
                              days_text(ages.outdated_after), " is well");
    if (oldest > ages.outdated_after)
        return fail(evidence);
    return oldest > ages.old_after ? info(evidence) : pass(evidence);
}

static Result<Outcome> is_default(const Facts& facts)
{
    const auto info = TRY(facts.once(docker_info));
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    const auto evidence = cat("default runtime ", escaped(info.default_runtime));
    const bool ours = std::ranges::any_of(runtimes.all, [&](const GvisorRuntime& runtime) {
        return runtime.name == info.default_runtime;
    });
    return ours ? pass(evidence) : fail(evidence);
}

namespace {

// What tells the rows apart; the rest is the same for all of them.
struct Row {
    std::string_view id;
    std::string_view title;
    Severity severity;
    Level level;
    Profile profile;
    std::string_view remedy;
    std::string_view why;
    Result<Outcome> (*look)(const Facts&);
};

}

static constexpr auto prove = "harden gvisor-install prove";
static constexpr auto edit = "remove it from the runtime's runtimeArgs in /etc/docker/daemon.json";

static std::vector<Row> rows()
{
    using enum Severity;
    using enum Level;
    using enum Profile;
    using namespace gvisor_files;
    using namespace gvisor_settings_rows;
    using namespace gvisor_probe;
    return {
        {"gvisor.installed", "gVisor installed", Critical, Effective, Baseline, install,
         "Without a sandbox a container shares the node's kernel. The program behind the runtime "
         "that Docker knows is looked at and run.",
         installed},
        {"gvisor.official-release", "gVisor's binaries are those of an official release", Critical,
         Effective, Baseline, install,
         "A changed sandbox is no sandbox. The files' SHA-512 is compared with the list of their "
         "installation and, where keys are configured, with a signed manifest of releases.",
         official_release},
        {"gvisor.sidecars", "gVisor's sidecar binaries are complete and of the same release",
         Critical, Effective, Baseline, install,
         "Since August 2026 runsc needs further programs beside it, and mixed releases panic. They "
         "are looked for in gvisor-bin and in the list of the same release.",
         sidecars},
        {"gvisor.default-runtime", "gVisor is default runtime", Critical, Effective, Full,
         "harden gvisor-install apply --default",
         "Whoever forgets --runtime gets the default. The running daemon is asked for it.",
         is_default},
        {"gvisor.default-runtime-persisted", "The default runtime on disk is the one in memory",
         High, Effective, Baseline, "systemctl restart docker",
         "An edited file without a restart, or a restart after an edit, changes what tenants get. "
         "The daemon's file and flags are compared with what it says of itself.",
         default_runtime_persisted},
        {"gvisor.release-age", "gVisor's release is recent", High, Effective, Baseline, install,
         "gVisor is released weekly and mends escapes silently. The day of the release is in its "
         "version.",
         recent},
        {"gvisor.previous-release", "The previous release is kept for rollback", High, Effective,
         Baseline, install,
         "A release that starts no containers is left by a link to the one before. The link and "
         "the kept releases are looked at.",
         previous_release},
        {"gvisor.safe-flags", "The runtime has no unsafe flags", Critical, Config, Baseline, edit,
         "Flags for debugging, raw sockets and host sockets open the sandbox. daemon.json, the "
         "shim's file and, with --probe, a sandbox's own arguments are read.",
         safe_flags},
        {"gvisor.netstack", "The network stack is the sandbox's own", High, Config, Baseline, edit,
         "With --network=host every packet passes the node's own stack, which the sandbox was to "
         "keep from tenants. Read as for gvisor.safe-flags.",
         netstack},
        {"gvisor.platform", "The sandbox's platform is a supported one", Medium, Config, Baseline,
         "harden gvisor-install apply",
         "ptrace is unsupported and slow, kvm needs /dev/kvm. The runtime's flags, else runsc "
         "itself, tell.",
         platform},
        {"gvisor.overlay-medium", "The sandbox's overlay is bounded", Medium, Config, Strict, edit,
         "An overlay in memory takes the node's memory for a tenant's files. Read as for "
         "gvisor.safe-flags.",
         overlay_medium},
        {"gvisor.gpu-restricted", "GPU access is enabled only where it is meant", Medium, Config,
         Baseline, edit,
         "A GPU's driver is reached through the sandbox: of gVisor's own escapes most were there. "
         "Only a runtime that is not the default may pass one on.",
         gpu_restricted},
        {"gvisor.host-settings", "The host has the settings that gVisor wants", Low, Effective,
         Strict, "echo advise >/sys/kernel/mm/transparent_hugepage/shmem_enabled",
         "The sandbox's memory is one shared file, which needs huge pages to be quick. The "
         "kernel's own file is read.",
         host_settings},
        {"gvisor.sandboxed", "A new container sees gVisor's kernel", Critical, Behaviour, Baseline,
         prove,
         "Settings promise, a container shows. With --probe one is started in each gVisor runtime "
         "and reads /proc/version.",
         sandboxed},
        {"gvisor.sandbox-process", "The host sees a new container run inside a sandbox process",
         Critical, Behaviour, Baseline, prove,
         "What a container says of itself could be told to it. With --probe its process is looked "
         "at from the node: program, seccomp, no new privileges.",
         sandbox_process},
        {"gvisor.syscall-surface", "The system calls of a new container are gVisor's", Critical,
         Behaviour, Baseline, prove,
         "What the node's kernel answers can be attacked. With --probe a container tries raw "
         "sockets, netfilter, io_uring and the like, beside a plain socket that must work.",
         syscall_surface},
        {"gvisor.resource-limits", "Resource limits reach the sandbox", High, Behaviour, Baseline,
         prove,
         "A limit on the wrong control group holds nobody. With --probe a container of 64 MiB and "
         "64 processes takes 16 MiB, then 96, and starts 4 processes, then 200.",
         resource_limits},
        {"gvisor.name-resolution", "Names resolve inside the sandbox on user-defined networks",
         High, Effective, Strict, "mount a resolv.conf, or use the default bridge",
         "Docker's resolver at 127.0.0.11 is out of a sandbox's reach (google/gvisor#7469). With "
         "--probe one asks it, and a plain container on the same network must be answered.",
         name_resolution},
    };
}

std::vector<Check> gvisor_checks()
{
    std::vector<Check> checks;
    for (const auto& row : rows())
        checks.push_back({.id = row.id,
                          .group = group,
                          .title = row.title,
                          .severity = row.severity,
                          .level = row.level,
                          .profile = row.profile,
                          .remedy = row.remedy,
                          .map = {},
                          .why = row.why,
                          .look = row.look});
    return checks;
}

}
