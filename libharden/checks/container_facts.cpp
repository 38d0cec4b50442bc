#include "checks/container_facts.h"

#include "checks/docker_facts.h"
#include "checks/gvisor_facts.h"

#include <algorithm>
#include <fnmatch.h>

namespace harden {

static constexpr std::size_t longest_name = 40;
static constexpr auto sandbox_title = "runsc-sandbox";

Result<std::vector<ImageSummary>> docker_images(const Facts& facts)
{
    return facts.docker().images();
}

Result<ResourceTiers> container_tiers(const Facts& facts)
{
    return tiers_of(facts.host());
}

Result<bool> node_swaps(const Facts& facts)
{
    const auto text = TRY(facts.host().read("/proc/meminfo"));
    for (const auto line : lines(text))
        if (line.starts_with("SwapTotal:")) {
            auto amount = trim(line.substr(10));
            return amount.substr(0, amount.find(' ')) != "0";
        }
    return Error{ErrorKind::Malformed, "/proc/meminfo does not tell of swap", {}};
}

static bool has_digest(const std::vector<ImageSummary>& images, std::string_view image_id,
                       std::string_view wanted)
{
    const auto found = std::ranges::find(images, image_id, &ImageSummary::id);
    return found != images.end() &&
           std::ranges::find(found->digests, wanted) != found->digests.end();
}

static bool has_label(const Container& container, std::string_view wanted)
{
    const auto equals = wanted.find('=');
    const auto label = container.labels.find(wanted.substr(0, equals));
    return label != container.labels.end() && label->second == wanted.substr(equals + 1);
}

static bool covers(const SystemException& entry, const Container& container,
                   const std::vector<ImageSummary>& images)
{
    const auto is_its_image = [&](const std::string& image) {
        return image == container.image_id || has_digest(images, container.image_id, image);
    };
    const auto is_its_name = [&](const std::string& name) {
        return fnmatch(name.c_str(), container.name.c_str(), 0) == 0;
    };
    return (entry.images.empty() || std::ranges::any_of(entry.images, is_its_image)) &&
           (entry.label.empty() || has_label(container, entry.label)) &&
           (entry.names.empty() || std::ranges::any_of(entry.names, is_its_name));
}

const SystemException* exception_for(const ContainerRules& rules, const Container& container,
                                     const std::vector<ImageSummary>& images)
{
    const auto found = std::ranges::find_if(
        rules.system, [&](const auto& entry) { return covers(entry, container, images); });
    return found == rules.system.end() ? nullptr : &*found;
}

// Docker's word for the runtime cannot be forged by a tenant, the looks of a process can.
static bool started_by_gvisor(const DockerInfo& info, const std::string& runtime)
{
    const auto known = info.runtimes.find(runtime);
    if (known == info.runtimes.end() || known->second.empty())
        return is_gvisor(runtime);
    return is_gvisor(known->second);
}

static bool is_sandbox(const ContainerProcess& process)
{
    const Path program{process.program};
    const auto name = program.filename().native();
    return process.title == sandbox_title || name.starts_with("runsc") ||
           name.starts_with("gvisor_sentry");
}

// What is missing of a process that is still there could not be looked at.
template<class Found>
static Result<Found> unless_gone(const Host& host, int pid, Result<Found> found)
{
    if (found.is_absent() && pid > 0 && host.status(cat("/proc/", std::to_string(pid))))
        return Error{ErrorKind::Failed, found.error().message, found.error().hint};
    return found;
}

static RunningContainer looked_at(const Host& host, const DockerInfo& info,
                                  ContainerDetails details)
{
    auto process = unless_gone(host, details.pid, parse_container_process(host, details.pid));
    auto limits = unless_gone(host, details.pid, container_limits(host, details));
    auto name = escaped(details.container.name, longest_name);
    const bool is_gvisors = started_by_gvisor(info, details.runtime);
    const bool in_sandbox = is_gvisors && (!process || is_sandbox(*process));
    return {.details = std::move(details),
            .name = std::move(name),
            .is_gvisors = is_gvisors,
            .in_sandbox = in_sandbox,
            .process = std::move(process),
            .limits = std::move(limits)};
}

static std::vector<PublishedPort> ports_of(const std::vector<Container>& listed,
                                           std::string_view id)
{
    const auto found = std::ranges::find(listed, id, &Container::id);
    return found == listed.end() ? std::vector<PublishedPort>{} : found->ports;
}

static Result<std::vector<ImageSummary>> images_for(const Facts& facts, const ContainerRules& rules)
{
    if (rules.system.empty())
        return std::vector<ImageSummary>{};
    return facts.once(docker_images);
}

Result<RunningContainers> running_containers(const Facts& facts)
{
    const auto rules = TRY(facts.once(verify_rules)).containers;
    const auto info = TRY(facts.once(docker_info));
    const auto listed = TRY(facts.once(listed_containers));
    const auto images = TRY(images_for(facts, rules));
    RunningContainers found;
    for (auto& details : TRY(facts.once(inspected_containers))) {
        details.container.ports = ports_of(listed, details.container.id);
        const auto* exception = exception_for(rules, details.container, images);
        if (exception != nullptr)
            found.exempt.push_back(escaped(details.container.name, longest_name));
        else
            found.judged.push_back(looked_at(facts.host(), info, std::move(details)));
    }
    if (found.judged.empty())
        return found;
    found.host_mounts = parse_mount_table(TRY(facts.host().read("/proc/1/mountinfo")));
    for (const auto* name : {"cgroup", "ipc", "net", "pid", "user", "uts"})
        found.host_namespaces[name] =
            TRY(facts.host().status(Path{"/proc/1/ns"} / name)).target.native();
    return found;
}

}
