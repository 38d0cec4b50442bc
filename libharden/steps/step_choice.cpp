#include "steps/step_choice.h"

#include <algorithm>

namespace harden {

static constexpr std::string_view verification = "verify";
static constexpr std::string_view package = "package";
static constexpr std::string_view recovery = "recovery";

static bool holds(const std::vector<std::string>& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

// The largest profile has them all.
static std::vector<std::string> all_steps()
{
    std::vector<std::string> names;
    for (const auto& step : provision_steps("full", {}, {.adopt = true, .install_docker = true}))
        names.emplace_back(step.name);
    names.emplace_back(verification);
    return names;
}

Result<std::vector<std::string>> parse_steps(std::string_view list, std::string_view option)
{
    std::vector<std::string> steps;
    const auto known = all_steps();
    for (const auto part : split(list, ',')) {
        const std::string name{trim(part)};
        if (holds(known, name)) {
            steps.push_back(name);
            continue;
        }
        const auto meant = nearest(name, known);
        return Error{
            ErrorKind::Malformed, cat(option, ": there is no step ", escaped(name, 40)),
            cat(meant ? cat("did you mean ", *meant, "? ") : "", "steps: ", join(known, ", "))};
    }
    return steps;
}

static bool is_wanted(const StepChoice& choice, std::string_view name)
{
    return choice.only.empty() ? !holds(choice.skip, name) : holds(choice.only, name);
}

static Result<> check_is_in_profile(const std::vector<ProvisionStep>& steps,
                                    const StepChoice& choice, std::string_view profile)
{
    for (const auto& name : choice.only)
        if (name != verification &&
            std::ranges::find(steps, std::string_view{name}, &ProvisionStep::name) == steps.end())
            return Error{ErrorKind::Malformed, cat("the profile ", profile, " has no step ", name),
                         "--profile full"};
    return done;
}

Result<ChosenSteps> choose(std::vector<ProvisionStep> steps, const StepChoice& choice,
                           std::string_view profile, const NodeFacts& facts)
{
    TRY(check_is_in_profile(steps, choice, profile));
    const bool has_package = !facts.package_version.empty();
    if (holds(choice.skip, package) && !has_package)
        return Error{ErrorKind::NotFound, "harden is not installed on the node",
                     "without --skip package setup installs it"};
    ChosenSteps chosen{.verifies = is_wanted(choice, verification)};
    for (auto& step : steps) {
        const bool brought = step.name == recovery || (step.name == package && !has_package);
        if (brought || is_wanted(choice, step.name))
            chosen.steps.push_back(std::move(step));
        else
            chosen.left_out.emplace_back(step.name);
    }
    if (!chosen.verifies)
        chosen.left_out.emplace_back(verification);
    if (chosen.steps.empty() && !chosen.verifies)
        return Error{ErrorKind::Malformed, "no step is left to do", "see --only and --skip"};
    return chosen;
}

}
