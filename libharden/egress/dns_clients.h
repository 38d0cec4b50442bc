#pragma once

#include "egress/container_control.h"

namespace harden {

inline constexpr auto dns_clients_file = "/run/harden/egress-dns.json";

// Whom the proxy answers, and what for.
struct DnsClient {
    std::string id;
    std::vector<Network> addresses;
    std::vector<DomainGlob> domains;
};
std::vector<DnsClient> dns_clients(const ContainerPlan& plan);

// schema "harden.dns-clients/1"
std::string to_json(const std::vector<DnsClient>& clients);
Result<std::vector<DnsClient>> parse_dns_clients(std::string_view json);

const DnsClient* client_at(const std::vector<DnsClient>& clients, const Network& address);
bool may_ask(const DnsClient& client, const DnsName& name);

}
