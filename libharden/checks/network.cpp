#include "checks/check.h"
#include "checks/egress_rows.h"

namespace harden {

static constexpr auto group = "Network Tests";

static Check row(std::string_view id, std::string_view title, Severity severity,
                 std::function<Result<Outcome>(const Facts&)> look)
{
    return {.id = id,
            .group = group,
            .title = title,
            .severity = severity,
            .level = Level::Behaviour,
            .remedy = "harden egress apply",
            .map = {},
            .why = "A rule that is there need not be the one that is met. Real packets are sent "
                   "from a scratch place on the bridge to a responder behind the node, beside a "
                   "control that must be answered; with --probe from every network.",
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
