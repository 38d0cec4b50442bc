#include "steps/firewall_rehearsal.h"

#include <algorithm>

namespace harden {

static constexpr auto unknown_interface = "eth0";

Result<> check_way_in(const FirewallPolicy& policy, const FirewallFacts& facts,
                      const FirewallOperator& protects)
{
    const Approach approach{TRY(parse_network(protects.address)), protects.interface};
    if (auto error = shut_out(policy, facts, approach, protects.port))
        return *std::move(error);
    if (is_one_of(policy.inside, protects.interface))
        return Error{ErrorKind::Denied,
                     cat(protects.interface, ", by which you come, counts as an interface of "
                                             "containers: what comes by it would be let through "
                                             "to them"),
                     cat("name the interfaces of containers in ", site_firewall_policy,
                         ": inside = [\"docker0\", …]")};
    return done;
}

// One that no rule opens to anybody; 0 where there is none.
static std::uint16_t closed_port(const FirewallPolicy& policy, const FirewallFacts& facts)
{
    auto open = ssh_ports_of({}, facts);
    const auto add = [&](const std::vector<PortRange>& ranges) {
        open.insert(open.end(), ranges.begin(), ranges.end());
    };
    add(policy.ssh_ports);
    for (const auto& rule : policy.allow)
        add(rule.tcp);
    for (std::uint32_t port = 1; port <= 65535; ++port) {
        const auto covers = [&](const PortRange& range) {
            return range.first <= port && port <= range.last;
        };
        if (std::ranges::none_of(open, covers))
            return static_cast<std::uint16_t>(port);
    }
    return 0;
}

static Result<> judge(const std::vector<PacketAnswer>& answers, std::string_view with)
{
    for (const auto& answer : answers) {
        const auto& question = answer.question;
        const bool is_open = answer.fate == PacketFate::Open;
        const auto port = std::to_string(question.port);
        if (question.expected == PacketQuestion::Expected::Open && !is_open)
            return Error{ErrorKind::Denied,
                         cat("rehearsed ", with, ": a connection from your address to port ", port,
                             " does not pass (", answer.detail, "): you would lock yourself out"),
                         "harden firewall plan shows the rules"};
        if (question.expected == PacketQuestion::Expected::Closed && is_open)
            return Error{ErrorKind::Failed,
                         cat("rehearsed ", with, ": port ", port,
                             ", which no rule opens, lets a connection in"),
                         {}};
    }
    return done;
}

Result<> rehearse_way_in(const FirewallPolicy& policy, const FirewallFacts& facts,
                         const FirewallOperator& protects, const InboundRehearsal& rehearse)
{
    InboundTrial trial{.device =
                           protects.interface.empty() ? unknown_interface : protects.interface,
                       .sender = protects.address,
                       .questions = {{.address = protects.node_address,
                                      .port = protects.port,
                                      .expected = PacketQuestion::Expected::Open}}};
    trial.table = table_text(policy, facts);
    TRY(judge(TRY(rehearse(trial).during("rehearse")), "with the whole table"));
    trial.table = table_text(policy, {facts.ssh_ports, {}});
    if (const auto closed = closed_port(policy, facts); closed != 0)
        trial.questions.push_back({.address = protects.node_address, .port = closed});
    return judge(TRY(rehearse(trial).during("rehearse")), "without the rule for your address");
}

}
