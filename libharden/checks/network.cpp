#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/egress_facts.h"
#include "checks/network_facts.h"

#include <algorithm>

namespace harden {

using Expected = PacketQuestion::Expected;
enum class Family { V4, V6 };

static constexpr auto group = "Network Tests";

static Result<bool> has_ipv6_network(const Facts& facts)
{
    const auto networks = TRY(facts.once(docker_networks));
    return std::ranges::any_of(networks, &DockerNetwork::ipv6);
}

// A refusal says something only where the same path lets the control through.
static Result<Outcome> without_control(const Facts& facts, Family family, const std::string& why)
{
    if (family == Family::V6 && !TRY(facts.once(forwards_ipv6)))
        return not_applicable("this node passes no IPv6 on");
    if (family == Family::V6 && !TRY(has_ipv6_network(facts)))
        return not_applicable("no network of containers has IPv6");
    return Error{ErrorKind::Failed, why, {}};
}

static const PacketQuestion* control(const NetworkTest& test, Family family)
{
    const auto found = std::ranges::find_if(test.controls, [&](const PacketQuestion& question) {
        return is_v6(question) == (family == Family::V6) && question.protocol == Protocol::Tcp &&
               !question.is_to_node;
    });
    return found == test.controls.end() ? nullptr : &*found;
}

static Result<Outcome> control_answers(const Facts& facts, Family family)
{
    const auto seen = TRY(facts.once(packet_tests));
    const auto* question = control(seen.test, family);
    if (question == nullptr)
        return without_control(facts, family, "no packet was sent");
    const auto outcome = control_of(*question, seen.answers, seen.test);
    if (outcome.is_open)
        return pass(outcome.what);
    return without_control(facts, family, cat(to_text(*question), " was not answered"));
}

static Result<Outcome> outcome_of(const Facts& facts, Family family, const GroupTest& tested)
{
    const auto seen = TRY(facts.once(packet_tests));
    const auto [verdict, what] = judged(tested, seen.test, seen.answers);
    if (verdict == Verdict::Fail)
        return fail(what);
    if (verdict == Verdict::Unknown)
        return without_control(facts, family, what);
    return pass(cat(what, ", ", to_text(*control(seen.test, family)), " answered"));
}

static Result<Outcome> group_refused(const Facts& facts, Family family, std::string_view id)
{
    const auto wanted = TRY(facts.once(wanted_egress));
    const auto* refused = group_named(wanted, id);
    if (refused == nullptr)
        return fail(cat("the policy has the group ", id, " switched off"));
    if (refused->tier == Tier::Soft)
        return fail(cat("the policy only watches the group ", id));
    const auto seen = TRY(facts.once(packet_tests));
    for (const auto& tested : seen.test.groups) {
        if (tested.group != id || tested.is_v6 != (family == Family::V6))
            continue;
        if (std::ranges::find(tested.questions, Expected::Closed, &PacketQuestion::expected) ==
            tested.questions.end())
            return fail("the policy leaves all of it open to this network");
        return outcome_of(facts, family, tested);
    }
    return without_control(facts, family, "no packet was sent");
}

static Check row(std::string_view id, std::string_view title, Severity severity,
                 std::function<Result<Outcome>(const Facts&)> look)
{
    return {.id = id,
            .group = group,
            .title = title,
            .severity = severity,
            .level = Level::Behaviour,
            .remedy = "harden egress apply",
            .look = std::move(look)};
}

static auto refuses(std::string_view id, Family family)
{
    return [id, family](const Facts& facts) { return group_refused(facts, family, id); };
}

std::vector<Check> network_checks()
{
    using enum Severity;
    const auto web = [](Family family) {
        return [family](const Facts& facts) { return control_answers(facts, family); };
    };
    return {
        row("network.web", "Packets to the web pass", High, web(Family::V4)),
        row("network.metadata-v4", "Packets to the cloud metadata endpoint are refused", Critical,
            refuses("metadata", Family::V4)),
        row("network.smtp", "Packets to SMTP are refused", Critical, refuses("smtp", Family::V4)),
        row("network.mining", "Packets to mining pools are refused", High,
            refuses("mining", Family::V4)),
        row("network.irc", "Packets to IRC are refused", High, refuses("irc", Family::V4)),
        row("network.tor", "Packets to Tor are refused", High, refuses("tor", Family::V4)),
        row("network.web-v6", "Packets to the web pass over IPv6", High, web(Family::V6)),
        row("network.metadata-v6", "Packets to the cloud metadata endpoint are refused over IPv6",
            Critical, refuses("metadata", Family::V6)),
        row("network.smtp-v6", "Packets to SMTP are refused over IPv6", Critical,
            refuses("smtp", Family::V6)),
        row("network.mining-v6", "Packets to mining pools are refused over IPv6", High,
            refuses("mining", Family::V6)),
        row("network.irc-v6", "Packets to IRC are refused over IPv6", High,
            refuses("irc", Family::V6)),
        row("network.tor-v6", "Packets to Tor are refused over IPv6", High,
            refuses("tor", Family::V6)),
    };
}

}
