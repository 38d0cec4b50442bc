#include "node/connection_text.h"

#include "base/text.h"
#include "node/address.h"

namespace harden {

// "ipv4     2 tcp      6 431999 ESTABLISHED src=172.17.0.2 dst=192.0.2.1 sport=40000 dport=443
//  packets=3 bytes=180 src=192.0.2.1 dst=172.17.0.2 sport=443 dport=40000 … [ASSURED] use=1":
// first the packet that began it, then the answer to it. Counts stand there where they are kept.

static Error malformed(std::string_view line)
{
    return {ErrorKind::Malformed, cat("not a tracked connection: '", escaped(line, 128), "'"), {}};
}

// The kernel writes all of an IPv6 address, others what is needed of it.
static Result<std::string> shortened(std::string_view address)
{
    if (address.find(':') == std::string_view::npos)
        return std::string{address};
    const auto network = TRY(parse_network(address));
    return to_text(network);
}

static Result<std::uint16_t> port(std::string_view text)
{
    constexpr long long highest = 65535;
    const auto number = to_number(text);
    if (!number || *number < 0 || *number > highest)
        return malformed(text);
    return static_cast<std::uint16_t>(*number);
}

namespace {

// Takes the words of a line, one after the other.
class Reader {
public:
    Result<> take(std::string_view word);
    Connection connection{.answered = true};
    int directions = 0; // of which the line has told the source

private:
    Result<> take(std::string_view key, std::string_view value);
};

Result<> Reader::take(std::string_view word)
{
    if (word == "[UNREPLIED]")
        connection.answered = false;
    else if (word == "ESTABLISHED" && connection.protocol == "tcp")
        connection.established = true;
    else if (const auto equals = word.find('='); equals != std::string_view::npos)
        return take(word.substr(0, equals), word.substr(equals + 1));
    return done;
}

Result<> Reader::take(std::string_view key, std::string_view value)
{
    directions += key == "src" ? 1 : 0;
    const bool is_first = directions == 1;
    if (key == "src" && is_first)
        connection.source = TRY(shortened(value));
    else if (key == "dst" && is_first)
        connection.destination = TRY(shortened(value));
    else if (key == "sport" && is_first)
        connection.source_port = TRY(port(value));
    else if (key == "dport" && is_first)
        connection.destination_port = TRY(port(value));
    else if (key == "bytes") {
        const auto bytes = to_number(value);
        if (!bytes || *bytes < 0)
            return malformed(value);
        (is_first ? connection.sent_bytes : connection.received_bytes) =
            static_cast<std::uint64_t>(*bytes);
    }
    return done;
}

}

Result<Connection> parse_connection(std::string_view line)
{
    constexpr int protocol_word = 2;
    Reader reader;
    int number = 0;
    for (const auto word : split(line, ' ')) {
        if (word.empty())
            continue;
        if (number++ == protocol_word)
            reader.connection.protocol = word;
        else
            TRY(reader.take(word));
    }
    if (reader.directions != 2 || reader.connection.destination.empty())
        return malformed(line);
    return std::move(reader.connection);
}

}
