#include "egress/self_test_questions.h"

#include <algorithm>
#include <set>

namespace harden {

using Expected = PacketQuestion::Expected;

static constexpr std::size_t most_addresses = 8; // of a group and family
static constexpr std::size_t most_ports = 24;    // of a group and protocol

// The first, the last, and as many between.
template<class Value>
static std::vector<Value> thinned(std::vector<Value> all, std::size_t most)
{
    if (all.size() <= most)
        return all;
    std::vector<Value> some;
    for (std::size_t i = 0; i < most; ++i)
        some.push_back(all[i * (all.size() - 1) / (most - 1)]);
    return some;
}

static std::vector<std::uint16_t> ends(const std::vector<PortRange>& ranges)
{
    std::vector<std::uint16_t> ports;
    for (const auto& [first, last] : ranges) {
        ports.push_back(first);
        if (last != first)
            ports.push_back(last);
    }
    return thinned(std::move(ports), most_ports);
}

namespace {

// Collects what is asked over one family.
class Asker {
public:
    Asker(const Ruleset& ruleset, const PolicyModel& model, const TestNetwork& network,
          const ProbeTargets& targets, bool is_v6)
        : ruleset_{ruleset}
        , model_{model}
        , network_{network}
        , targets_{targets}
        , is_v6_{is_v6}
    {
    }

    Result<> ask(NetworkTest& test);

private:
    using Ports = std::vector<std::uint16_t>;
    Result<> find_places();
    void add_controls(NetworkTest& test) const;
    Result<> add_group(NetworkTest& test, const RefusedGroup& group) const;
    void add_host_services(NetworkTest& test) const;
    Result<> add_allowed(NetworkTest& test) const;

    Result<std::vector<std::string>> addresses_of(const RefusedGroup& group) const;
    TestPacket packet(const PacketQuestion& question) const;
    std::size_t counted(const GroupTest& test, const RefusedGroup& group) const;
    void add(GroupTest& test, PacketQuestion question) const;
    void add_ports(GroupTest& test, const std::string& address, const Ports& tcp, const Ports& udp,
                   bool is_to_node = false) const;
    PacketQuestion open_question(const std::string& address, std::uint16_t port, Protocol protocol,
                                 bool is_to_node) const;
    const std::string& destination() const
    {
        return is_v6_ ? targets_.destination6 : targets_.destination4;
    }

