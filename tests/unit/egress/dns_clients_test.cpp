#include "egress/dns_clients.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("the list of clients is read back as it was written, and nothing else is one")
{
    const std::vector<DnsClient> clients{
        {std::string(64, 'a'),
         {*parse_network("172.17.0.2"), *parse_network("2001:db8::2")},
         {*parse_domain_glob("*.example.org")}}};
    const auto json = to_json(clients);
    const auto back = parse_dns_clients(json);
    REQUIRE(back);
    CHECK(to_json(*back) == json);
    CHECK(client_at(*back, *parse_network("2001:db8::2")) != nullptr);
    for (const auto* broken :
         {"", "{}", "[]", R"({"schema":"harden.dns-clients/1","clients":[{"id":"x"}]})",
          R"({"schema":"harden.dns-clients/2","clients":[]})",
          R"({"schema":"harden.dns-clients/1","clients":{}})"})
        CHECK_FALSE(parse_dns_clients(broken));
}
