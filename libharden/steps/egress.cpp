#include "steps/egress.h"

#include "egress/ruleset_json.h"
#include "egress/wanted.h"

namespace harden {

static Result<> write_if_other(Host& host, const Path& file, const std::string& contents)
{
    const auto present = host.read(file);
    if (present && *present == contents)
        return done;
    return host.write(file, contents);
}

static Result<> install(Node& node, const EgressOptions& options)
{
    const auto wanted = TRY(wanted_ruleset(node, options.site_file, options.site_file_presence));
    const auto drift = TRY(node.firewall().difference(wanted));
    // first the record: an undo restores it and then brings the kernel back to what it says
    TRY(write_if_other(node.host(), recorded_ruleset_file, to_json(wanted)));
    if (!drift.empty())
        TRY(node.firewall().replace(wanted));
    return install_units(node.host(), egress_units(), options.program);
}

static Result<> uninstall(Node& node)
{
    TRY(uninstall_units(node.host(), egress_units()));
    const auto held = TRY(node.firewall().difference(Ruleset{}));
    if (!node.host().status(recorded_ruleset_file).is_absent())
        TRY(node.host().remove(recorded_ruleset_file));
    return held.empty() ? Result<>{done} : node.firewall().remove();
}

Step egress_step(const EgressOptions& options)
{
    return {.id = "egress",
            .title = "Egress policy",
            .settles = {"egress.policy", "egress.metadata-v4", "egress.metadata-v6"},
            .apply = [options](Node& node) { return install(node, options); },
            .restore_firewall = {options.program, "restore"}};
}

Step egress_removal_step(const EgressOptions& options)
{
    return {.id = "egress-removal",
            .title = "Egress policy, removed",
            .settles = {},
            .apply = uninstall,
            .restore_firewall = {options.program, "restore"}};
}

Result<> restore_egress(Node& node)
{
    const auto recorded = recorded_ruleset(node.host());
    if (!recorded && !recorded.is_absent())
        return recorded.error();
    const auto wanted = recorded ? *recorded : Ruleset{};
    if (TRY(node.firewall().difference(wanted)).empty())
        return done;
    return wanted == Ruleset{} ? node.firewall().remove() : node.firewall().replace(wanted);
}

}
