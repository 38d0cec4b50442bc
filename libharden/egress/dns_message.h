#pragma once

#include "base/result.h"
#include "node/address.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace harden {

using DnsBytes = std::span<const std::uint8_t>;
using DnsMessage = std::vector<std::uint8_t>;

// Labels in lower case, the host's own first. A label may hold any byte, also a dot.
using DnsName = std::vector<std::string>;
std::string dns_text(const DnsName& name); // "www.example.org", other people's bytes escaped

// RFC 1035, 4.1.1; the values are those on the wire.
enum class DnsStatus : std::uint8_t {
    Good = 0,
    Malformed = 1,
    Failed = 2,
    NotImplemented = 4,
    Refused = 5
};

struct DnsQuestion {
    DnsName name;
    std::uint16_t type = 0;
    std::uint16_t network_class = 0;
    bool operator==(const DnsQuestion&) const = default;
};

// What a client sent. Good: `question` holds what it asks.
struct DnsQuery {
    DnsStatus status = DnsStatus::Malformed;
    bool is_answerable = false; // nobody answers half a header, or an answer
    std::uint16_t id = 0;
    DnsQuestion question;
    std::size_t question_end = 0; // bytes from the message's begin
};
DnsQuery parse_dns_query(DnsBytes message);

struct DnsAddress {
    Network address;
    std::uint32_t seconds = 0; // to live
    bool operator==(const DnsAddress&) const = default;
};

struct DnsAnswer {
    std::uint8_t status = 0;
    bool is_truncated = false;
    std::vector<DnsAddress> addresses; // of the name asked for, or of what its aliases lead to
};
// Malformed where it is no well-formed answer to exactly this question with this id.
Result<DnsAnswer> parse_dns_answer(DnsBytes message, std::uint16_t id, const DnsQuestion& question);

// An answer without records, to the question that stands in `query`.
DnsMessage dns_reply(DnsBytes query, DnsStatus status);
DnsMessage with_dns_id(DnsBytes message, std::uint16_t id);

}
