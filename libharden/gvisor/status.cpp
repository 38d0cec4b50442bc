#include "gvisor/status.h"

#include "gvisor/layout.h"
#include "gvisor/platform.h"
#include "gvisor/release.h"
#include "gvisor/releases.h"

#include <algorithm>

namespace harden {

Result<std::string> current_release(const Host& host)
{
    const auto link = TRY(host.status(gvisor_current));
    if (link.type != FileType::Link)
        return Error{ErrorKind::Malformed, cat(gvisor_current, ": not a link"), {}};
    return link.target.filename().string();
}

static Result<std::vector<std::string>> drift_of(const Host& host, const std::string& current,
                                                 const std::vector<InstalledRelease>& releases,
                                                 const Digest& sha512)
{
    const auto release = std::ranges::find(releases, current, &InstalledRelease::name);
    if (release == releases.end())
        return std::vector<std::string>{gvisor_manifest};
    return changed_files(host, *release, sha512);
}

static std::optional<std::chrono::days> age_of(const Host& host, std::string_view release)
{
    const auto day = release_day(release);
    const auto now = host.now();
    if (!day || !now)
        return std::nullopt;
    return std::chrono::floor<std::chrono::days>(now->wall) - *day;
}

static std::string platform_of(const Host& host, const std::vector<std::string>& arguments)
{
    constexpr std::string_view option = "--platform=";
    for (const auto& argument : arguments)
        if (argument.starts_with(option))
            return argument.substr(option.size());
    const auto flags = host.query({gvisor_runtime, "flags"});
    return flags ? default_platform(cat(flags->out, flags->err)) : std::string{};
}

// Docker's own three have no resolver of Docker's in them.
static bool is_on_user_network(const Sandbox& sandbox)
{
    return std::ranges::any_of(sandbox.networks, [](const std::string& network) {
        return network != "bridge" && network != "host" && network != "none";
    });
}

static Result<> add_docker(const Node& node, GvisorStatus& status)
{
    const auto info = node.docker().info();
    if (!info)
        return done;
    status.docker_answers = true;
    const auto runtime = info->runtimes.find(gvisor_runtime_name);
    status.is_registered = runtime != info->runtimes.end() && runtime->second == gvisor_runtime;
    status.default_runtime = info->default_runtime;
    for (auto& sandbox : TRY(sandboxes(node))) {
        if (is_on_user_network(sandbox))
            status.without_names.push_back(sandbox);
        if (sandbox.release != status.current)
            status.on_other_release.push_back(std::move(sandbox));
    }
    return done;
}

Result<GvisorStatus> gvisor_status(const Node& node, const GvisorJudging& judging)
{
    GvisorStatus status{.old_after = judging.old_after, .outdated_after = judging.outdated_after};
    const auto releases = TRY(installed_releases(node.host()));
    for (const auto& release : releases)
        status.releases.push_back(release.name);
    auto current = current_release(node.host());
    if (!current && !current.is_absent())
        return current.error();
    if (current) {
        status.current = *std::move(current);
        status.drift = TRY(drift_of(node.host(), status.current, releases, judging.sha512));
        status.age = age_of(node.host(), status.current);
        status.platform = platform_of(node.host(), judging.arguments);
    }
    TRY(add_docker(node, status));
    return status;
}

}
