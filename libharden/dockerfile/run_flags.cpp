#include "base/text.h"
#include "dockerfile/run_line.h"

#include <array>

namespace harden {

namespace {

template<auto Member>
void set(ContainerRequest& request, PlacedText value)
{
    request.*Member = std::move(value);
}

template<auto Member>
void add(ContainerRequest& request, PlacedText value)
{
    (request.*Member).push_back(std::move(value));
}

template<auto Member>
void pair(ContainerRequest& request, PlacedText value)
{
    put(request.*Member, pair_from(value));
}

void entrypoint(ContainerRequest& request, PlacedText value)
{
    request.entrypoint = CommandText{.is_list = true, .words = {std::move(value)}};
}

void health_command(ContainerRequest& request, PlacedText value)
{
    request.further_commands.push_back({.is_list = false, .words = {std::move(value)}});
}

void name(ContainerRequest& request, PlacedText value)
{
    request.name.text = std::move(value.text);
}

void tmpfs(ContainerRequest& request, PlacedText value)
{
    put(request.tmpfs, tmpfs_from(value));
}

void volume(ContainerRequest& request, PlacedText value)
{
    put(request.mounts, mount_from(value));
}

void api_socket(ContainerRequest& request, PlacedText value)
{
    if (is_true(value.text))
        put(request.mounts, {.type = "bind",
                             .source = {"/var/run/docker.sock", value.offset},
                             .target = "/var/run/docker.sock"});
}

// "type=bind,source=/a,target=/b,readonly"
void mount(ContainerRequest& request, PlacedText value)
{
    RequestedMount made{.type = "volume", .source = {"", value.offset}};
    std::vector<std::string> options;
    for (const auto field : split(value.text, ',')) {
        const auto equals = std::min(field.find('='), field.size());
        const auto key = field.substr(0, equals);
        const std::string text{field.substr(std::min(equals + 1, field.size()))};
        if (key == "type")
            made.type = text;
        else if (key == "source" || key == "src")
            made.source.text = text;
        else if (key == "target" || key == "dst" || key == "destination")
            made.target = text;
        else if (key == "readonly" || key == "ro")
            made.is_writable = equals < field.size() && !is_true(text);
        else if (key == "bind-propagation")
            made.propagation = text;
        else if (key == "tmpfs-size")
            options.push_back(cat("size=", text));
        else if (key == "tmpfs-mode")
            options.push_back(cat("mode=", text));
    }
    if (made.type == "tmpfs")
        put(request.tmpfs, {.place = {made.target, value.offset}, .options = join(options, ",")});
    else
        put(request.mounts, std::move(made));
}

using enum FlagForm;
using Request = ContainerRequest;

// In the order of `docker run --help`; hidden and withdrawn names beside their successors.
constexpr auto flags = std::to_array<RunFlag>({
    {"add-host", 0, Value, nullptr},
    {"annotation", 0, Value, pair<&Request::annotations>},
    {"attach", 'a', Value, nullptr},
    {"blkio-weight", 0, Value, nullptr},
    {"blkio-weight-device", 0, Value, nullptr},
    {"cap-add", 0, Value, add<&Request::added_capabilities>},
    {"cap-drop", 0, Value, add<&Request::dropped_capabilities>},
    {"cgroup-parent", 0, Value, set<&Request::cgroup_parent>},
    {"cgroupns", 0, Value, set<&Request::cgroup_namespace_mode>},
    {"cidfile", 0, Value, nullptr},
    {"cpu-count", 0, Value, nullptr},
    {"cpu-percent", 0, Value, nullptr},
    {"cpu-period", 0, Value, set<&Request::cpu_period>},
    {"cpu-quota", 0, Value, set<&Request::cpu_quota>},
    {"cpu-rt-period", 0, Value, nullptr},
    {"cpu-rt-runtime", 0, Value, nullptr},
    {"cpu-shares", 'c', Value, nullptr},
    {"cpus", 0, Value, set<&Request::cpus>},
    {"cpuset-cpus", 0, Value, nullptr},
    {"cpuset-mems", 0, Value, nullptr},
    {"detach", 'd', Switch, nullptr},
    {"detach-keys", 0, Value, nullptr},
    {"device", 0, Value, add<&Request::devices>},
    {"device-cgroup-rule", 0, Value, add<&Request::device_rules>},
    {"device-read-bps", 0, Value, nullptr},
    {"device-read-iops", 0, Value, nullptr},
    {"device-write-bps", 0, Value, nullptr},
    {"device-write-iops", 0, Value, nullptr},
    {"disable-content-trust", 0, Switch, nullptr},
    {"dns", 0, Value, nullptr},
    {"dns-opt", 0, Value, nullptr},
    {"dns-option", 0, Value, nullptr},
    {"dns-search", 0, Value, nullptr},
    {"domainname", 0, Value, nullptr},
    {"entrypoint", 0, Value, entrypoint},
    {"env", 'e', Value, pair<&Request::environment>},
    {"env-file", 0, Value, add<&Request::environment_files>},
    {"expose", 0, Value, add<&Request::exposed>},
    {"gpus", 0, Value, add<&Request::devices>},
    {"group-add", 0, Value, add<&Request::groups>},
    {"health-cmd", 0, Value, health_command},
    {"health-interval", 0, Value, nullptr},
    {"health-retries", 0, Value, nullptr},
    {"health-start-interval", 0, Value, nullptr},
    {"health-start-period", 0, Value, nullptr},
    {"health-timeout", 0, Value, nullptr},
    {"help", 0, Switch, nullptr},
    {"hostname", 'h', Value, nullptr},
    {"init", 0, Switch, nullptr},
    {"interactive", 'i', Switch, nullptr},
    {"io-maxbandwidth", 0, Value, nullptr},
    {"io-maxiops", 0, Value, nullptr},
    {"ip", 0, Value, nullptr},
    {"ip6", 0, Value, nullptr},
    {"ipc", 0, Value, set<&Request::ipc_mode>},
    {"isolation", 0, Value, nullptr},
    {"kernel-memory", 0, Value, nullptr},
    {"label", 'l', Value, pair<&Request::labels>},
    {"label-file", 0, Value, nullptr},
    {"link", 0, Value, nullptr},
    {"link-local-ip", 0, Value, nullptr},
    {"log-driver", 0, Value, nullptr},
    {"log-opt", 0, Value, nullptr},
    {"mac-address", 0, Value, nullptr},
    {"memory", 'm', Value, set<&Request::memory>},
    {"memory-reservation", 0, Value, nullptr},
    {"memory-swap", 0, Value, set<&Request::memory_swap>},
    {"memory-swappiness", 0, Value, nullptr},
    {"mount", 0, Value, mount},
    {"name", 0, Value, name},
    {"net", 0, Value, set<&Request::network>},
    {"net-alias", 0, Value, nullptr},
    {"network", 0, Value, set<&Request::network>},
    {"network-alias", 0, Value, nullptr},
    {"no-healthcheck", 0, Switch, nullptr},
    {"oom-kill-disable", 0, Switch, set<&Request::evades_oom_killer>},
    {"oom-score-adj", 0, Value, set<&Request::oom_score>},
    {"pid", 0, Value, set<&Request::pid_mode>},
    {"pids-limit", 0, Value, set<&Request::pids>},
    {"platform", 0, Value, nullptr},
    {"privileged", 0, Switch, set<&Request::privileged>},
    {"publish", 'p', Value, add<&Request::ports>},
    {"publish-all", 'P', Switch, nullptr},
    {"pull", 0, Value, nullptr},
    {"quiet", 'q', Switch, nullptr},
    {"read-only", 0, Switch, set<&Request::read_only>},
    {"restart", 0, Value, set<&Request::restart>},
    {"rm", 0, Switch, nullptr},
    {"runtime", 0, Value, set<&Request::runtime>},
    {"security-opt", 0, Value, add<&Request::security_options>},
    {"shm-size", 0, Value, set<&Request::shm_size>},
    {"sig-proxy", 0, Switch, nullptr},
    {"stop-signal", 0, Value, nullptr},
    {"stop-timeout", 0, Value, nullptr},
    {"storage-opt", 0, Value, add<&Request::storage_options>},
    {"sysctl", 0, Value, add<&Request::kernel_settings>},
    {"tmpfs", 0, Value, tmpfs},
    {"tty", 't', Switch, nullptr},
    {"ulimit", 0, Value, add<&Request::ulimits>},
    {"use-api-socket", 0, Switch, api_socket},
    {"user", 'u', Value, set<&Request::user>},
    {"userns", 0, Value, set<&Request::user_namespace_mode>},
    {"uts", 0, Value, set<&Request::uts_mode>},
    {"volume", 'v', Value, volume},
    {"volume-driver", 0, Value, nullptr},
    {"volumes-from", 0, Value, add<&Request::volumes_from>},
    {"workdir", 'w', Value, nullptr},
});

}

std::span<const RunFlag> run_flags()
{
    return flags;
}

}
