#include "egress/dns_reader.h"

namespace harden {

static constexpr std::size_t longest_name = 255;   // bytes on the wire, RFC 1035, 2.3.4
static constexpr std::uint8_t pointer_mark = 0xc0; // both bits: a pointer; one of them: reserved

static Error malformed(std::string_view what)
{
    return {ErrorKind::Malformed, cat("a DNS message makes no sense: ", what), {}};
}

Result<DnsBytes> DnsReader::bytes(std::size_t count)
{
    if (count > message_.size() - at_)
        return malformed("it ends too early");
    const auto found = message_.subspan(at_, count);
    at_ += count;
    return found;
}

Result<std::uint16_t> DnsReader::number16()
{
    const auto two = TRY(bytes(2));
    return static_cast<std::uint16_t>(two[0] << 8U | two[1]);
}

Result<std::uint32_t> DnsReader::number32()
{
    const std::uint32_t high = TRY(number16());
    const std::uint32_t low = TRY(number16());
    return high << 16U | low;
}

static char lower(std::uint8_t byte)
{
    return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

// Labels up to the root or the first pointer, whose place in the message is returned.
Result<std::size_t> DnsReader::add_labels(DnsName& name, std::size_t from,
                                          std::size_t& length) const
{
    for (std::size_t at = from; at < message_.size();) {
        const auto size = message_[at];
        if (size == 0 || (size & pointer_mark) == pointer_mark)
            return at;
        if ((size & pointer_mark) != 0)
            return malformed("a label of a reserved kind");
        length += size + 1U;
        if (length >= longest_name)
            return malformed("a name longer than 255 bytes");
        if (size >= message_.size() - at)
            return malformed("a label runs over the end");
        std::string label;
        for (const auto byte : message_.subspan(at + 1, size))
            label.push_back(lower(byte));
        name.push_back(std::move(label));
        at += size + 1U;
    }
    return malformed("a name runs over the end");
}

Result<DnsName> DnsReader::name()
{
    DnsName found;
    std::size_t length = 0;
    std::size_t begin = at_;
    bool is_first = true;
    for (;;) {
        const auto end = TRY(add_labels(found, begin, length));
        const bool is_root = message_[end] == 0;
        if (!is_root && end + 1 >= message_.size())
            return malformed("a pointer runs over the end");
        if (std::exchange(is_first, false))
            at_ = end + (is_root ? 1 : 2);
        if (is_root)
            return found;
        const auto target =
            static_cast<std::size_t>((message_[end] & 0x3fU) << 8U | message_[end + 1]);
        // strictly backwards: there is no loop in that direction
        if (target >= begin)
            return malformed("a pointer that does not point backwards");
        begin = target;
    }
}

Result<DnsQuestion> DnsReader::question()
{
    DnsQuestion found;
    found.name = TRY(name());
    found.type = TRY(number16());
    found.network_class = TRY(number16());
    return found;
}

}
