#include "base/json_view.h"
#include "node/docker_json.h"

namespace harden {

static Error malformed(std::string_view problem)
{
    return {ErrorKind::Malformed, cat("docker's reply makes no sense: ", escaped(problem)), {}};
}

static JsonView::Texts runtimes_in(const JsonView& info)
{
    JsonView::Texts runtimes;
    for (const auto& [name, runtime] : info.members("Runtimes")) {
        const auto path = runtime.text("path");
        runtimes.emplace(name, path.empty() ? runtime.text("runtimeType") : path);
    }
    return runtimes;
}

static std::vector<std::string> insecure_registries_in(const JsonView& registries)
{
    auto all = registries.texts("InsecureRegistryCIDRs");
    for (const auto& [name, index] : registries.members("IndexConfigs"))
        if (!index.boolean("Secure"))
            all.push_back(name);
    return all;
}

static JsonView::Texts components_in(const JsonView& version)
{
    JsonView::Texts components;
    for (const auto& row : version.rows("Components"))
        components.emplace(row.text("Name"), row.text("Version"));
    return components;
}

static std::vector<std::string> proxies_in(const JsonView& info)
{
    std::vector<std::string> proxies{info.text("HttpProxy"), info.text("HttpsProxy")};
    std::erase(proxies, std::string{});
    return proxies;
}

static std::vector<std::string> pools_in(const JsonView& info)
{
    std::vector<std::string> pools;
    for (const auto& row : info.rows("DefaultAddressPools"))
        pools.push_back(row.text("Base"));
    return pools;
}

Result<DockerInfo> parse_docker_info(std::string_view info_reply, std::string_view version_reply)
{
    const auto info = TRY(parse_json(info_reply).during("read docker's reply"));
    const auto version = TRY(parse_json(version_reply).during("read docker's reply"));
    DockerInfo answer{
        .version = info.text("ServerVersion"),
        .api_version = version.text("ApiVersion"),
        .default_runtime = info.text("DefaultRuntime"),
        .runtimes = runtimes_in(info),
        .cgroup_driver = info.text("CgroupDriver"),
        .cgroup_version = info.text("CgroupVersion"),
        .root_dir = info.text("DockerRootDir"),
        .firewall_backend = info.within("FirewallBackend").text("Driver"),
        .logging_driver = info.text("LoggingDriver"),
        .live_restore = info.boolean("LiveRestoreEnabled"),
        .swarm_active = info.within("Swarm").text("LocalNodeState") == "active",
        .debug = info.boolean("Debug"),
        .experimental = info.boolean("ExperimentalBuild"),
        .storage_driver = info.text("Driver"),
        .authorization_plugins = info.within("Plugins").texts("Authorization"),
        .proxies = proxies_in(info),
        .address_pools = pools_in(info),
        .labels = info.texts("Labels"),
        .mirrors = info.within("RegistryConfig").texts("Mirrors"),
        .insecure_registries = insecure_registries_in(info.within("RegistryConfig")),
        .security_options = info.texts("SecurityOptions"),
        .warnings = info.texts("Warnings"),
        .components = components_in(version),
    };
    if (answer.version.empty())
        info.complain("the daemon does not tell its version");
    for (const auto* reply : {&info, &version})
        if (!reply->problem().empty())
            return malformed(reply->problem());
    return answer;
}

}
