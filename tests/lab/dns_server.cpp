// A name server for tests: dns_server ADDRESS SECONDS NAME=ADDRESS|@NAME…: names that it knows
// have that address, or are another name for that one; every other name does not exist.
#include "egress/dns_message.h"
#include "system/dns_socket.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <poll.h>

using namespace harden;

namespace {

constexpr std::uint32_t seconds_to_live = 5;

std::map<std::string, std::string> known;

void put16(DnsMessage& to, unsigned value)
{
    to.push_back(static_cast<std::uint8_t>(value >> 8U));
    to.push_back(static_cast<std::uint8_t>(value & 0xffU));
}

void put_name(DnsMessage& to, const std::string& name)
{
    for (const auto label : split(name, '.')) {
        to.push_back(static_cast<std::uint8_t>(label.size()));
        to.insert(to.end(), label.begin(), label.end());
    }
    to.push_back(0);
}

void put_record(DnsMessage& to, const std::string& owner, unsigned type, const DnsMessage& data)
{
    put_name(to, owner);
    put16(to, type);
    put16(to, 1);
    put16(to, 0);
    put16(to, seconds_to_live);
    put16(to, static_cast<unsigned>(data.size()));
    std::copy(data.begin(), data.end(), std::back_inserter(to));
    ++to[7];
}

void put_answers(DnsMessage& reply, const std::string& name, std::uint16_t type)
{
    const auto found = known.find(name);
    if (found == known.end())
        return;
    if (found->second.starts_with('@')) {
        DnsMessage alias;
        put_name(alias, found->second.substr(1));
        put_record(reply, name, 5, alias);
        put_answers(reply, found->second.substr(1), type);
        return;
    }
    const auto address = parse_network(found->second);
    if (address && type == (address->is_v6 ? 28 : 1))
        put_record(reply, name, type,
                   {address->bytes.begin(), address->bytes.begin() + (address->is_v6 ? 16 : 4)});
}

DnsMessage answer(DnsBytes message)
{
    const auto query = parse_dns_query(message);
    if (query.status != DnsStatus::Good)
        return dns_reply(message, query.status);
    const auto name = dns_text(query.question.name);
    std::printf("asked %s\n", name.c_str());
    std::fflush(stdout);
    auto reply = dns_reply(message, DnsStatus::Good);
    if (!known.contains(name))
        reply[3] = static_cast<std::uint8_t>(reply[3] | 3U); // no such name
    put_answers(reply, name, query.question.type);
    return reply;
}

void serve_connection(int listener)
{
    const Descriptor peer{accept(listener, nullptr, nullptr)};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{2};
    if (const auto message = read_framed(peer.number(), 4096, deadline))
        (void)write_framed(peer.number(), answer(*message), deadline);
}

}

int main(int argc, char** argv)
{
    if (argc < 4)
        return 2;
    for (int i = 3; i < argc; ++i) {
        const std::string_view pair{argv[i]};
        const auto equals = pair.find('=');
        known.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    auto datagrams = dns_listener(Transport::Datagram, *parse_network(argv[1]), 53);
    auto streams = dns_listener(Transport::Stream, *parse_network(argv[1]), 53);
    if (!datagrams || !streams) {
        std::fprintf(stderr, "dns_server: %s\n",
                     (datagrams ? streams : datagrams).error().message.c_str());
        return 1;
    }
    std::puts("serving");
    std::fflush(stdout);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{std::atoi(argv[2])};
    while (std::chrono::steady_clock::now() < end) {
        std::array<pollfd, 2> polled{
            {{datagrams->number(), POLLIN, 0}, {streams->number(), POLLIN, 0}}};
        if (poll(polled.data(), polled.size(), 200) <= 0)
            continue;
        if (polled[0].revents != 0)
            if (const auto question = received(datagrams->number()))
                send_reply(datagrams->number(), *question, answer(question->message));
        if (polled[1].revents != 0)
            serve_connection(streams->number());
    }
    return 0;
}
