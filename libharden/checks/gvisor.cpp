#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/gvisor_facts.h"
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

static Result<Outcome> sandboxed(const Facts& facts)
{
    if (!facts.probes().canary)
        return info("not tried; harden verify --probe starts a container");
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    if (runtimes.all.empty())
        return fail("docker knows no gVisor runtime");
    for (const auto& runtime : runtimes.all) {
        const auto canary = TRY(facts.probes().canary(runtime.name));
        if (canary.status != 0)
            return Error{ErrorKind::Failed,
                         cat("the canary in ", escaped(runtime.name), " ended with status ",
                             std::to_string(canary.status), ": ", escaped(trim(canary.out), 200)),
                         {}};
        if (!is_gvisor_kernel(canary.out))
            return fail(cat(escaped(runtime.name), " shows ", escaped(trim(canary.out), 120)));
    }
    return pass(
        cat("a new container of ", escaped(runtimes.all.front().name), " sees gVisor's kernel"));
}

std::vector<Check> gvisor_checks()
{
    return {
        {.id = "gvisor.installed",
         .group = group,
         .title = "gVisor installed",
         .severity = Severity::Critical,
         .remedy = install,
         .look = installed},
        {.id = "gvisor.default-runtime",
         .group = group,
         .title = "gVisor is default runtime",
         .severity = Severity::Critical,
         .profile = Profile::Full,
         .remedy = "harden gvisor-install apply --default",
         .look = is_default},
        {.id = "gvisor.release-age",
         .group = group,
         .title = "gVisor's release is recent",
         .severity = Severity::High,
         .remedy = install,
         .look = recent},
        {.id = "gvisor.sandboxed",
         .group = group,
         .title = "A new container sees gVisor's kernel",
         .severity = Severity::Critical,
         .level = Level::Behaviour,
         .remedy = install,
         .look = sandboxed},
    };
}

}
