#include "base/shipped.h"
#include "egress/compile.h"
#include "steps/adopt_rules.h"
#include "steps/provision_adopt.h"
#include "steps/provision_bundle.h"

#include <algorithm>
#include <cstdlib>

using namespace harden;

static const Ruleset& shipped_rules()
{
    static const auto rules =
        *compile_egress(*parse_egress_policy(*parse_toml(shipped("rules/egress.toml"), "f")), {});
    return rules;
}

// Crontabs, saved rules and rc.local of whatever node: no line is invented, and what is taken out
// of a chain is named by its place in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    const auto is_old = [](std::string_view line) {
        return !old_script_run_by(line, LineOf::RootCrontab).empty() ||
               !old_script_run_by(line, LineOf::SystemCrontab).empty() ||
               adds_old_rule(line, shipped_rules());
    };
    if (without_lines(text, is_old).size() > text.size() ||
        without_lines(text, [](std::string_view) { return false; }) != text)
        std::abort();
    const auto chain = docker_user_rules(text);
    const auto old = old_rules_among(chain, "iptables", shipped_rules());
    for (const auto& rule : old)
        if (std::ranges::find(chain, rule.specification) == chain.end())
            std::abort();
    [[maybe_unused]] const auto input = putting_back(text, old);
    const auto again = parse_taken_rules(to_text(old));
    if (!again || *again != old)
        std::abort();
    [[maybe_unused]] const auto taken = parse_taken_rules(text);
    [[maybe_unused]] const auto description = parse_bundle_description(text);
    if (const auto facts = parse_facts(text)) {
        [[maybe_unused]] const auto pieces = older_pieces(*facts);
    }
    return 0;
}
