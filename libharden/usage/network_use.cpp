#include "usage/network_use.h"

#include <algorithm>

namespace harden {

// What the node has not is no problem of the look.
template<class Answer>
bool NetworkUse::is_answered(const Result<Answer>& answer)
{
    if (!answer && answer.error().kind != ErrorKind::NotFound &&
        std::ranges::find(problems_, answer.error().message) == problems_.end())
        problems_.push_back(answer.error().message);
    return static_cast<bool>(answer);
}

// Tells sets of links apart, whatever their order. A link's own number is not given again for as
// long as the node runs.
static std::uint64_t mark_of(const LinkMeter& link)
{
    constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
    auto mark =
        static_cast<std::uint64_t>(link.index) << 32 | static_cast<std::uint32_t>(link.peer_index);
    for (int round = 0; round < 2; ++round) {
        mark *= prime;
        mark ^= mark >> 32;
    }
    return mark;
}

// The node receives what a container sends.
void NetworkUse::take(const LinkMeter& link)
{
    if (!link.peer_namespace)
        return;
    auto& [traffic, count] = cables_[*link.peer_namespace];
    ++count;
    traffic.links += mark_of(link);
    traffic.sent_bytes += link.received_bytes;
    traffic.received_bytes += link.sent_bytes;
    traffic.sent_packets += link.received_packets;
    traffic.received_packets += link.sent_packets;
}

static Flow flow_of(const Connection& connection)
{
    return {.protocol = connection.protocol,
            .port = connection.source_port,
            .remote = connection.destination,
            .remote_port = connection.destination_port,
            .answered = connection.answered,
            .established = connection.established};
}

NetworkUse NetworkUse::ask(const Meters& meters, std::span<const int> pids)
{
    NetworkUse use;
    const auto links = meters.links(); // first: listing them numbers the namespaces
    if (use.is_answered(links))
        for (const auto& link : *links)
            use.take(link);
    use.learn(meters, pids);
    const auto connections = meters.connections();
    if (use.is_answered(connections)) {
        use.flows_.emplace();
        for (const auto& each : *connections)
            (*use.flows_)[each.source].push_back(flow_of(each));
    }
    const auto refusals = meters.refusals();
    if (use.is_answered(refusals)) {
        use.refused_.emplace();
        for (const auto& each : *refusals)
            (*use.refused_)[each.source] += each.packets;
    }
    return use;
}

void NetworkUse::learn(const Meters& meters, std::span<const int> pids)
{
    if (pids.empty() || cables_.empty())
        return;
    const auto namespaces = meters.namespaces_of(pids);
    if (!is_answered(namespaces))
        return;
    for (std::size_t i = 0; i < pids.size(); ++i)
        if (const auto number = (*namespaces)[i])
            namespaces_.insert_or_assign(pids[i], *number);
}

// A process may have gone into a namespace of its own making, to which no link leads. Two that
// links lead to are one too many: a number of a process has been given to another.
const NetworkUse::Cables* NetworkUse::cables_of(std::span<const int> pids) const
{
    const Cables* found = nullptr;
    for (const int pid : pids) {
        const auto number = namespaces_.find(pid);
        if (number == namespaces_.end())
            continue;
        const auto cables = cables_.find(number->second);
        if (cables == cables_.end())
            continue;
        if (found != nullptr && found != &cables->second)
            return nullptr;
        found = &cables->second;
    }
    return found;
}

// One that lives in another's network has none of its own, and a network may have no end here.
std::optional<Traffic> NetworkUse::traffic_of(const Container& container,
                                              std::span<const int> pids) const
{
    const auto* cables = cables_of(pids);
    if (cables == nullptr || container.networks.empty() ||
        cables->count < container.networks.size())
        return std::nullopt;
    return cables->traffic;
}

std::optional<std::vector<Flow>> NetworkUse::flows_of(const Container& container) const
{
    if (!flows_ || container.addresses.empty())
        return std::nullopt;
    std::vector<Flow> flows;
    for (const auto& address : container.addresses)
        if (const auto own = flows_->find(address); own != flows_->end())
            flows.insert(flows.end(), own->second.begin(), own->second.end());
    return flows;
}

std::optional<std::uint64_t> NetworkUse::refused_of(const Container& container) const
{
    if (!refused_ || container.addresses.empty())
        return std::nullopt;
    std::uint64_t packets = 0;
    for (const auto& address : container.addresses)
        if (const auto own = refused_->find(address); own != refused_->end())
            packets += own->second;
    return packets;
}

}
