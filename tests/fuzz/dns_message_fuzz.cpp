#include "egress/dns_clients.h"
#include "egress/dns_message.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace harden;

// The same bytes as a container's question and as a name server's answer to it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const DnsBytes message{data, size};
    const auto query = parse_dns_query(message);
    const auto reply = dns_reply(message, DnsStatus::Refused);
    // what we answer is an answer, so that two of us never answer each other
    if (!reply.empty() && parse_dns_query(reply).is_answerable)
        std::abort();
    (void)dns_text(query.question.name);
    const auto id = static_cast<std::uint16_t>(size < 2 ? 0 : data[0] << 8U | data[1]);
    (void)parse_dns_answer(message, id, query.question);
    // the question of an answer is not read by parse_dns_query: take it from behind the header
    DnsMessage asked{data, data + size};
    if (size > 2)
        asked[2] &= 0x7fU;
    const auto answer = parse_dns_answer(message, id, parse_dns_query(asked).question);
    if (answer)
        for (const auto& each : answer->addresses)
            (void)may_be_opened_by_name(each.address);
    const std::string text{data, data + size};
    (void)parse_domain_glob(text);
    (void)parse_dns_clients(text);
    (void)parse_resolvers(text);
    return 0;
}
