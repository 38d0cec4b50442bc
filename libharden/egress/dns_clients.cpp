#include "egress/dns_clients.h"

#include "base/json_view.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace harden {

using Json = nlohmann::ordered_json;

static constexpr auto schema = "harden.dns-clients/1";

std::vector<DnsClient> dns_clients(const ContainerPlan& plan)
{
    std::vector<DnsClient> clients;
    for (const auto& container : plan) {
        if (!container.policy.needs_dns() || container.links.empty())
            continue;
        DnsClient client{.id = container.policy.id, .domains = container.policy.domains};
        for (const auto& link : container.links) {
            auto texts = link.addresses6;
            texts.push_back(link.address4);
            for (const auto& text : texts)
                if (const auto address = parse_network(text))
                    client.addresses.push_back(*address);
        }
        clients.push_back(std::move(client));
    }
    return clients;
}

std::string to_json(const std::vector<DnsClient>& clients)
{
    auto rows = Json::array();
    for (const auto& client : clients) {
        auto addresses = Json::array();
        for (const auto& address : client.addresses)
            addresses.push_back(to_text(address));
        auto domains = Json::array();
        for (const auto& domain : client.domains)
            domains.push_back(to_text(domain));
        rows.push_back({{"id", client.id}, {"addresses", addresses}, {"domains", domains}});
    }
    return Json{{"schema", schema}, {"clients", rows}}.dump(2) + "\n";
}

static Result<DnsClient> client_from(const JsonView& row)
{
    DnsClient client{.id = row.text("id")};
    if (!is_container_id(client.id))
        return Error{ErrorKind::Malformed, "a client without an id", {}};
    for (const auto& text : row.texts("addresses"))
        client.addresses.push_back(TRY(parse_network(text)));
    for (const auto& text : row.texts("domains"))
        client.domains.push_back(TRY(parse_domain_glob(text)));
    return client;
}

Result<std::vector<DnsClient>> parse_dns_clients(std::string_view json)
{
    const auto view = TRY(parse_json(json));
    std::vector<DnsClient> clients;
    for (const auto& row : view.rows("clients"))
        clients.push_back(TRY(client_from(row)));
    if (!view.problem().empty() || view.text("schema") != schema)
        return Error{ErrorKind::Malformed, cat("no list of DNS clients: ", view.problem()), {}};
    return clients;
}

const DnsClient* client_at(const std::vector<DnsClient>& clients, const Network& address)
{
    for (const auto& client : clients)
        if (std::ranges::find(client.addresses, address) != client.addresses.end())
            return &client;
    return nullptr;
}

bool may_ask(const DnsClient& client, const DnsName& name)
{
    return std::ranges::any_of(client.domains,
                               [&](const DomainGlob& glob) { return matches(glob, name); });
}

}
