#include "system/connection_table.h"

#include "base/text.h"
#include "node/connection_text.h"
#include "system/descriptor.h"
#include "system/netlink_attributes.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <endian.h>
#include <fcntl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <unistd.h>

namespace harden {

static std::string address_in(const nlattr* attribute)
{
    const int family = mnl_attr_get_payload_len(attribute) == sizeof(in6_addr) ? AF_INET6 : AF_INET;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (inet_ntop(family, mnl_attr_get_payload(attribute), text.data(), text.size()) == nullptr)
        return {};
    return text.data();
}

static std::string name_of_protocol(std::uint8_t number)
{
    switch (number) {
    case IPPROTO_TCP:
        return "tcp";
    case IPPROTO_UDP:
        return "udp";
    case IPPROTO_SCTP:
        return "sctp";
    case IPPROTO_ICMP:
        return "icmp";
    case IPPROTO_ICMPV6:
        return "icmpv6";
    default:
        return std::to_string(number);
    }
}

static void take_ports(const nlattr* nest, Connection& connection)
{
    each_nested(nest, [&](const nlattr* attribute) {
        switch (mnl_attr_get_type(attribute)) {
        case CTA_PROTO_NUM:
            connection.protocol = name_of_protocol(mnl_attr_get_u8(attribute));
            break;
        case CTA_PROTO_SRC_PORT:
            connection.source_port = ntohs(mnl_attr_get_u16(attribute));
            break;
        case CTA_PROTO_DST_PORT:
            connection.destination_port = ntohs(mnl_attr_get_u16(attribute));
            break;
        default:
            break;
        }
    });
}

static void take_addresses(const nlattr* nest, Connection& connection)
{
    each_nested(nest, [&](const nlattr* attribute) {
        const auto type = mnl_attr_get_type(attribute);
        if (type == CTA_IP_V4_SRC || type == CTA_IP_V6_SRC)
            connection.source = address_in(attribute);
        if (type == CTA_IP_V4_DST || type == CTA_IP_V6_DST)
            connection.destination = address_in(attribute);
    });
}

static void take_first_packet(const nlattr* nest, Connection& connection)
{
    each_nested(nest, [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == CTA_TUPLE_IP)
            take_addresses(attribute, connection);
        if (mnl_attr_get_type(attribute) == CTA_TUPLE_PROTO)
            take_ports(attribute, connection);
    });
}

static bool is_established(const nlattr* nest)
{
    bool is = false;
    each_nested(nest, [&](const nlattr* protocol) {
        if (mnl_attr_get_type(protocol) != CTA_PROTOINFO_TCP)
            return;
        each_nested(protocol, [&](const nlattr* attribute) {
            if (mnl_attr_get_type(attribute) == CTA_PROTOINFO_TCP_STATE)
                is = mnl_attr_get_u8(attribute) == TCP_CONNTRACK_ESTABLISHED;
        });
    });
    return is;
}

static std::optional<std::uint64_t> bytes_in(const nlattr* nest)
{
    std::optional<std::uint64_t> bytes;
    each_nested(nest, [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == CTA_COUNTERS_BYTES)
            bytes = be64toh(mnl_attr_get_u64(attribute));
    });
    return bytes;
}

static void take_part(const nlattr* attribute, Connection& connection)
{
    switch (mnl_attr_get_type(attribute)) {
    case CTA_TUPLE_ORIG:
        take_first_packet(attribute, connection);
        break;
    case CTA_STATUS:
        connection.answered = (ntohl(mnl_attr_get_u32(attribute)) & IPS_SEEN_REPLY) != 0;
        break;
    case CTA_PROTOINFO:
        connection.established = is_established(attribute);
        break;
    case CTA_COUNTERS_ORIG:
        connection.sent_bytes = bytes_in(attribute);
        break;
    case CTA_COUNTERS_REPLY:
        connection.received_bytes = bytes_in(attribute);
        break;
    default:
        break;
    }
}

