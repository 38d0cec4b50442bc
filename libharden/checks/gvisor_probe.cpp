#include "checks/canary_facts.h"
#include "checks/gvisor_rows.h"
#include "gvisor/release.h"

#include <algorithm>
#include <array>

namespace harden::gvisor_probe {

using Role = PlannedCanary::Role;

static constexpr auto no_runtime = "docker knows no gVisor runtime";

// Asks one thing of the canary in each gVisor runtime: the first that is not well decides.
template<class Look>
static Result<Outcome> in_each_sandbox(const Facts& facts, Verdict without, Look look)
{
    if (!is_probing(facts))
        return not_tried();
    const auto runtimes = TRY(facts.once(gvisor_runtimes));
    if (runtimes.all.empty())
        return Outcome{without, no_runtime, {}};
    const auto round = TRY(facts.once(canary_round));
    std::optional<Outcome> last;
    for (const auto& runtime : runtimes.all) {
        last = TRY(look(round, *TRY(asked_canary(round, runtime.name))));
        if (last->verdict != Verdict::Pass)
            return *last;
    }
    return *last;
}

Result<Outcome> sandboxed(const Facts& facts)
{
    return in_each_sandbox(
        facts, Verdict::Fail, [](const CanaryRound&, const SeenCanary& canary) -> Result<Outcome> {
            const auto kernel = canary.answers->value("kernel");
            if (kernel.empty())
                return Error{ErrorKind::Failed, "the canary could not read /proc/version", {}};
            if (!is_gvisor_kernel(kernel))
                return fail(
                    cat("a new container of ", name_of(canary), " shows ", escaped(kernel, 120)));
            return pass(cat("a new container of ", name_of(canary), " sees gVisor's kernel",
                            canary.answers->value("kernel-log") == "gvisor" ? " and its log" : ""));
        });
}

static bool is_sandbox_program(std::string_view path)
{
    const auto name = path.substr(path.rfind('/') + 1);
    return name.starts_with("runsc") || name.starts_with("gvisor_sentry");
}

Result<Outcome> sandbox_process(const Facts& facts)
{
    return in_each_sandbox(
        facts, Verdict::Fail, [](const CanaryRound&, const SeenCanary& canary) -> Result<Outcome> {
            const auto& seen = canary.outside;
            if (seen.program.empty() || seen.seccomp.empty())
                return Error{ErrorKind::Failed,
                             cat("the process of the canary in ", name_of(canary),
                                 " could not be looked at"),
                             {}};
            const auto what =
                cat(escaped(seen.program, 120), ", Seccomp ", escaped(seen.seccomp, 8),
                    ", NoNewPrivs ", escaped(seen.no_new_privileges, 8));
            const bool is_well = is_sandbox_program(seen.program) && seen.seccomp == "2" &&
                                 seen.no_new_privileges == "1";
            return is_well ? pass(what) : fail(cat("the node sees ", what));
        });
}

// Each is there for root in a plain container of Docker's, and has no business in a sandbox.
Result<Outcome> syscall_surface(const Facts& facts)
{
    static constexpr std::array kernels_own{
        "try-packet-socket", "try-netfilter-socket", "try-page-faults",   "try-io-uring",
        "try-crypto-socket", "try-kernel-symbols",   "try-kernel-memory", "try-host-disk",
        "try-chroot-escape", "try-engine-socket"};
    return in_each_sandbox(facts, Verdict::Fail,
                           [](const CanaryRound&, const SeenCanary& canary) -> Result<Outcome> {
                               for (const auto* key : kernels_own) {
                                   const auto attempt = TRY(tried_in(canary, key));
                                   if (attempt.was_allowed)
                                       return fail(cat(std::string_view{key}.substr(4),
                                                       " is open in ", name_of(canary)));
                               }
                               return pass(cat(std::to_string(kernels_own.size()),
                                               " of the node's kernel's interfaces are refused in ",
                                               name_of(canary), ", a plain socket is not"));
                           });
}

// Docker's resolver has to answer a plain container first.
static Result<> resolver_answers(const CanaryRound& round, const std::string& network)
{
    const auto* control = serving(round, network);
    if (control == nullptr || control->plan.is_gvisor || !control->answers ||
        control->answers->value("names") != "answered")
        return Error{ErrorKind::Failed,
                     cat("Docker's resolver does not answer a plain container on ",
                         escaped(network, 40), " either"),
                     {}};
    return done;
}

static Result<Outcome> names_resolve(const Facts& facts)
{
    const auto round = TRY(facts.once(canary_round));
    std::vector<std::string> networks;
    for (const auto& canary : round.all) {
        if (canary.plan.role != Role::Network || !canary.plan.is_gvisor)
            continue;
        const auto& network = canary.plan.order.network;
        TRY(resolver_answers(round, network));
        const auto names = canary.answers ? canary.answers->value("names") : "";
        if (names == "silent")
            return fail(cat("in ", name_of(canary), " on ", escaped(network, 40),
                            " Docker's resolver does not answer"));
        if (names != "answered")
            return Error{ErrorKind::Failed,
                         cat("the canary on ", escaped(network, 40),
                             " told nothing: ", canary.sighting.problem),
                         {}};
        networks.push_back(escaped(network, 40));
    }
    if (networks.empty())
        return not_applicable("no gVisor runtime, or no user-defined bridge network");
    return pass(cat("Docker's resolver answers on ", join(networks, ", ")));
}

Result<Outcome> name_resolution(const Facts& facts)
{
    if (!is_probing(facts))
        return not_tried();
    auto outcome = TRY(names_resolve(facts));
    outcome.reached = Level::Behaviour;
    return outcome;
}

static Result<Outcome> memory_held(const SeenCanary& canary)
{
    const auto& seen = canary.outside;
    const auto control = attempt_of(*canary.answers, "memory-control");
    if (!control || !control->was_allowed)
        return Error{
            ErrorKind::Failed, cat("the canary in ", name_of(canary), " got no memory at all"), {}};
    if (!seen.memory_limit)
        return Error{ErrorKind::Failed,
                     cat("the memory limit of the sandbox's control group in ", name_of(canary),
                         " could not be read"),
                     {}};
    if (*seen.memory_limit != canary_memory)
        return fail(cat("the sandbox's control group allows ", std::to_string(*seen.memory_limit),
                        " bytes, the container was given ", std::to_string(canary_memory)));
    const auto burst = attempt_of(*canary.answers, "memory-burst");
    if (burst && burst->was_allowed)
        return fail("96 MiB could be used under a limit of 64 MiB");
    if (!burst && !canary.sighting.was_out_of_memory)
        return Error{ErrorKind::Failed,
                     cat("the canary in ", name_of(canary), " ended, but not for its memory"),
                     {}};
    return pass("64 MiB: 16 are given, 96 end it");
}

static Result<Outcome> processes_held(const CanaryRound& round, const std::string& runtime)
{
    const auto found = std::ranges::find_if(round.all, [&](const SeenCanary& canary) {
        return canary.plan.role == Role::Multiply && canary.plan.runtime == runtime;
    });
    const auto control = found != round.all.end() && found->answers
                             ? children_of(*found->answers, "children-control")
                             : std::nullopt;
    if (!control || control->problem != 0)
        return Error{
            ErrorKind::Failed,
            cat("the canary in ", escaped(runtime, 40), " could start no processes at all"),
            {}};
    const auto children = children_of(*found->answers, "children");
    if (children && children->made >= canary_pids)
        return fail(cat(std::to_string(children->made), " processes ran under a limit of ",
                        std::to_string(canary_pids)));
    return pass(children ? cat("a fork bomb ended at ", std::to_string(children->made))
                         : std::string{"a fork bomb ended the sandbox"});
}

Result<Outcome> resource_limits(const Facts& facts)
{
    return in_each_sandbox(
        facts, Verdict::NotApplicable,
        [](const CanaryRound& round, const SeenCanary& canary) -> Result<Outcome> {
            const auto memory = TRY(memory_held(canary));
            if (memory.verdict != Verdict::Pass)
                return memory;
            const auto processes = TRY(processes_held(round, canary.plan.runtime));
            if (processes.verdict != Verdict::Pass)
                return processes;
            return pass(cat(memory.evidence, "; ", std::to_string(canary_pids),
                            " processes: ", processes.evidence));
        });
}

}
