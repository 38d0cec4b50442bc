#include "steps/provision_adopt.h"

#include "base/shipped.h"
#include "egress/compile.h"
#include "steps/adopt_signs.h"
#include "steps/provision_json.h"
#include "steps/provision_verbs.h"

#include <algorithm>

namespace harden {

static Result<Ruleset> shipped_policy()
{
    constexpr auto file = "rules/egress.toml";
    const auto document = TRY(parse_toml(shipped(file), file));
    const auto policy = TRY(parse_egress_policy(document));
    return compile_egress(policy, {});
}

static std::size_t number_of_old_rules(const std::string& facts)
{
    const auto policy = shipped_policy();
    if (!policy)
        return 0;
    auto text = facts;
    std::ranges::replace(text, ';', '\n');
    const auto rules = docker_user_rules(text);
    return static_cast<std::size_t>(std::ranges::count_if(
        rules, [&](const std::string& rule) { return is_old_rule(rule, *policy); }));
}

// One rule alone may be the operator's own; the scripts make thirteen at a time.
static constexpr std::size_t more_than_a_few = 4;

std::vector<std::string> older_pieces(const NodeFacts& facts)
{
    std::vector<std::string> pieces;
    for (const auto line : split(facts.old_cron, ';'))
        if (const auto script = old_script_run_by(line, LineOf::RootCrontab); !script.empty())
            pieces.push_back(cat("root's crontab runs ", escaped(script)));
    if (const auto rules = number_of_old_rules(facts.old_rules); rules > more_than_a_few)
        pieces.push_back(cat(std::to_string(rules), " rules in DOCKER-USER"));
    return pieces;
}

Result<> check_adoption(const NodeFacts& facts, const std::vector<ProvisionStep>& steps)
{
    const auto has = [&](std::string_view name) {
        return std::ranges::find(steps, name, &ProvisionStep::name) != steps.end();
    };
    const auto pieces = older_pieces(facts);
    if (has("adopt") || (!has("egress") && !has("detector")) || pieces.empty())
        return done;
    return Error{ErrorKind::Failed,
                 cat("shell scripts hardened this node before: ", join(pieces, ", ")),
                 "setup --adopt replaces them, in one transaction on the node; --adopt --dry-run "
                 "shows it first"};
}

// What stays, as lines of the plan that change nothing.
static void add_notes(Changes& changes, std::string_view stderr_text)
{
    constexpr std::string_view note = "note: ";
    for (const auto line : lines(stderr_text))
        if (line.starts_with(note))
            changes.push_back({escaped(line.substr(note.size()), 400), "", ""});
}

static Result<StepPlan> plan_adoption(const Provisioning& with)
{
    auto plan = TRY(plan_by_verb(with, {"adopt", "plan"}));
    if (plan.trouble != StepState::Ok || plan.pending.empty())
        return plan;
    const auto told = TRY(run_verb(with, {"adopt", "plan"}));
    add_notes(plan.changes, told.err);
    if (const auto pieces = older_pieces(with.facts); !pieces.empty())
        plan.pending += cat(": ", join(pieces, ", "));
    return plan;
}

static Result<StepReport> adopt(const Provisioning& with)
{
    return apply_by_verb(with, {"adopt", "apply"});
}

ProvisionStep adopt_step_there()
{
    return {"adopt", "what older scripts left, replaced in one transaction", true, plan_adoption,
            adopt};
}

}
