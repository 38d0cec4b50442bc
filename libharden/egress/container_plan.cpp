#include "egress/container_plan.h"

#include "egress/container_json.h"
#include "egress/dns_clients.h"

#include <algorithm>

namespace harden {

static std::string shown(const ContainerPolicy& policy)
{
    return cat(policy.id.substr(0, 12), " (", escaped(policy.name, 64), ")");
}

// Modified EUI-64, RFC 4291, appendix A: what the kernel gives an interface by itself.
std::string link_local_address(std::string_view hardware_address)
{
    Network address{.is_v6 = true, .bytes = {0xfe, 0x80}, .prefix = 128};
    const auto parts = split(hardware_address, ':');
    if (parts.size() != 6)
        return {};
    constexpr std::array<std::size_t, 6> places{8, 9, 10, 13, 14, 15};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto value = std::strtoul(std::string{parts[i]}.c_str(), nullptr, 16);
        address.bytes[places[i]] = static_cast<std::uint8_t>(value);
    }
    address.bytes[8] ^= 0x02U;
    address.bytes[11] = 0xff;
    address.bytes[12] = 0xfe;
    return to_text(address);
}

static PlacedLink placed(const ContainerEndpoint& endpoint, const DockerNetwork& network,
                         const std::vector<ContainerLink>& links)
{
    PlacedLink result{.link = {.bridge = network.bridge},
                      .hardware_address = endpoint.hardware_address,
                      .address4 = endpoint.address4};
    if (!endpoint.address6.empty())
        result.addresses6 = {endpoint.address6, link_local_address(endpoint.hardware_address)};
    const auto link = std::ranges::find(links, network.bridge, &ContainerLink::bridge);
    if (link != links.end())
        result.link = *link;
    return result;
}

// Rules by address hold also where the cable is not found; what it takes to hold to the address
// and to the rate does not.
static Result<PlacedContainer> place(const ContainerPolicy& policy, const ContainerDetails& details,
                                     const std::vector<DockerNetwork>& networks,
                                     const ContainerControl& control,
                                     std::vector<std::string>& uncovered)
{
    PlacedContainer container{policy, details.pid, {}};
    const auto links = control.links(details.pid);
    // who may not look must not take it for a container without a cable
    if (!links && links.error().kind == ErrorKind::Denied)
        return links.error();
    const auto found = links ? *links : std::vector<ContainerLink>{};
    for (const auto& endpoint : details.endpoints) {
        const auto network = std::ranges::find(networks, endpoint.network_id, &DockerNetwork::id);
        if (network == networks.end() || network->bridge.empty()) {
            uncovered.push_back(cat(shown(policy), ": a network that is no bridge of this node"));
            continue;
        }
        container.links.push_back(placed(endpoint, *network, found));
        if (container.links.back().link.device.empty())
            uncovered.push_back(
                cat(shown(policy), ": its cable to ", escaped(network->name, 64),
                    " is not found, so its sender addresses and its rate are free"));
    }
    if (!links)
        uncovered.push_back(cat(shown(policy), ": ", links.error().message));
    else if (container.links.empty())
        uncovered.push_back(cat(shown(policy), ": it has no cable to a bridge of this node"));
    return container;
}

static bool is_listed(const std::vector<Container>& running, const std::string& id)
{
    return std::ranges::find(running, id, &Container::id) != running.end();
}

// Shapers of containers that have no policy any more: the containers take part with an empty one.
static Result<> add_strays(ContainerPlan& plan, const Node& node, const ContainerControl& control,
                           const std::vector<Container>& running,
                           const std::vector<DockerNetwork>& networks)
{
    auto strays = TRY(control.shaped_devices());
    for (const auto& container : plan)
        for (const auto& link : container.links)
            std::erase(strays, link.link.device);
    if (strays.empty())
        return done;
    for (const auto& each : running) {
        if (std::ranges::find(plan, each.id, [](const PlacedContainer& known) {
                return known.policy.id;
            }) != plan.end())
            continue;
        const auto details = node.docker().inspect(each.id);
        std::vector<std::string> ignored;
        if (details && details->pid != 0)
            plan.push_back(TRY(
                place({.id = each.id, .name = each.name}, *details, networks, control, ignored)));
    }
    return done;
}

