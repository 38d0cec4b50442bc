#include "checks/gvisor_facts.h"
#include "checks/gvisor_flags.h"
#include "checks/gvisor_rows.h"
#include "gvisor/platform.h"

#include <algorithm>
#include <array>

namespace harden::gvisor_settings_rows {

static bool is_on(std::string_view value)
{
    return !value.empty() && value != "false" && value != "0";
}

// Behaviour where the flags of a sandbox that ran are among them.
static Outcome reaching(Outcome outcome, const std::vector<GvisorFlags>& all)
{
    const bool seen = !all.empty() && std::ranges::all_of(all, &GvisorFlags::from_sandbox);
    outcome.reached = seen ? Level::Behaviour : Level::Config;
    return outcome;
}

// The first runtime with something wrong decides.
template<class Look>
static Result<Outcome> of_each_runtime(const Facts& facts, std::string well, Look look)
{
    const auto all = TRY(facts.once(gvisor_flags));
    if (all.empty())
        return not_applicable("docker knows no gVisor runtime");
    for (const auto& runtime : all) {
        if (auto found = look(runtime))
            return reaching(*std::move(found), all);
    }
    return reaching(pass(std::move(well)), all);
}

static std::string named(const GvisorFlags& runtime, std::string_view flag)
{
    return cat(escaped(runtime.runtime, 40), " runs with --", flag, "=",
               escaped(runtime.value(flag), 60));
}

Result<Outcome> safe_flags(const Facts& facts)
{
    static constexpr std::array switches{
        "debug",   "strace",         "profile", "allow-flag-override", "allow-packet-socket-write",
        "net-raw", "ignore-cgroups", "rootless"};
    return of_each_runtime(
        facts, "no debugging, no raw sockets, no host sockets, cgroups in force",
        [](const GvisorFlags& runtime) -> std::optional<Outcome> {
            for (const auto* name : switches)
                if (is_on(runtime.value(name)))
                    return fail(named(runtime, name));
            for (const auto* name : {"host-uds", "host-fifo"})
                if (const auto value = runtime.value(name); !value.empty() && value != "none")
                    return fail(named(runtime, name));
            for (const auto& flag : runtime.flags)
                if (flag.starts_with("--TESTONLY-") && !flag.ends_with("=false"))
                    return std::optional{
                        fail(cat(escaped(runtime.runtime, 40), " runs with ", escaped(flag, 60)))};
            return std::nullopt;
        });
}

Result<Outcome> netstack(const Facts& facts)
{
    return of_each_runtime(facts, "the sandbox has a network stack of its own",
                           [](const GvisorFlags& runtime) -> std::optional<Outcome> {
                               if (runtime.value("network") == "host")
                                   return fail(named(runtime, "network"));
                               return std::nullopt;
                           });
}

static Result<std::string> platform_of(const Facts& facts, const GvisorFlags& runtime)
{
    const auto told = runtime.value("platform");
    if (!told.empty())
        return told;
    const auto flags = TRY(facts.host().query({runtime.path, "flags"}));
    auto own = default_platform(cat(flags.out, flags.err));
    if (own.empty())
        return Error{ErrorKind::Failed, cat(runtime.path, " does not tell its platform"), {}};
    return own;
}

Result<Outcome> platform(const Facts& facts)
{
    std::vector<std::string> platforms;
    for (const auto& runtime : TRY(facts.once(gvisor_flags)))
        platforms.push_back(TRY(platform_of(facts, runtime)));
    const bool has_kvm = static_cast<bool>(facts.host().status("/dev/kvm"));
    auto next = platforms.begin();
    return of_each_runtime(facts, escaped(join(platforms, ", ")),
                           [&](const GvisorFlags&) -> std::optional<Outcome> {
                               const auto& name = *next++;
                               if (name == "kvm" && !has_kvm)
                                   return fail("the platform is kvm, and there is no /dev/kvm");
                               if (name != "kvm" && name != "systrap")
                                   return fail(cat("the platform is ", escaped(name, 20),
                                                   ", which gVisor does not support"));
                               return std::nullopt;
                           });
}

// "root:self", "all:memory", "none", "root:dir=/var/overlay".
Result<Outcome> overlay_medium(const Facts& facts)
{
    return of_each_runtime(facts, "what a container writes lies in a file beside its root",
                           [](const GvisorFlags& runtime) -> std::optional<Outcome> {
                               if (runtime.value("overlay2").ends_with(":memory"))
                                   return fail(named(runtime, "overlay2"));
                               if (is_on(runtime.value("overlay")))
                                   return fail(named(runtime, "overlay"));
                               if (runtime.value("overlay2") == "none")
                                   return info(named(runtime, "overlay2"));
                               return std::nullopt;
                           });
}

Result<Outcome> gpu_restricted(const Facts& facts)
{
    return of_each_runtime(facts, "no runtime passes a GPU on",
                           [](const GvisorFlags& runtime) -> std::optional<Outcome> {
                               for (const auto* name : {"nvproxy", "nvproxy-docker", "tpuproxy"})
                                   if (is_on(runtime.value(name)))
                                       return std::optional{
                                           runtime.is_default
                                               ? fail(cat(named(runtime, name), ", the default"))
                                               : info(named(runtime, name))};
                               return std::nullopt;
                           });
}

}