    const Ruleset& ruleset_;
    const PolicyModel& model_;
    const TestNetwork& network_;
    const ProbeTargets& targets_;
    const bool is_v6_;
    Network source_;
    std::string gateway_; // empty: not known
};

TestPacket Asker::packet(const PacketQuestion& question) const
{
    const auto destination = parse_network(question.address);
    return {source_, destination ? *destination : Network{}, question.protocol, question.port,
            question.is_to_node};
}

void Asker::add(GroupTest& test, PacketQuestion question) const
{
    const bool closed = model_.refusing(packet(question)) != nullptr;
    question.expected = closed ? Expected::Closed : Expected::Open;
    if (std::ranges::find(test.questions, question) == test.questions.end())
        test.questions.push_back(std::move(question));
}

void Asker::add_ports(GroupTest& test, const std::string& address, const Ports& tcp,
                      const Ports& udp, bool is_to_node) const
{
    for (const auto port : tcp)
        add(test, {address, port, Expected::Closed, Protocol::Tcp, is_to_node});
    for (const auto port : udp)
        add(test, {address, port, Expected::Closed, Protocol::Udp, is_to_node});
}

// At the first port from that one on which the policy leaves open.
PacketQuestion Asker::open_question(const std::string& address, std::uint16_t port,
                                    Protocol protocol, bool is_to_node) const
{
    PacketQuestion question{address, port, Expected::Open, protocol, is_to_node};
    for (int tries = 0; tries < 65535; ++tries) {
        if (question.port != 0 && model_.refusing(packet(question)) == nullptr)
            return question;
        ++question.port;
    }
    question.port = port;
    return question;
}

void Asker::add_controls(NetworkTest& test) const
{
    const auto add = [&](const std::string& address, std::uint16_t port, bool is_to_node) {
        for (const auto protocol : {Protocol::Tcp, Protocol::Udp})
            test.controls.push_back(open_question(address, port, protocol, is_to_node));
    };
    if (!network_.is_internal)
        add(destination(), targets_.control_port, false);
    if (!gateway_.empty())
        add(gateway_, targets_.node_port, true);
}

// Of a block the one address that every cloud answers at, else one from its middle; none of the
// network's own, which are no way out.
Result<std::vector<std::string>> Asker::addresses_of(const RefusedGroup& group) const
{
    const auto known = parse_network(is_v6_ ? targets_.metadata6 : targets_.metadata4);
    std::vector<std::string> addresses;
    for (const auto& text : thinned(is_v6_ ? group.addresses6 : group.addresses4, most_addresses)) {
        const auto block = TRY(parse_network(text));
        const bool has_known = known && contains(block, *known);
        const auto address = has_known ? *known : inner_address(block);
        const auto is_near = [&](const Network& subnet) { return contains(subnet, address); };
        if (is_routable(address) && std::ranges::none_of(network_.subnets, is_near))
            addresses.push_back(to_text(address));
    }
    return addresses;
}

Result<> Asker::add_group(NetworkTest& test, const RefusedGroup& group) const
{
    GroupTest own{.group = group.id, .is_v6 = is_v6_, .tier = group.tier};
    const bool is_for_any = group.addresses4.empty() && group.addresses6.empty();
    const bool has_ports = !group.tcp.empty() || !group.udp.empty();
    const auto port = &group == &ruleset_.metadata ? targets_.metadata_port : targets_.control_port;
    const auto addresses = is_for_any ? std::vector{destination()} : TRY(addresses_of(group));
    for (const auto& address : addresses) {
        if (has_ports)
            add_ports(own, address, ends(group.tcp), ends(group.udp));
        else
            add_ports(own, address, {port}, {port});
    }
    if (!is_for_any && !addresses.empty())
        add_ports(own, addresses.front(), ends(group.spared_tcp), ends(group.spared_udp));
    own.counted = counted(own, group);
    if (!own.questions.empty())
        test.groups.push_back(std::move(own));
    return done;
}

std::size_t Asker::counted(const GroupTest& test, const RefusedGroup& group) const
{
    if (group.tier == Tier::Hard)
        return 0;
    return static_cast<std::size_t>(
        std::ranges::count_if(test.questions, [&](const PacketQuestion& question) {
            return model_.counts(group, packet(question));
        }));
}

void Asker::add_host_services(NetworkTest& test) const
{
    const auto& group = ruleset_.host_services;
    GroupTest own{.group = group.id, .is_v6 = is_v6_, .tier = group.tier};
    if (!gateway_.empty())
        add_ports(own, gateway_, ends(group.tcp), ends(group.udp), true);
    own.counted = counted(own, group);
    if (!own.questions.empty())
        test.groups.push_back(std::move(own));
}

Result<> Asker::add_allowed(NetworkTest& test) const
{
    GroupTest own{.group = allowed_group, .is_v6 = is_v6_};
    for (const auto& [text, ports, sender] : thinned(ruleset_.allow, most_addresses)) {
        const auto block = TRY(parse_network(text));
        const auto address = inner_address(block);
        const auto is_near = [&](const Network& subnet) { return contains(subnet, address); };
        if (block.is_v6 != is_v6_ || !is_routable(address) ||
            std::ranges::any_of(network_.subnets, is_near))
            continue;
        if (!sender.empty() && !contains(TRY(parse_network(sender)), source_))
            continue;
        add_ports(own, to_text(address), {ports.first}, {ports.first});
    }
    if (!own.questions.empty())
        test.groups.push_back(std::move(own));
    return done;
}

Result<> Asker::find_places()
{
    const auto& text = is_v6_ ? network_.source.address6 : network_.source.address4;
    source_ = {.is_v6 = is_v6_, .prefix = is_v6_ ? 128 : 32}; // nobody's, where none is known
    if (!text.empty())
        source_ = TRY(parse_network(text.substr(0, text.find('/'))));
    for (const auto& address : network_.gateways)
        if (const auto parsed = parse_network(address); parsed && parsed->is_v6 == is_v6_)
            gateway_ = to_text(*parsed);
    return done;
}

Result<> Asker::ask(NetworkTest& test)
{
    TRY(find_places());
    add_controls(test);
    if (!network_.is_internal) {
        TRY(add_group(test, ruleset_.metadata));
        for (const auto& group : ruleset_.groups)
            TRY(add_group(test, group));
        TRY(add_allowed(test));
    }
    add_host_services(test);
    return done;
}

}

Result<NetworkTest> questions_for(const Ruleset& ruleset, const TestNetwork& network,
                                  const ProbeTargets& targets)
{
    const auto model = TRY(PolicyModel::of(ruleset));
    NetworkTest test;
    for (const bool is_v6 : {false, true})
        if (is_v6 ? network.has_ipv6 : network.has_ipv4)
            TRY(Asker(ruleset, model, network, targets, is_v6).ask(test));
    return test;
}

}
