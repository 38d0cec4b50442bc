#include "checks/network_facts.h"

#include "checks/egress_facts.h"
#include "checks/verify_rules.h"

namespace harden {

using Expected = PacketQuestion::Expected;

static constexpr auto bridge = "docker0";
static constexpr auto forwarding6 = "/proc/sys/net/ipv6/conf/all/forwarding";

Result<bool> forwards_ipv6(const Facts& facts)
{
    const auto text = facts.host().read(forwarding6);
    if (text.is_absent())
        return false;
    return trim(TRY(text)) == "1";
}

static void add_ports(std::vector<PacketQuestion>& questions, const RefusedGroup& refused,
                      const ProbeTargets& targets)
{
    if (refused.tier == Tier::Soft || !refused.addresses4.empty() || !refused.addresses6.empty())
        return;
    for (const auto& range : refused.tcp)
        for (const auto& address : {targets.destination4, targets.destination6})
            questions.push_back({address, range.first});
}

Result<std::vector<PacketAnswer>> packet_answers(const Facts& facts)
{
    if (!facts.probes().packets)
        return Error{ErrorKind::Unsupported, "no packets were sent", {}};
    const auto targets = TRY(facts.once(verify_rules)).network;
    std::vector<PacketQuestion> questions{
        {targets.destination4, targets.control_port, Expected::Open},
        {targets.metadata4, targets.metadata_port},
        {targets.metadata6, targets.metadata_port},
    };
    // a control that cannot be answered would be waited for
    if (TRY(facts.once(forwards_ipv6)))
        questions.push_back({targets.destination6, targets.control_port, Expected::Open});
    for (const auto& refused : TRY(facts.once(wanted_egress)).groups)
        add_ports(questions, refused, targets);
    return facts.probes().packets(bridge, questions);
}

bool is_v6(const PacketQuestion& question)
{
    return question.address.find(':') != std::string::npos;
}

std::string to_text(const PacketQuestion& question)
{
    return cat(is_v6(question) ? "[" : "", question.address, is_v6(question) ? "]:" : ":",
               std::to_string(question.port));
}

}
