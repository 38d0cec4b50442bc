#include "checks/check.h"
#include "checks/egress_facts.h"
#include "node/ports.h"

#include <algorithm>
#include <cctype>

namespace harden {

static constexpr auto group = "Egress Rules";
static constexpr auto apply = "harden egress apply";

static bool is_word(char letter)
{
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_';
}

// As a whole word: 25 is not in 255 or 25565.
static bool mentions(std::string_view text, std::string_view word)
{
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool starts = at == 0 || !is_word(text[at - 1]);
        if (starts && (end == text.size() || !is_word(text[end])))
            return true;
    }
    return false;
}

static bool mentions_group(const RuleDrift& drift, const RefusedGroup& refused)
{
    const auto text = cat(drift.what, " ", drift.from, " ", drift.to);
    std::vector<std::string> words{refused.id};
    for (const auto* ranges : {&refused.tcp, &refused.udp})
        for (const auto& range : *ranges)
            words.push_back(to_text(range));
    for (const auto* addresses : {&refused.addresses4, &refused.addresses6})
        words.insert(words.end(), addresses->begin(), addresses->end());
    return std::ranges::any_of(words, [&](const auto& word) { return mentions(text, word); });
}

// A difference that names no group at all may concern every one.
static bool concerns(const RuleDrift& drift, const RefusedGroup& refused, const Ruleset& wanted)
{
    const auto named = [&](const RefusedGroup& other) { return mentions_group(drift, other); };
    if (named(refused))
        return true;
    return !named(wanted.metadata) && !named(wanted.host_services) &&
           std::ranges::none_of(wanted.groups, named);
}

static std::string to_text(const RuleDrift& drift)
{
    const auto where = cat(drift.backend, " ", drift.family, ": ", drift.what);
    if (drift.from.empty())
        return cat(where, " is missing");
    return cat(where, drift.to.empty() ? " should not be there" : " differs");
}

static std::string summary_of(const std::vector<RuleDrift>& drifts)
{
    const auto more = drifts.size() - 1;
    return cat(escaped(to_text(drifts.front()), 160),
               more == 0 ? "" : cat(", and ", std::to_string(more), " more"));
}

static std::string ports_of(const RefusedGroup& refused)
{
    std::vector<std::string> ports;
    for (const auto& range : refused.tcp)
        ports.push_back(to_text(range));
    return cat("tcp ", join(ports, " "));
}

static bool closes(const RefusedGroup& refused, std::uint16_t port)
{
    return std::ranges::any_of(refused.tcp, [port](const PortRange& range) {
        return range.first <= port && port <= range.last;
    });
}

static Result<Outcome> in_force(const Facts& facts, std::string_view id, std::string evidence)
{
    const auto wanted = TRY(facts.once(wanted_egress));
    const auto* refused = group_named(wanted, id);
    if (refused == nullptr)
        return fail(cat("the policy has the group ", id, " switched off"));
    if (refused->tier == Tier::Soft)
        return fail(cat("the policy only counts the group ", id));
    const auto state = TRY(facts.once(egress_state));
    std::vector<RuleDrift> open;
    std::ranges::copy_if(state.drift, std::back_inserter(open),
                         [&](const RuleDrift& drift) { return concerns(drift, *refused, wanted); });
    if (!open.empty())
        return fail(summary_of(open));
    return pass(
        cat(evidence.empty() ? ports_of(*refused) : evidence, " in ", join(state.backends, ", ")));
}

static Result<Outcome> metadata_in_force(const Facts& facts, bool is_v6)
{
    const auto wanted = TRY(facts.once(wanted_egress));
    const auto& addresses = is_v6 ? wanted.metadata.addresses6 : wanted.metadata.addresses4;
    if (addresses.empty())
        return fail("the policy names no address of it");
    return in_force(facts, "metadata", join(addresses, " "));
}

static Result<Outcome> exact(const Facts& facts)
{
    const auto state = TRY(facts.once(egress_state));
    if (!state.drift.empty())
        return fail(summary_of(state.drift));
    return pass(join(state.backends, ", "));
}

static Result<Outcome> hits(const Facts& facts)
{
    std::vector<std::string> counted;
    for (const auto& hit : TRY(facts.firewall().hits()))
        if (hit.packets > 0)
            counted.push_back(cat(hit.group, " ", hit.family, " ", std::to_string(hit.packets)));
    return info(counted.empty() ? "nothing yet" : cat("packets: ", join(counted, ", ")));
}

static Check closed(std::string_view id, std::string_view title, Severity severity,
                    std::string_view policy_group, std::uint16_t port)
{
    return {.id = id,
            .group = group,
            .title = title,
            .severity = severity,
            .remedy = apply,
            .look = [policy_group, port](const Facts& facts) -> Result<Outcome> {
                const auto wanted = TRY(facts.once(wanted_egress));
                const auto* refused = group_named(wanted, policy_group);
                if (refused != nullptr && !closes(*refused, port))
                    return fail(cat("the policy leaves port ", std::to_string(port), " open"));
                return in_force(facts, policy_group, {});
            }};
}

std::vector<Check> egress_checks()
{
    return {
        {.id = "egress.metadata-v4",
         .group = group,
         .title = "Cloud metadata endpoint blocked",
         .severity = Severity::Critical,
         .remedy = apply,
         .look = [](const Facts& facts) { return metadata_in_force(facts, false); }},
        {.id = "egress.metadata-v6",
         .group = group,
         .title = "Cloud metadata endpoint blocked over IPv6",
         .severity = Severity::Critical,
         .remedy = apply,
         .look = [](const Facts& facts) { return metadata_in_force(facts, true); }},
        closed("egress.smtp", "SMTP port 25 blocked", Severity::Critical, "smtp", 25),
        closed("egress.mining", "Mining pool port 3333 blocked", Severity::High, "mining", 3333),
        closed("egress.irc", "IRC port 6667 blocked", Severity::High, "irc", 6667),
        closed("egress.tor", "Tor ports blocked", Severity::High, "tor", 9001),
        {.id = "egress.policy",
         .group = group,
         .title = "The kernel holds exactly the egress policy",
         .severity = Severity::High,
         .remedy = apply,
         .look = exact},
        {.id = "egress.hits",
         .group = group,
         .title = "What the rules have refused so far",
         .severity = Severity::Info,
         .remedy = "harden egress status",
         .look = hits},
    };
}

}
