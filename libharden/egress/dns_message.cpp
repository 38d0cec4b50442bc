#include "egress/dns_message.h"

#include "egress/dns_reader.h"

#include <algorithm>
#include <set>

namespace harden {

static constexpr std::size_t header_size = 12;
static constexpr std::size_t most_records = 1024;
static constexpr int most_aliases = 16;      // one after the other
static constexpr std::uint16_t internet = 1; // class IN
static constexpr std::uint16_t type_address4 = 1;
static constexpr std::uint16_t type_alias = 5;
static constexpr std::uint16_t type_address6 = 28;
static constexpr std::uint16_t is_response = 0x8000; // of the flags
static constexpr std::uint16_t operation = 0x7800;
static constexpr std::uint16_t truncated = 0x0200;
static constexpr std::uint16_t recursion_desired = 0x0100;
static constexpr std::uint16_t recursion_available = 0x0080;

namespace {

struct Header {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;
    std::uint16_t questions = 0;
    std::uint16_t answers = 0;
    std::size_t others = 0; // authority and additional records
};

struct Record {
    DnsName owner;
    std::uint16_t type = 0;
    std::uint16_t network_class = 0;
    std::uint32_t seconds = 0;
    DnsBytes data;
    DnsName alias; // of a CNAME
};

}

std::string dns_text(const DnsName& name)
{
    return name.empty() ? "." : escaped(join(name, "."));
}

static Error malformed(std::string_view what)
{
    return {ErrorKind::Malformed, cat("a DNS message makes no sense: ", what), {}};
}

static Result<Header> header(DnsReader& reader)
{
    Header found;
    found.id = TRY(reader.number16());
    found.flags = TRY(reader.number16());
    found.questions = TRY(reader.number16());
    found.answers = TRY(reader.number16());
    const std::size_t authority = TRY(reader.number16());
    found.others = authority + TRY(reader.number16());
    if (found.answers + found.others > most_records)
        return malformed("more than 1024 records");
    return found;
}

static Result<Record> record(DnsReader& reader)
{
    Record found;
    const auto start = TRY(reader.question());
    found.owner = start.name;
    found.type = start.type;
    found.network_class = start.network_class;
    const auto seconds = TRY(reader.number32());
    found.seconds = seconds > 0x7fffffffU ? 0 : seconds; // RFC 2181, 8
    const std::size_t size = TRY(reader.number16());
    const auto begin = reader.at();
    if (found.type == type_alias) {
        found.alias = TRY(reader.name());
        if (reader.at() != begin + size)
            return malformed("an alias of another length than said");
        return found;
    }
    found.data = TRY(reader.bytes(size));
    return found;
}

static Result<> only_records_follow(DnsReader& reader, std::size_t count)
{
    for (; count > 0; --count)
        TRY(record(reader));
    if (!reader.is_at_end())
        return malformed("bytes after its end");
    return done;
}

static Result<> fill(DnsQuery& query, DnsBytes message)
{
    DnsReader reader{message};
    const auto head = TRY(header(reader));
    if (head.questions != 1)
        return malformed("not one question");
    query.question = TRY(reader.question());
    query.question_end = reader.at();
    return only_records_follow(reader, head.answers + head.others);
}

DnsQuery parse_dns_query(DnsBytes message)
{
    DnsQuery query;
    if (message.size() < header_size)
        return query;
    query.id = static_cast<std::uint16_t>(message[0] << 8U | message[1]);
    const auto flags = static_cast<std::uint16_t>(message[2] << 8U | message[3]);
    query.is_answerable = (flags & is_response) == 0;
    if (!query.is_answerable)
        return query;
    if ((flags & operation) != 0)
        query.status = DnsStatus::NotImplemented;
    else if (fill(query, message))
        query.status =
            query.question.network_class == internet ? DnsStatus::Good : DnsStatus::Refused;
    return query;
}

static bool is_address(const Record& record)
{
    return record.network_class == internet &&
           ((record.type == type_address4 && record.data.size() == 4) ||
            (record.type == type_address6 && record.data.size() == 16));
}

// The name and all that its aliases lead to, whatever order they stand in.
static std::set<DnsName> names_of(const DnsName& asked, const std::vector<Record>& records)
{
    std::set<DnsName> names{asked};
    for (int alias = 0; alias < most_aliases; ++alias)
        for (const auto& each : records)
            if (each.type == type_alias && names.contains(each.owner))
                names.insert(each.alias);
    return names;
}

static std::vector<DnsAddress> addresses_in(const std::vector<Record>& records,
                                            const DnsName& asked)
{
    std::vector<DnsAddress> found;
    const auto names = names_of(asked, records);
    for (const auto& each : records) {
        if (!is_address(each) || !names.contains(each.owner))
            continue;
        Network address{.is_v6 = each.type == type_address6};
        std::ranges::copy(each.data, address.bytes.begin());
        address.prefix = address.full_prefix();
        found.push_back({address, each.seconds});
    }
    return found;
}

Result<DnsAnswer> parse_dns_answer(DnsBytes message, std::uint16_t id, const DnsQuestion& question)
{
    DnsReader reader{message};
    const auto head = TRY(header(reader));
    if (head.id != id || (head.flags & is_response) == 0 || (head.flags & operation) != 0 ||
        head.questions != 1)
        return malformed("not the answer to this question");
    if (TRY(reader.question()) != question)
        return malformed("the answer to another question");
    DnsAnswer answer{.status = static_cast<std::uint8_t>(head.flags & 0xfU),
                     .is_truncated = (head.flags & truncated) != 0};
    std::vector<Record> records;
    for (std::size_t i = 0; i < head.answers; ++i)
        records.push_back(TRY(record(reader)));
    TRY(only_records_follow(reader, head.others));
    answer.addresses = addresses_in(records, question.name);
    return answer;
}

DnsMessage with_dns_id(DnsBytes message, std::uint16_t id)
{
    DnsMessage changed{message.begin(), message.end()};
    if (changed.size() >= 2) {
        changed[0] = static_cast<std::uint8_t>(id >> 8U);
        changed[1] = static_cast<std::uint8_t>(id & 0xffU);
    }
    return changed;
}

DnsMessage dns_reply(DnsBytes query, DnsStatus status)
{
    const auto parsed = parse_dns_query(query);
    if (!parsed.is_answerable)
        return {};
    const auto end = parsed.question_end == 0 ? header_size : parsed.question_end;
    DnsMessage reply{query.begin(), query.begin() + static_cast<std::ptrdiff_t>(end)};
    const auto asked = static_cast<std::uint16_t>(query[2] << 8U | query[3]);
    const auto flags = static_cast<std::uint16_t>(is_response | recursion_available |
                                                  (asked & (operation | recursion_desired)));
    reply[2] = static_cast<std::uint8_t>(flags >> 8U);
    reply[3] = static_cast<std::uint8_t>((flags & 0xf0U) | static_cast<unsigned>(status));
    std::fill(reply.begin() + 4, reply.begin() + header_size, std::uint8_t{0});
    reply[5] = parsed.question_end == 0 ? 0 : 1;
    return reply;
}

}
