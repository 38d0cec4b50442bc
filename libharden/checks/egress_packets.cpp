#include "checks/canary_facts.h"
#include "checks/docker_facts.h"
#include "checks/egress_rows.h"
#include "checks/network_facts.h"

#include <algorithm>
#include <set>

namespace harden {

using Expected = PacketQuestion::Expected;

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

Result<Outcome> control_answers(const Facts& facts, Family family)
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
    const auto* answered = control(seen.test, family);
    return pass(answered == nullptr ? what : cat(what, ", ", to_text(*answered), " answered"));
}

static const GroupTest* tested_group(const NetworkTest& test, std::string_view id, Family family)
{
    const auto found = std::ranges::find_if(test.groups, [&](const GroupTest& tested) {
        return tested.group == id && tested.is_v6 == (family == Family::V6);
    });
    return found == test.groups.end() ? nullptr : &*found;
}

// The first line of the group that is not well, of every network.
static Result<Outcome> on_all_networks(const Facts& facts, std::string_view group,
                                       const std::optional<Family>& family, Outcome outcome)
{
    if (!is_probing(facts) || outcome.verdict != Verdict::Pass)
        return outcome;
    const auto lines = TRY(facts.once(packet_lines));
    std::set<std::string> networks;
    for (const auto& line : lines) {
        if (line.group != group || (family && line.is_v6 != (*family == Family::V6)))
            continue;
        networks.insert(line.network);
        const auto where = cat(escaped(line.network, 40), ": ", line.outcome.what);
        if (line.outcome.verdict == Verdict::Fail)
            return fail(where);
        if (line.outcome.verdict != Verdict::Pass)
            return Error{ErrorKind::Failed, where, {}};
    }
    if (!networks.empty())
        outcome.evidence += cat("; packets from ", std::to_string(networks.size()),
                                networks.size() == 1 ? " network" : " networks",
                                family == Family::V6 ? " say so over IPv6" : " say so");
    outcome.reached = Level::Behaviour;
    return outcome;
}

Result<Outcome> with_packets(const Facts& facts, std::string_view group,
                             const std::optional<Family>& family, Outcome by_rules)
{
    return on_all_networks(facts, group, family, std::move(by_rules));
}

Result<Outcome> group_refused(const Facts& facts, Family family, std::string_view id)
{
    const auto wanted = TRY(facts.once(wanted_egress));
    const auto* refused = group_named(wanted, id);
    if (refused == nullptr)
        return fail(cat("the policy has the group ", id, " switched off"));
    if (refused->tier == Tier::Soft)
        return fail(cat("the policy only watches the group ", id));
    const auto seen = TRY(facts.once(packet_tests));
    const auto* tested = tested_group(seen.test, id, family);
    if (tested == nullptr)
        return without_control(facts, family, "no packet was sent");
    if (std::ranges::find(tested->questions, Expected::Closed, &PacketQuestion::expected) ==
        tested->questions.end())
        return fail("the policy leaves all of it open to this network");
    return on_all_networks(facts, id, family, TRY(outcome_of(facts, family, *tested)));
}

namespace egress_rows {

// Over IPv4, and over IPv6 where containers have it.
static Result<Outcome> over_both(const Facts& facts, std::string_view id)
{
    auto four = TRY(group_refused(facts, Family::V4, id));
    if (four.verdict != Verdict::Pass)
        return four;
    const auto seen = TRY(facts.once(packet_tests));
    if (tested_group(seen.test, id, Family::V6) == nullptr) // the default bridge has no IPv6
        return on_all_networks(facts, id, Family::V6, std::move(four));
    const auto six = TRY(group_refused(facts, Family::V6, id));
    if (six.verdict == Verdict::Pass)
        four.evidence += cat("; IPv6: ", six.evidence);
    return six.verdict == Verdict::Fail ? six : four;
}

Result<Outcome> host_services(const Facts& facts)
{
    return over_both(facts, "host-services");
}

Result<Outcome> private_networks(const Facts& facts)
{
    return over_both(facts, "private");
}

// The resolvers and time servers of clouds are at the addresses of their metadata services.
Result<Outcome> name_service(const Facts& facts)
{
    constexpr auto family = Family::V4;
    const auto seen = TRY(facts.once(packet_tests));
    const auto* tested = tested_group(seen.test, "metadata", family);
    if (tested == nullptr)
        return without_control(facts, family, "no packet was sent");
    auto spared = *tested;
    std::erase_if(spared.questions, [](const PacketQuestion& question) {
        return question.expected != Expected::Open;
    });
    if (spared.questions.empty())
        return fail("the policy spares neither name nor time services there");
    return outcome_of(facts, family, spared);
}

// A group that is closed over one family and open over the other is open.
Result<Outcome> ipv6_parity(const Facts& facts)
{
    const auto seen = TRY(facts.once(packet_tests));
    int alike = 0;
    std::optional<Result<Outcome>> undecided;
    for (const auto& tested : seen.test.groups) {
        if (!tested.is_v6)
            continue;
        const auto six = outcome_of(facts, Family::V6, tested);
        if (six && six->verdict == Verdict::Fail)
            return fail(cat(tested.group, ": ", six->evidence));
        if (!six || six->verdict != Verdict::Pass)
            undecided = six;
        else
            ++alike;
    }
    if (undecided)
        return *undecided;
    if (alike == 0)
        return without_control(facts, Family::V6, "no packet was sent over IPv6");
    return pass(cat(std::to_string(alike), " groups fare over IPv6 as the policy wants"));
}

}

}
