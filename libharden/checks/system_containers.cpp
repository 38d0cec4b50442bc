#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/verify_rules.h"

#include <algorithm>
#include <fnmatch.h>

namespace harden {

static constexpr auto group = "System Containers";
// Coolify makes it on every server that it manages.
static constexpr auto coolify_directory = "/data/coolify";

static bool matches(const std::vector<std::string>& patterns, const Container& container)
{
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), container.name.c_str(), 0) == 0;
    });
}

static std::vector<std::string> running(const std::vector<Container>& containers,
                                        const std::vector<std::string>& patterns)
{
    std::vector<std::string> names;
    for (const auto& container : containers)
        if (container.state == "running" && matches(patterns, container))
            names.push_back(escaped(container.name, 40));
    return names;
}

static Result<bool> has_coolify(const Facts& facts)
{
    const auto names = TRY(facts.once(verify_rules)).system_containers.coolify;
    const auto containers = TRY(facts.once(listed_containers));
    return facts.host().status(coolify_directory) ||
           std::ranges::any_of(containers,
                               [&](const Container& found) { return matches(names, found); });
}

static Result<Outcome> runs(const Facts& facts, std::vector<std::string> SystemContainers::*which)
{
    if (!TRY(has_coolify(facts)))
        return not_applicable("this node has no Coolify");
    const auto names = TRY(facts.once(verify_rules)).system_containers.*which;
    const auto found = running(TRY(facts.once(listed_containers)), names);
    if (found.empty())
        return fail(cat("none of ", join(names, ", "), " runs"));
    return pass(join(found, ", "));
}

std::vector<Check> system_container_checks()
{
    return {
        {.id = "system.proxy",
         .group = group,
         .title = "Reverse proxy (Traefik/coolify-proxy) is running",
         .severity = Severity::High,
         .remedy = "docker start coolify-proxy",
         .why = "Every site of the node is reached through it. Asked of Docker, by the names in "
                "the rules.",
         .look = [](const Facts& facts) { return runs(facts, &SystemContainers::proxy); }},
        {.id = "system.coolify",
         .group = group,
         .title = "Coolify services running",
         .severity = Severity::High,
         .remedy = "docker start coolify-sentinel",
         .why = "Without them the node can no longer be managed. Asked of Docker, by the names in "
                "the rules.",
         .look = [](const Facts& facts) { return runs(facts, &SystemContainers::services); }},
    };
}

}
