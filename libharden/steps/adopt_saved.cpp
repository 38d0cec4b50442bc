#include "steps/adopt_saved.h"

#include "base/text.h"
#include "steps/adopt_signs.h"

#include <algorithm>

namespace harden {

// The chain that a saved line declares or adds to; empty for every other line.
static std::string_view chain_of(std::string_view line)
{
    if (line.starts_with('['))
        line.remove_prefix(std::min(line.find("] ") + 2, line.size()));
    if (line.starts_with(':'))
        line.remove_prefix(1);
    else if (line.starts_with("-A "))
        line.remove_prefix(3);
    else
        return {};
    return line.substr(0, line.find(' '));
}

// The chain that a saved rule goes on in.
static std::string_view target_of(std::string_view line)
{
    constexpr std::string_view jump = " -j ";
    const auto at = line.find(jump);
    if (at == std::string_view::npos)
        return {};
    line.remove_prefix(at + jump.size());
    return line.substr(0, line.find(' '));
}

static bool is_dockers(std::string_view chain)
{
    return chain == "DOCKER" || (chain.starts_with("DOCKER-") && chain != docker_user_chain);
}

static bool is_old(std::string_view line, const Ruleset& policy)
{
    const auto rules = docker_user_rules(line);
    return !rules.empty() && is_old_rule(rules.front(), policy);
}

// What Docker itself puts there says nothing.
static bool says_something(const std::string& specification)
{
    return specification != "-j RETURN";
}

std::string without_old_rules(std::string_view saved, const Ruleset& policy)
{
    const auto kept =
        without_lines(saved, [&](std::string_view line) { return is_old(line, policy); });
    if (kept == saved)
        return kept;
    const bool is_used = std::ranges::any_of(docker_user_rules(kept), says_something);
    return without_lines(kept, [&](std::string_view line) {
        const auto goes = [&](std::string_view chain) {
            return is_dockers(chain) || (chain == docker_user_chain && !is_used);
        };
        return goes(chain_of(line)) || goes(target_of(line));
    });
}

}