static Connection connection_in(const nlmsghdr* message)
{
    Connection connection;
    each_attribute(message, sizeof(nfgenmsg),
                   [&](const nlattr* attribute) { take_part(attribute, connection); });
    return connection;
}

static nlmsghdr* question_in(std::span<char> buffer, int type)
{
    auto* question = mnl_nlmsg_put_header(buffer.data());
    question->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK << 8 | type);
    auto* family = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(question, sizeof(nfgenmsg)));
    family->nfgen_family = AF_UNSPEC;
    family->version = NFNETLINK_V0;
    return question;
}

// As the kernel keeps count, which costs one short message.
static Result<std::size_t> how_many(KernelSocket& netfilter)
{
    alignas(nlmsghdr) std::array<char, 128> buffer{};
    const auto* question = question_in(buffer, IPCTNL_MSG_CT_GET_STATS);
    const std::array questions{std::string{buffer.data(), question->nlmsg_len}};
    std::optional<std::size_t> count;
    const auto take = [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == CTA_STATS_GLOBAL_ENTRIES)
            count = ntohl(mnl_attr_get_u32(attribute));
    };
    TRY(netfilter.ask(questions, [&](std::size_t, const nlmsghdr* message) {
        each_attribute(message, sizeof(nfgenmsg), take);
    }));
    if (!count)
        return Error{ErrorKind::Unsupported, "the kernel does not count tracked connections", {}};
    return *count;
}

static Error too_many(std::size_t count, std::size_t most)
{
    return {ErrorKind::Unsupported,
            cat("the kernel tracks ", std::to_string(count), " connections, more than the ",
                std::to_string(most), " that a look reads"),
            {}};
}

static Result<> take_lines(std::string& text, std::vector<Connection>& connections)
{
    const auto end = text.rfind('\n');
    if (end == std::string::npos)
        return done;
    for (const auto line : lines(std::string_view{text}.substr(0, end + 1)))
        connections.push_back(TRY(parse_connection(line)));
    text.erase(0, end + 1);
    return done;
}

// Of a table with few connections in it the text costs a twentieth of the dump, which locks every
// one of its many buckets.
static Result<std::vector<Connection>> read_text()
{
    static constexpr auto file = "/proc/self/net/nf_conntrack";
    const Descriptor opened{open(file, O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open())
        return Error{ErrorKind::NotFound, cat(file, ": ", std::strerror(errno)), {}};
    std::vector<Connection> connections;
    std::string text;
    std::array<char, 16 * 1024> part{};
    for (;;) {
        const auto size = read(opened.number(), part.data(), part.size());
        if (size < 0)
            return Error{ErrorKind::Failed, cat(file, ": ", std::strerror(errno)), {}};
        if (size == 0)
            return connections;
        text.append(part.data(), static_cast<std::size_t>(size));
        TRY(take_lines(text, connections));
    }
}

static Result<std::vector<Connection>> read_dump(KernelSocket& netfilter, std::size_t most)
{
    alignas(nlmsghdr) std::array<char, 128> buffer{};
    std::vector<Connection> connections;
    std::size_t seen = 0;
    TRY(netfilter.dump(question_in(buffer, IPCTNL_MSG_CT_GET), [&](const nlmsghdr* message) {
        if (++seen <= most)
            connections.push_back(connection_in(message));
    }));
    if (seen > most)
        return too_many(seen, most);
    return connections;
}

Result<std::vector<Connection>> read_connections(KernelSocket& netfilter,
                                                 const ConnectionLimits& limits)
{
    const auto count = TRY(how_many(netfilter));
    if (count > limits.most)
        return too_many(count, limits.most);
    if (count == 0)
        return Error{ErrorKind::NotFound, "the kernel tracks no connection", {}};
    if (count <= limits.few)
        if (auto connections = read_text())
            return connections;
    return read_dump(netfilter, limits.most);
}

}
