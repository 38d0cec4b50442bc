#include "steps/egress_container.h"

#include "egress/container_json.h"
#include "steps/egress_units.h"

#include <algorithm>

namespace harden {

// Not that of the transactions: the unit restores while one of them waits for the unit to start.
// Who reconciles last has read the last record, so the kernel ends as the records say.
static constexpr auto reconciling_lock = "/run/harden-egress-container.lock";
static constexpr std::chrono::seconds patience{30};

// The kernel's part is a command that goes by the records, so its reversal is the same command
// once the records are back.
static Result<> bring_kernel(Host& host, const std::string& program)
{
    const Command restore{program, "container", "restore"};
    TRY(succeeded(host.run(restore, restore), restore));
    return done;
}

static Result<bool> others_need_dns(const Host& host, const std::string& id)
{
    const auto policies = TRY(container_policies(host));
    return std::ranges::any_of(policies, [&](const ContainerPolicy& policy) {
        return policy.id != id && policy.needs_dns();
    });
}

static Result<> install(Node& node, const ContainerControl& control, const ContainerPolicy& wanted,
                        const std::string& program)
{
    TRY(can_be_covered(node, control, wanted.id));
    const bool needs_dns = TRY(others_need_dns(node.host(), wanted.id)) || wanted.needs_dns();
    const auto file = container_policy_file(wanted.id);
    const auto present = node.host().read(file);
    const bool is_new = !present || *present != to_json(wanted);
    if (is_new)
        TRY(node.host().write(file, to_json(wanted), {.mode = 0600}));
    // first the proxy: nobody is led to it before it listens
    if (needs_dns)
        TRY(install_units(node.host(), dns_unit(), program));
    if (is_new || !TRY(container_difference(node, control)).empty())
        TRY(bring_kernel(node.host(), program));
    return needs_dns ? Result<>{done} : uninstall_units(node.host(), dns_unit());
}

static Result<> uninstall(Node& node, const ContainerControl& control, const std::string& id,
                          const std::string& program)
{
    const bool needs_dns = TRY(others_need_dns(node.host(), id));
    const auto file = container_policy_file(id);
    const bool was_there = !node.host().status(file).is_absent();
    if (was_there)
        TRY(node.host().remove(file));
    if (was_there || !TRY(container_difference(node, control)).empty())
        TRY(bring_kernel(node.host(), program));
    return needs_dns ? Result<>{done} : uninstall_units(node.host(), dns_unit());
}

Step container_step(const ContainerControl& control, const ContainerPolicy& wanted,
                    const std::string& program)
{
    return {.id = "egress-container",
            .title = cat("Network policy of container ", wanted.id.substr(0, 12)),
            .settles = {},
            .apply = [&control, wanted,
                      program](Node& node) { return install(node, control, wanted, program); },
            .restore_firewall = {program, "container", "restore"}};
}

Step container_removal_step(const ContainerControl& control, const std::string& id,
                            const std::string& program)
{
    return {.id = "egress-container-removal",
            .title = cat("Network policy of container ", id.substr(0, 12), ", removed"),
            .settles = {},
            .apply = [&control, id,
                      program](Node& node) { return uninstall(node, control, id, program); },
            .restore_firewall = {program, "container", "restore"}};
}

Result<Reconciled> restore_containers(Node& node, ContainerControl& control)
{
    const auto lock = TRY(node.host().lock(reconciling_lock, "egress container restore", patience));
    return reconcile_containers(node, control);
}

}
