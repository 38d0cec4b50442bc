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
                      const std::string& address)
{
    if (refused.tier == Tier::Soft || !refused.addresses4.empty() || !refused.addresses6.empty())
        return;
    for (const auto& range : refused.tcp)
        questions.push_back({address, range.first});
}

Result<std::vector<PacketAnswer>> packet_answers(const Facts& facts)
{
    if (!facts.probes().packets)
        return Error{ErrorKind::Unsupported, "no packets were sent", {}};
    const auto targets = TRY(facts.once(verify_rules)).network;
    const auto wanted = TRY(facts.once(wanted_egress));
    std::vector<PacketQuestion> questions;
    const auto ask = [&](const std::string& destination, const std::string& metadata) {
        questions.push_back({destination, targets.control_port, Expected::Open});
        questions.push_back({metadata, targets.metadata_port});
        for (const auto& refused : wanted.groups)
            add_ports(questions, refused, destination);
    };
    ask(targets.destination4, targets.metadata4);
    if (TRY(facts.once(forwards_ipv6))) // else all of them would be waited for in vain
        ask(targets.destination6, targets.metadata6);
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
