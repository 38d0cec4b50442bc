// A site's policy: whatever it says, it is either refused or compiles to rules whose text holds
// only what rules are made of.
#include "base/shipped.h"
#include "egress/compile.h"
#include "egress/own_table.h"
#include "egress/policy.h"
#include "egress/ruleset_json.h"

#include <cstdlib>

using namespace harden;

static Result<Ruleset> compiled(std::string_view site)
{
    auto below = TRY(parse_toml(shipped("rules/egress.toml"), "rules/egress.toml"));
    auto above = TRY(parse_toml(site, "site"));
    const auto policy = TRY(parse_egress_policy(layered(std::move(below), std::move(above))));
    return compile_egress(policy, {});
}

static void must(bool holds)
{
    if (!holds)
        std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string site{data, data + size};
    const auto ruleset = compiled(site);
    if (!ruleset) {
        must(!ruleset.error().message.empty());
        return 0;
    }
    const auto table = own_table(*ruleset);
    must(bool{table});
    for (const auto& set : table->sets)
        for (std::size_t at = 1; at < set.elements.size() && set.key.size() == 1; ++at)
            must(set.elements[at - 1].last < set.elements[at].first);
    must(*ruleset_from_json(to_json(*ruleset)) == *ruleset);
    return 0;
}