Result<ContainerPlanning> plan_containers(const Node& node, const ContainerControl& control)
{
    ContainerPlanning result;
    const auto policies = TRY(container_policies(node.host()));
    // a node without policies and rules has no need of Docker
    if (policies.empty() && TRY(control.difference({})).empty() &&
        TRY(control.shaped_devices()).empty())
        return result;
    const auto running = TRY(node.docker().containers());
    const auto networks = TRY(node.docker().networks());
    for (const auto& policy : policies) {
        if (!is_listed(running, policy.id)) {
            result.plan.push_back({policy, 0, {}});
            continue;
        }
        const auto details = node.docker().inspect(policy.id);
        if (!details && !details.is_absent()) // it may have ended meanwhile
            return details.error();
        if (details && details->pid != 0)
            result.plan.push_back(
                TRY(place(policy, *details, networks, control, result.uncovered)));
    }
    TRY(add_strays(result.plan, node, control, running, networks));
    return result;
}

static bool dns_clients_differ(const Node& node, const ContainerPlan& plan)
{
    const auto clients = dns_clients(plan);
    const auto present = node.host().read(dns_clients_file);
    if (!present)
        return !clients.empty();
    return clients.empty() || *present != to_json(clients);
}

static Result<Changes> difference(const Node& node, const ContainerControl& control,
                                  const ContainerPlan& plan)
{
    auto changes = TRY(control.difference(plan));
    if (dns_clients_differ(node, plan))
        changes.push_back({dns_clients_file, "", "whom the DNS proxy answers"});
    return changes;
}

Result<Changes> container_difference(const Node& node, const ContainerControl& control)
{
    const auto planning = TRY(plan_containers(node, control));
    return difference(node, control, planning.plan);
}

Result<Reconciled> reconcile_containers(Node& node, ContainerControl& control)
{
    auto planning = TRY(plan_containers(node, control));
    Reconciled result{.uncovered = std::move(planning.uncovered)};
    result.changes = TRY(difference(node, control, planning.plan));
    // the proxy first: nobody is led to it before it knows them
    const auto clients = dns_clients(planning.plan);
    if (dns_clients_differ(node, planning.plan))
        TRY(clients.empty() ? node.host().remove(dns_clients_file)
                            : node.host().write(dns_clients_file, to_json(clients)));
    if (!result.changes.empty())
        TRY(control.replace(planning.plan));
    return result;
}

Result<> can_be_covered(const Node& node, const ContainerControl& control, const std::string& id)
{
    const auto details = TRY(node.docker().inspect(id));
    constexpr auto hint = "give it a bridge network of its own: docker run --network NAME";
    const auto& mode = details.network_mode;
    if (mode == "host" || mode.starts_with("container:"))
        return Error{ErrorKind::Unsupported,
                     cat("container ", escaped(details.container.name, 64),
                         " has no network of its own (network mode ", escaped(mode, 32), ")"),
                     hint};
    if (details.pid == 0)
        return done;
    std::vector<std::string> uncovered;
    const auto networks = TRY(node.docker().networks());
    const auto placing = TRY(
        place({.id = id, .name = details.container.name}, details, networks, control, uncovered));
    if (placing.links.empty() && !details.endpoints.empty() && mode != "none")
        return Error{ErrorKind::Unsupported, uncovered.front(), hint};
    return done;
}

// Containers that do not run are known by their records alone.
static Result<std::string> recorded_id(const Node& node, const std::string& word)
{
    std::vector<std::string> found;
    for (const auto& policy : TRY(container_policies(node.host())))
        if (policy.name == word || (word.size() >= 4 && policy.id.starts_with(word)))
            found.push_back(policy.id);
    if (found.size() == 1)
        return found.front();
    return Error{ErrorKind::NotFound,
                 cat(found.empty() ? "no container " : "more than one container ", escaped(word)),
                 "docker ps; harden egress container list"};
}

Result<std::string> container_named(const Node& node, const std::string& word)
{
    if (is_container_id(word) && container_policy(node.host(), word))
        return word;
    auto details = node.docker().inspect(word);
    if (details)
        return details->container.id;
    auto recorded = recorded_id(node, word);
    if (recorded || details.is_absent())
        return recorded;
    return details.error();
}

}
