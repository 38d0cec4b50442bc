#include "checks/check.h"
#include "checks/egress_rows.h"
#include "node/ports.h"

#include <algorithm>
#include <cctype>

namespace harden {

static constexpr auto group = "Egress Rules";
static constexpr auto apply = "harden egress apply";
static constexpr auto why_metadata =
    "One request there gives away the credentials of the whole cloud account. The kernel's rules "
    "are compared with the policy; with --probe real packets from every network tell.";
static constexpr auto why_rules =
    "From a rented container comes spam, mining and abuse on the node's account. The kernel's "
    "rules "
    "are compared with the policy; with --probe real packets from every network tell.";

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
    const auto family = is_v6 ? Family::V6 : Family::V4;
    return with_packets(facts, "metadata", family,
                        TRY(in_force(facts, "metadata", join(addresses, " "))));
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
            .map = {},
            .why = why_rules,
            .look = [policy_group, port](const Facts& facts) -> Result<Outcome> {
                const auto wanted = TRY(facts.once(wanted_egress));
                const auto* refused = group_named(wanted, policy_group);
                if (refused != nullptr && !closes(*refused, port))
                    return fail(cat("the policy leaves port ", std::to_string(port), " open"));
                return with_packets(facts, policy_group, {},
                                    TRY(in_force(facts, policy_group, {})));
            }};
}

// What the catalogue asks beyond single groups.
static std::vector<Check> posture()
{
    using enum Severity;
    using namespace egress_rows;
    const auto row = [](std::string_view id, std::string_view title, Severity severity, Level level,
                        Profile profile, std::string_view remedy, std::string_view why,
                        Result<Outcome> (*look)(const Facts&)) {
        return Check{id, group, title, severity, level, profile, remedy, {}, why, look};
    };
    const auto by_packets = Level::Behaviour;
    const auto by_kernel = Level::Effective;
    const auto base = Profile::Baseline;
    return {
        row("egress.name-service", "Name and time services on metadata addresses stay open", High,
            by_packets, base, apply,
            "Clouds answer DNS and NTP at the metadata address: who closes it whole breaks names. "
            "Packets to ports 53 and 123 there must be answered.",
            name_service),
        row("egress.ipv6-parity", "IPv6 is filtered as IPv4 is", Critical, by_packets, base, apply,
            "Rules for IPv4 alone leave the same port open over IPv6. Every group's packets are "
            "sent over both.",
            ipv6_parity),
        row("egress.host-services", "The node's own services are closed to containers", Critical,
            by_packets, base, apply,
            "Docker, etcd, kubelet and SSH of the node listen on the bridge's address too. Packets "
            "to them are sent from a container's place.",
            host_services),
        row("egress.private-networks", "Private networks are closed to containers", High,
            by_packets, Profile::Strict, "set groups.private.enabled in /etc/harden/egress.toml",
            "Beside the node stand databases that trust their network. Packets to private "
            "addresses are sent from a container's place; the policy's group is off by default.",
            private_networks),
        row("egress.rule-order", "Our rules are judged before Docker's, once each", High, by_kernel,
            base, apply,
            "A rule behind one that accepts is never met, and doubled ones pile up. Our table's "
            "place among the hooks is compared, and DOCKER-USER read with iptables-save.",
            rule_order),
        row("egress.backend", "The rules are in the packet filter that Docker uses", High,
            by_kernel, base, apply,
            "Docker with nftables never looks at DOCKER-USER. Our own table must be in the kernel, "
            "whatever Docker says that it uses.",
            backend),
        row("egress.survives-restart",
            "The rules survive restarts of Docker, the firewall and the node", High, by_kernel,
            base, apply,
            "What is only in the kernel is gone after a boot. systemd is asked whether our units "
            "are enabled and the watcher runs; saved rules must not hold Docker's chains.",
            survives_restart),
        row("egress.spoofing", "Containers cannot send with foreign source addresses", Medium,
            by_kernel, Profile::Strict, "sysctl net.ipv4.conf.all.rp_filter=1",
            "A forged source address hides who sent and borrows another's exceptions. rp_filter of "
            "every bridge is read.",
            spoofing),
        row("egress.rate-limit", "Containers' new connections are limited", Medium, by_kernel, base,
            apply,
            "Scans and floods are many new flows. The policy's limit must refuse, and be in the "
            "kernel.",
            rate_limit),
        row("egress.conntrack-room", "The connection table has room", Medium, by_kernel, base,
            "sysctl net.netfilter.nf_conntrack_max=262144",
            "A full table drops everybody's packets. Its count and its limit are read.",
            conntrack_room),
    };
}

std::vector<Check> egress_checks()
{
    std::vector<Check> checks{
        {.id = "egress.metadata-v4",
         .group = group,
         .title = "Cloud metadata endpoint blocked",
         .severity = Severity::Critical,
         .remedy = apply,
         .map = {},
         .why = why_metadata,
         .look = [](const Facts& facts) { return metadata_in_force(facts, false); }},
        {.id = "egress.metadata-v6",
         .group = group,
         .title = "Cloud metadata endpoint blocked over IPv6",
         .severity = Severity::Critical,
         .remedy = apply,
         .map = {},
         .why = why_metadata,
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
         .map = {},
         .why = "What is half there holds nobody. Our table and our copies in DOCKER-USER are "
                "compared with the policy, rule by rule.",
         .look = exact},
        {.id = "egress.hits",
         .group = group,
         .title = "What the rules have refused so far",
         .severity = Severity::Info,
         .remedy = "harden egress status",
         .map = {},
         .why = "Counters that never move on a busy node are a reason to look. They are told, "
                "never judged.",
         .look = hits},
    };
    std::ranges::move(posture(), std::back_inserter(checks));
    return checks;
}

}
