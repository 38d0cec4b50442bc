#include "checks/check.h"
#include "checks/docker_facts.h"
#include "checks/egress_facts.h"
#include "checks/network_facts.h"
#include "checks/verify_rules.h"

#include <algorithm>

namespace harden {

using Expected = PacketQuestion::Expected;
enum class Family { V4, V6 };

static constexpr auto group = "Network Tests";

static bool is_of(const PacketAnswer& answer, Family family)
{
    return is_v6(answer.question) == (family == Family::V6);
}

static Result<bool> has_ipv6_network(const Facts& facts)
{
    const auto networks = TRY(facts.once(docker_networks));
    return std::ranges::any_of(networks, &DockerNetwork::ipv6);
}

// A refusal says something only where the same path lets the control through.
static Result<Outcome> without_control(const Facts& facts, Family family,
                                       const std::string& control)
{
    if (family == Family::V6 && !TRY(facts.once(forwards_ipv6)))
        return not_applicable("this node passes no IPv6 on");
    if (family == Family::V6 && !TRY(has_ipv6_network(facts)))
        return not_applicable("no network of containers has IPv6");
    return Error{
        ErrorKind::Failed,
        cat("the control ", control, " was not answered either, so a refusal says nothing"),
        {}};
}

static Result<Outcome> judged(const Facts& facts, Family family,
                              const std::vector<PacketQuestion>& asked)
{
    const auto answers = TRY(facts.once(packet_answers));
    std::string control = "tcp/443";
    bool control_open = false;
    std::vector<std::string> closed;
    for (const auto& answer : answers) {
        if (!is_of(answer, family))
            continue;
        const auto target = to_text(answer.question);
        const bool open = answer.fate == PacketFate::Open;
        if (answer.question.expected == Expected::Open) {
            control = target;
            control_open = open;
            continue;
        }
        const bool ours = std::ranges::any_of(
            asked, [&](const PacketQuestion& question) { return to_text(question) == target; });
        if (ours && open)
            return fail(cat(target, " was reached"));
        if (ours)
            closed.push_back(cat(target, answer.fate == PacketFate::Silent ? " silent" : ""));
    }
    if (!control_open)
        return without_control(facts, family, control);
    if (closed.empty())
        return Error{ErrorKind::Failed, "no packet was sent", {}};
    return pass(closed.size() == 1
                    ? cat(closed.front(), " refused, ", control, " answered")
                    : cat(std::to_string(closed.size()), " ports refused, ", control, " answered"));
}

static Result<Outcome> control_answers(const Facts& facts, Family family)
{
    for (const auto& answer : TRY(facts.once(packet_answers)))
        if (is_of(answer, family) && answer.question.expected == Expected::Open &&
            answer.fate == PacketFate::Open)
            return pass(to_text(answer.question));
    return without_control(facts, family, "connection");
}

static Result<Outcome> group_refused(const Facts& facts, Family family, std::string_view id)
{
    const auto targets = TRY(facts.once(verify_rules)).network;
    const auto wanted = TRY(facts.once(wanted_egress));
    const auto* refused = group_named(wanted, id);
    if (refused == nullptr)
        return fail(cat("the policy has the group ", id, " switched off"));
    std::vector<PacketQuestion> asked;
    for (const auto& range : refused->tcp)
        asked.push_back(
            {family == Family::V4 ? targets.destination4 : targets.destination6, range.first});
    return judged(facts, family, asked);
}

static Result<Outcome> metadata_refused(const Facts& facts, Family family)
{
    const auto targets = TRY(facts.once(verify_rules)).network;
    return judged(
        facts, family,
        {{family == Family::V4 ? targets.metadata4 : targets.metadata6, targets.metadata_port}});
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
    const auto metadata = [](Family family) {
        return [family](const Facts& facts) { return metadata_refused(facts, family); };
    };
    const auto web = [](Family family) {
        return [family](const Facts& facts) { return control_answers(facts, family); };
    };
    return {
        row("network.web", "Packets to the web pass", High, web(Family::V4)),
        row("network.metadata-v4", "Packets to the cloud metadata endpoint are refused", Critical,
            metadata(Family::V4)),
        row("network.smtp", "Packets to SMTP are refused", Critical, refuses("smtp", Family::V4)),
        row("network.mining", "Packets to mining pools are refused", High,
            refuses("mining", Family::V4)),
        row("network.irc", "Packets to IRC are refused", High, refuses("irc", Family::V4)),
        row("network.tor", "Packets to Tor are refused", High, refuses("tor", Family::V4)),
        row("network.web-v6", "Packets to the web pass over IPv6", High, web(Family::V6)),
        row("network.metadata-v6", "Packets to the cloud metadata endpoint are refused over IPv6",
            Critical, metadata(Family::V6)),
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
