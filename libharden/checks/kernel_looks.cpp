#include "checks/kernel_looks.h"

#include "checks/host_facts.h"
#include "checks/host_rules.h"
#include "checks/judged.h"
#include "checks/kernel_facts.h"
#include "checks/kernel_modules.h"
#include "checks/packages.h"
#include "checks/root_programs.h"
#include "checks/sysctl.h"

#include <algorithm>

namespace harden {

// A fixed package keeps the release's name, so its version is compared as well.
static Result<std::string> wrong_with_kernel(const Facts& facts, const Kernels& found)
{
    const auto newest = newest_installed(found);
    if (!newest || std::ranges::find(found.installed, found.running) == found.installed.end())
        return cat(escaped(found.running, 60), " runs and is not installed any more");
    if (*newest != found.running)
        return cat(escaped(found.running, 60), " runs, ", escaped(*newest, 60), " is installed");
    const auto& packages = facts.once(installed_packages);
    if (!packages || found.running_package.empty())
        return std::string{};
    const auto installed = packages->versions.find(cat("linux-image-", found.running));
    if (installed != packages->versions.end() && installed->second != found.running_package)
        return cat(escaped(found.running_package, 60), " runs, ", escaped(installed->second, 60),
                   " is installed");
    return std::string{};
}

Result<Outcome> newest_runs(const Facts& facts)
{
    const auto found = TRY(facts.once(kernels));
    if (found.installed.empty())
        return not_applicable("no kernel is installed: it comes from outside");
    const auto within = TRY(facts.once(host_rules)).reboot_within;
    const auto asked = facts.host().status("/run/reboot-required");
    const auto waits = asked ? TRY(facts.host().now()).wall - asked->modified : within;
    const auto wrong = TRY(wrong_with_kernel(facts, found));
    if (asked && waits > within)
        return fail(
            cat("a reboot is due since ", days_text(waits), wrong.empty() ? "" : cat("; ", wrong)));
    if (!wrong.empty())
        return asked ? info(cat(wrong, "; a reboot is due since ", days_text(waits))) : fail(wrong);
    return pass(escaped(found.running, 60));
}

Result<Outcome> escapes_closed(const Facts& facts)
{
    const auto modules = TRY(facts.once(kernel_modules));
    std::vector<std::string> open;
    const auto rules = TRY(facts.once(host_rules));
    for (const auto& name : rules.escape_modules) {
        const auto state = state_of(modules, name);
        if (state == ModuleState::Present || state == ModuleState::Loadable)
            open.push_back(cat(escaped(name, 40),
                               state == ModuleState::Present ? " is loaded" : " can be loaded"));
    }
    const auto ring = sysctl_number(facts.host(), "kernel.io_uring_disabled");
    if (ring.is_absent())
        open.emplace_back("io_uring cannot be switched off in this kernel");
    else if (TRY(ring) == 0)
        open.emplace_back("io_uring is open to every program");
    return judged(std::move(open), "AF_ALG and io_uring are closed");
}

Result<Outcome> user_namespaces_restricted(const Facts& facts)
{
    TRY(sysctl_text(facts.host(), "kernel.osrelease"));
    const auto debian = sysctl_number(facts.host(), "kernel.unprivileged_userns_clone");
    const auto ubuntu = sysctl_number(facts.host(), "kernel.apparmor_restrict_unprivileged_userns");
    if (debian.is_absent() && ubuntu.is_absent())
        return fail("this kernel cannot restrict them");
    if (!debian.is_absent() && TRY(debian) == 0)
        return pass("kernel.unprivileged_userns_clone 0");
    if (!ubuntu.is_absent() && TRY(ubuntu) == 1)
        return pass("kernel.apparmor_restrict_unprivileged_userns 1");
    return fail("every program may make one");
}

Result<Outcome> modules_limited(const Facts& facts)
{
    const auto rules = TRY(facts.once(host_rules));
    const auto modules = TRY(facts.once(kernel_modules));
    std::vector<std::string> complaints;
    for (const auto& name : rules.needed_modules)
        if (state_of(modules, name) == ModuleState::Blocked && !modules.are_sealed)
            complaints.push_back(cat(escaped(name, 40), " is blocked, but Docker needs it"));
    for (const auto& name : rules.needless_modules) {
        const auto state = state_of(modules, name);
        if (state == ModuleState::Present)
            complaints.push_back(cat(escaped(name, 40), " is loaded"));
        else if (state == ModuleState::Loadable)
            complaints.push_back(cat(escaped(name, 40), " can be loaded"));
    }
    return judged(std::move(complaints), modules.are_sealed ? "no module can be loaded any more"
                                                            : "none of them can be loaded");
}

static std::string secure_boot(const Host& host)
{
    constexpr auto variable =
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    const auto value = host.read(variable);
    if (!value || value->empty())
        return "no Secure Boot";
    return value->back() == '\1' ? "Secure Boot on" : "Secure Boot off";
}

Result<Outcome> lockdown_on(const Facts& facts)
{
    const auto state = facts.host().read("/sys/kernel/security/lockdown");
    const auto boot = secure_boot(facts.host());
    if (state.is_absent()) {
        if (TRY(facts.once(is_container)))
            return not_applicable("a container: the kernel is its host's");
        if (!TRY(has_security_files(facts.host())))
            return Error{ErrorKind::NotFound, "/sys/kernel/security is not mounted", {}};
        return fail(cat("this kernel has no lockdown, ", boot));
    }
    const auto text = TRY(state);
    if (text.find("[integrity]") != std::string::npos ||
        text.find("[confidentiality]") != std::string::npos)
        return pass(cat(escaped(trim(text), 60), ", ", boot));
    return fail(cat("lockdown is off, ", boot));
}

Result<Outcome> core_dumps_run_nothing(const Facts& facts)
{
    const auto pattern = TRY(sysctl_text(facts.host(), "kernel.core_pattern"));
    if (pattern.starts_with('|'))
        return fail(cat("a crash starts ", escaped(trim(pattern.substr(1)), 80)));
    return pass(pattern.empty() ? "no core dumps" : cat("core_pattern ", escaped(pattern, 80)));
}

Result<Outcome> helpers_are_roots(const Facts& facts)
{
    std::vector<std::string> complaints;
    const auto programs = TRY(facts.once(kernel_programs));
    for (const auto& [setting, program] : programs) {
        if (!program.starts_with('/')) {
            complaints.push_back(cat(setting, " starts ", escaped(program, 80), ", no whole path"));
            continue;
        }
        const auto hold = TRY(foreign_hold(facts.host(), program));
        if (hold)
            complaints.push_back(cat(setting, " starts ", escaped(program, 80), ": ", *hold));
    }
    std::vector<std::string> names;
    for (const auto& program : programs)
        names.push_back(escaped(program.program, 60));
    return judged(std::move(complaints), names.empty() ? "none" : join(names, ", "));
}

// What is wrong with one interface; empty where nothing is.
static std::string wrong_with_advertisements(std::string_view name, std::int64_t accepts,
                                             bool forwards, bool learns)
{
    if (learns && accepts == 0)
        return cat("the route over ", escaped(name, 20), " came by them, and accept_ra is 0");
    if (learns && forwards && accepts == 1)
        return cat("the route over ", escaped(name, 20),
                   " ends with its lifetime: it forwards and accept_ra is 1");
    if (!learns && accepts == 2)
        return cat(escaped(name, 20), " takes any neighbour for its router: accept_ra is 2");
    if (!learns && accepts == 1 && !forwards)
        return cat(escaped(name, 20), " would take a neighbour for its router: accept_ra is 1");
    return {};
}

Result<Outcome> advertisements_right(const Facts& facts)
{
    const auto& host = facts.host();
    const auto names = host.list("/proc/sys/net/ipv6/conf");
    if (names.is_absent())
        return not_applicable("this kernel has no IPv6");
    const auto routes = default_routes6(TRY(host.read("/proc/net/ipv6_route")));
    std::vector<std::string> complaints;
    for (const auto& name : TRY(names)) {
        const auto directory = Path{"/proc/sys/net/ipv6/conf"} / name;
        const auto accepts = host.read(directory / "accept_ra");
        const auto forwards = host.read(directory / "forwarding");
        const auto off = host.read(directory / "disable_ipv6");
        // what arrives at a port of a bridge is the bridge's
        const bool is_none = name == "all" || name == "default" || name == "lo" ||
                             host.status(Path{"/sys/class/net"} / name / "master");
        if (is_none || !accepts || !forwards || !off || trim(*off) == "1")
            continue;
        const bool learns = std::ranges::any_of(routes, [&](const Route6& route) {
            return route.interface == name && route.is_learned;
        });
        auto wrong = wrong_with_advertisements(name, to_number(trim(*accepts)).value_or(0),
                                               trim(*forwards) != "0", learns);
        if (!wrong.empty())
            complaints.push_back(std::move(wrong));
    }
    return judged(std::move(complaints), "as the routes ask");
}

static Result<std::string> undecided_threads(const Facts& facts)
{
    const auto active = facts.host().read("/sys/devices/system/cpu/smt/active");
    if (active.is_absent() || TRY(active).substr(0, 1) != "1" ||
        TRY(facts.once(host_rules)).threads_accepted)
        return std::string{};
    return std::string{"threads share cores, and nobody has decided that they may"};
}

Result<Outcome> processor_mitigated(const Facts& facts)
{
    const Path directory{"/sys/devices/system/cpu/vulnerabilities"};
    std::vector<std::string> complaints;
    const auto names = TRY(facts.host().list(directory));
    for (const auto& name : names) {
        const auto text = TRY(facts.host().read(directory / name));
        if (text.starts_with("Vulnerable") || text.starts_with("Unknown"))
            complaints.push_back(cat(escaped(name, 40), ": ", escaped(trim(text), 60)));
    }
    auto threads = TRY(undecided_threads(facts));
    if (!threads.empty())
        complaints.push_back(std::move(threads));
    return judged(std::move(complaints),
                  cat(std::to_string(names.size()), " known to this kernel, none open"));
}

}
