#pragma once

#include "egress/dns_message.h"

namespace harden {

// Walks through a message. What runs over the end, points forwards or is longer than the protocol
// allows is Malformed: nothing is read twice, so no message costs more than its own length squared.
class DnsReader {
public:
    explicit DnsReader(DnsBytes message)
        : message_{message}
    {
    }

    std::size_t at() const { return at_; }
    bool is_at_end() const { return at_ == message_.size(); }

    Result<std::uint16_t> number16();
    Result<std::uint32_t> number32();
    Result<DnsBytes> bytes(std::size_t count);
    Result<DnsName> name();
    Result<DnsQuestion> question();

private:
    Result<std::size_t> add_labels(DnsName& name, std::size_t from, std::size_t& length) const;

    DnsBytes message_;
    std::size_t at_ = 0;
};

}
