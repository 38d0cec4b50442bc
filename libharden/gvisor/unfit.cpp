#include "gvisor/unfit.h"

#include "base/json_view.h"

#include <algorithm>
#include <array>

namespace harden {

namespace {

struct Reason {
    std::string_view what;
    std::string_view why;
};

constexpr std::array capabilities = {
    Reason{"ALL", "every capability, of which gVisor gives only those of its own kernel"},
    Reason{"BPF", "gVisor's kernel has no BPF"},
    Reason{"NET_ADMIN", "its own network stack has no netfilter of the host and few settings"},
    Reason{"NET_RAW", "raw sockets are off in gVisor"},
    Reason{"PERFMON", "gVisor's kernel has no perf events"},
    Reason{"SYS_ADMIN", "mounts and namespaces of gVisor's kernel are not the host's"},
    Reason{"SYS_MODULE", "gVisor's kernel loads no modules"},
    Reason{"SYS_PTRACE", "processes of other containers and of the host are out of sight"},
};

constexpr std::array mounts = {
    Reason{"/dev", "devices of the host do not exist in gVisor"},
    Reason{"/lib/modules", "gVisor's kernel loads no modules"},
    Reason{"/proc", "the host's processes do not exist in gVisor"},
    Reason{"/sys", "the host's devices and control groups do not exist in gVisor"},
};

// gVisor's kernel has these itself.
constexpr std::array own_devices = {
    "/dev/full",   "/dev/fuse", "/dev/net/tun", "/dev/null",    "/dev/ptmx",
    "/dev/random", "/dev/shm",  "/dev/tty",     "/dev/urandom", "/dev/zero",
};

}

static bool is_own_device(std::string_view device)
{
    return std::ranges::find(own_devices, device) != own_devices.end();
}

static bool is_docker_socket(std::string_view source)
{
    return source.ends_with("/docker.sock") || source.ends_with("/containerd.sock") ||
           source == "/run" || source == "/var/run";
}

static void add_mounts(const ContainerDetails& details, std::vector<std::string>& reasons)
{
    for (const auto& source : details.mounts) {
        if (is_docker_socket(source))
            reasons.push_back(cat("mounts ", escaped(source),
                                  ": gVisor connects to no socket of the host, so Docker does not "
                                  "answer in it"));
        for (const auto& [what, why] : mounts)
            if (!is_own_device(source) && (source == what || source.starts_with(cat(what, "/"))))
                reasons.push_back(cat("mounts ", escaped(source), ": ", why));
    }
}

static std::string_view without_prefix(std::string_view capability)
{
    constexpr std::string_view prefix = "CAP_";
    return capability.starts_with(prefix) ? capability.substr(prefix.size()) : capability;
}

static void add_capabilities(const ContainerDetails& details, std::vector<std::string>& reasons)
{
    for (const auto& added : details.added_capabilities)
        for (const auto& [what, why] : capabilities)
            if (without_prefix(added) == what)
                reasons.push_back(cat("adds the capability ", what, ": ", why));
}

static void add_namespaces(const ContainerDetails& details, std::vector<std::string>& reasons)
{
    if (details.network_mode == "host")
        reasons.emplace_back("is in the host's network: gVisor refuses to start there, or has a "
                             "network stack of its own that does not see the host's services");
    if (details.pid_mode == "host")
        reasons.emplace_back("is in the host's process namespace: gVisor shows only its own "
                             "processes");
    if (details.ipc_mode == "host")
        reasons.emplace_back("is in the host's IPC namespace: gVisor shares no memory with it");
    for (const auto* mode : {&details.network_mode, &details.pid_mode, &details.ipc_mode})
        if (mode->starts_with("container:"))
            reasons.push_back("shares a namespace with another container: both have to be in one "
                              "sandbox");
}

std::vector<std::string> unfit_reasons(const ContainerDetails& details)
{
    std::vector<std::string> reasons;
    if (details.privileged)
        reasons.emplace_back("is privileged: the host's devices and kernel settings do not exist "
                             "in gVisor");
    add_namespaces(details, reasons);
    add_mounts(details, reasons);
    for (const auto& device : details.devices)
        if (!is_own_device(device))
            reasons.push_back(
                cat("uses the device ", escaped(device), ": gVisor passes none through"));
    add_capabilities(details, reasons);
    return reasons;
}

static bool is_in_gvisor(const ContainerDetails& details, const DockerInfo& info)
{
    const auto runtime = info.runtimes.find(details.runtime);
    const auto path = runtime == info.runtimes.end() ? details.runtime : runtime->second;
    return path.find("runsc") != std::string::npos;
}

Result<std::vector<Unfit>> unfit_containers(const Node& node)
{
    const auto info = TRY(node.docker().info());
    std::vector<Unfit> unfit;
    for (const auto& container : TRY(node.docker().containers())) {
        const auto details = node.docker().inspect(container.id);
        if (details.is_absent()) // ended meanwhile
            continue;
        TRY(Result<ContainerDetails>{details});
        if (is_in_gvisor(*details, info))
            continue;
        if (auto reasons = unfit_reasons(*details); !reasons.empty())
            unfit.push_back({container.name, std::move(reasons)});
    }
    return unfit;
}

std::string render_text(const std::vector<Unfit>& unfit)
{
    if (unfit.empty())
        return {};
    std::string text = "running containers that would stop working when they are next created:\n";
    for (const auto& each : unfit) {
        text += cat("  ", escaped(each.container), "\n");
        for (const auto& reason : each.reasons)
            text += cat("    ", reason, "\n");
    }
    return cat(text, "they run on until then. To keep one on runc: docker run --runtime runc …, "
                     "in a compose file \"runtime: runc\", in Coolify the custom Docker option "
                     "--runtime=runc\n");
}

std::string with_unfit(std::string_view plan, const std::vector<Unfit>& unfit)
{
    std::vector<std::string> rows;
    for (const auto& each : unfit) {
        std::vector<std::string> reasons;
        for (const auto& reason : each.reasons)
            reasons.push_back(json_quoted(reason));
        rows.push_back(cat("{\"container\": ", json_quoted(each.container), ", \"reasons\": [",
                           join(reasons, ", "), "]}"));
    }
    const auto body = trim(plan.substr(0, plan.rfind('}')));
    return cat(body, ",\n  \"unfit\": [", join(rows, ", "), "]\n}\n");
}

}
