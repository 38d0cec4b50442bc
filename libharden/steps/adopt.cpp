#include "steps/adopt.h"

#include "base/text.h"
#include "egress/wanted.h"
#include "steps/adopt_files.h"
#include "steps/adopt_rules.h"
#include "steps/detector.h"
#include "steps/egress.h"

namespace harden {

// First what protects from now on, then away with what did so far.
static Result<> adopt(Node& node, const std::string& program)
{
    TRY(egress_step().apply(node));
    TRY(detector_step().apply(node));
    auto& host = node.host();
    const auto policy = TRY(wanted_ruleset(node));
    const auto scripts = TRY(scripts_on(host));
    TRY(strip_what_runs_scripts(host, policy));
    TRY(strip_saved_rules(host, policy));
    for (const auto& script : scripts)
        TRY(host.remove(script));
    return take_old_rules_away(node, policy, {program, "restore"});
}

Step adopt_step(const std::string& program)
{
    return {.id = "adopt",
            .title = "What older scripts left, replaced",
            .settles = {"egress.policy", "detector.scheduled"},
            .apply = [program](Node& node) { return adopt(node, program); },
            .restore_firewall = {egress_program, "restore"}};
}

}
