#include "egress/dns_message.h"
#include "support/catch.hpp"

using namespace harden;

namespace {

DnsMessage bytes(std::string_view text)
{
    return {text.begin(), text.end()};
}

// "www.example.org" as it stands on the wire.
std::string wire(std::string_view name)
{
    std::string result;
    for (const auto label : split(name, '.')) {
        result += static_cast<char>(label.size());
        result += label;
    }
    return result + '\0';
}

std::string number(unsigned value)
{
    return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

std::string header(unsigned flags, unsigned questions, unsigned answers, unsigned others = 0)
{
    return number(0x1234) + number(flags) + number(questions) + number(answers) + number(0) +
           number(others);
}

std::string question(std::string_view name, unsigned type = 1)
{
    return wire(name) + number(type) + number(1);
}

std::string record(const std::string& owner, unsigned type, const std::string& data,
                   unsigned seconds = 300)
{
    return owner + number(type) + number(1) + number(0) + number(seconds) +
           number(static_cast<unsigned>(data.size())) + data;
}

const DnsQuestion asked{{"www", "example", "org"}, 1, 1};
const std::string four{"\x01\x02\x03\x04"};

}

TEST_CASE("a question is read whatever the case of its letters")
{
    const auto query = parse_dns_query(bytes(header(0x0100, 1, 0) + question("WWW.Example.org")));
    CHECK(query.status == DnsStatus::Good);
    CHECK(query.id == 0x1234);
    CHECK(query.question == asked);
    CHECK(dns_text(query.question.name) == "www.example.org");
}

TEST_CASE("a question may carry EDNS")
{
    const auto options =
        std::string(1, '\0') + number(41) + number(1232) + number(0) + number(0) + number(0);
    CHECK(parse_dns_query(bytes(header(0x0100, 1, 0, 1) + question("a.b") + options)).status ==
          DnsStatus::Good);
}

TEST_CASE("hostile questions are malformed")
{
    const auto pointer_to_itself = std::string{"\xc0\x0c", 2};
    const auto pointer_forwards = std::string{"\xc0\x20", 2};
    struct Case {
        const char* what;
        std::string message;
    };
    const Case cases[] = {
        {"no question", header(0x0100, 0, 0)},
        {"two questions", header(0x0100, 2, 0) + question("a.b") + question("a.b")},
        {"a pointer to itself", header(0, 1, 0) + pointer_to_itself + number(1) + number(1)},
        {"a pointer forwards", header(0, 1, 0) + pointer_forwards + number(1) + number(1)},
        {"a label over the end", header(0, 1, 0) + "\x3f" + "abc"},
        {"a reserved label", header(0, 1, 0) + "\x80" + "abc" + std::string(60, 'a')},
        {"bytes after the end", header(0, 1, 0) + question("a.b") + "x"},
        {"records that are not there", header(0, 1, 0xffff) + question("a.b")},
        {"a name of 300 bytes",
         header(0, 1, 0) + question(std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                                    std::string(60, 'c') + "." + std::string(60, 'd') + "." +
                                    std::string(60, 'e'))},
    };
    for (const auto& [what, message] : cases) {
        CAPTURE(what);
        CHECK(parse_dns_query(bytes(message)).status == DnsStatus::Malformed);
        const auto reply = dns_reply(bytes(message), DnsStatus::Malformed);
        REQUIRE(reply.size() >= 12);
        CHECK((reply[3] & 0xfU) == 1);
    }
}

TEST_CASE("nobody answers half a header or an answer")
{
    CHECK(dns_reply(bytes("short"), DnsStatus::Malformed).empty());
    CHECK(dns_reply(bytes(header(0x8000, 1, 0) + question("a.b")), DnsStatus::Refused).empty());
    CHECK(parse_dns_query(bytes(header(0x2800, 1, 0) + question("a.b"))).status ==
          DnsStatus::NotImplemented);
}

TEST_CASE("a refusal repeats the question and nothing else")
{
    const auto query = bytes(header(0x0100, 1, 0) + question("evil.net"));
    const auto reply = dns_reply(query, DnsStatus::Refused);
    CHECK(reply == bytes(number(0x1234) + number(0x8185) + number(1) + number(0) + number(0) +
                         number(0) + question("evil.net")));
}

TEST_CASE("an answer gives the addresses of the name and of what its aliases lead to")
{
    const auto name = std::string{"\xc0\x0c", 2};
    const auto message =
        header(0x8180, 1, 4) + question("www.example.org") +
        record(wire("cdn.example.net"), 1, four, 30) + // before the alias that leads to it
        record(name, 5, wire("CDN.example.net")) +
        record(wire("other.example.net"), 1, "\5\6\7\x08") +
        record(wire("cdn.example.net"), 28, std::string(16, '\x20'));
    const auto answer = parse_dns_answer(bytes(message), 0x1234, asked);
    REQUIRE(answer);
    REQUIRE(answer->addresses.size() == 2);
    CHECK(to_text(answer->addresses[0].address) == "1.2.3.4");
    CHECK(answer->addresses[0].seconds == 30);
    CHECK(to_text(answer->addresses[1].address) == "2020:2020:2020:2020:2020:2020:2020:2020");
}

TEST_CASE("an answer counts only with the id and the question that were sent")
{
    const auto good = header(0x8180, 1, 1) + question("www.example.org") +
                      record(wire("www.example.org"), 1, four);
    CHECK(parse_dns_answer(bytes(good), 0x1234, asked));
    CHECK_FALSE(parse_dns_answer(bytes(good), 0x1235, asked));
    CHECK_FALSE(parse_dns_answer(bytes(good), 0x1234, {{"evil", "net"}, 1, 1}));
    CHECK_FALSE(parse_dns_answer(bytes(good), 0x1234, {asked.name, 28, 1}));
    CHECK_FALSE(parse_dns_answer(bytes(good.substr(0, good.size() - 1)), 0x1234, asked));
    CHECK_FALSE(
        parse_dns_answer(bytes(header(0x0180, 1, 0) + question("www.example.org")), 0x1234, asked));
}

TEST_CASE("aliases that lead in a circle lead to no address")
{
    const auto message = header(0x8180, 1, 2) + question("www.example.org") +
                         record(wire("www.example.org"), 5, wire("b.org")) +
                         record(wire("b.org"), 5, wire("www.example.org"));
    const auto answer = parse_dns_answer(bytes(message), 0x1234, asked);
    REQUIRE(answer);
    CHECK(answer->addresses.empty());
}

TEST_CASE("a truncated answer and a status are told")
{
    const auto answer =
        parse_dns_answer(bytes(header(0x8383, 1, 0) + question("www.example.org")), 0x1234, asked);
    REQUIRE(answer);
    CHECK(answer->is_truncated);
    CHECK(answer->status == 3);
}

TEST_CASE("a time to live with its highest bit set is none")
{
    const auto message = header(0x8180, 1, 1) + question("www.example.org") +
                         wire("www.example.org") + number(1) + number(1) + "\xff\xff\xff\xff" +
                         number(4) + four;
    const auto answer = parse_dns_answer(bytes(message), 0x1234, asked);
    REQUIRE(answer);
    REQUIRE(answer->addresses.size() == 1);
    CHECK(answer->addresses[0].seconds == 0);
}
