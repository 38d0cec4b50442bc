#include "system/dns_proxy.h"

#include "system/container_sets.h"
#include "system/dns_jobs.h"
#include "system/dns_privileges.h"
#include "system/dns_upstream.h"
#include "system/local_host.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <poll.h>
#include <thread>

namespace harden {

using namespace std::chrono_literals;

static constexpr int threads = 64;
static constexpr int most_datagrams_of_one = 16;
static constexpr int most_streams_of_one = 4; // a client may sit on these and say nothing
static constexpr auto stream_patience = 3s;
static constexpr int most_of_one_stream = 64; // questions
static constexpr std::size_t largest_question = 4096;
static constexpr auto resolver_file = "/etc/resolv.conf";
static constexpr Network every_address4{.is_v6 = false};
static constexpr Network every_address6{.is_v6 = true};
static constexpr int most_lines = 10; // of the log, a second

namespace {

using Clients = std::shared_ptr<const std::vector<DnsClient>>;

// A file's contents as long as it is the same file.
struct Watched {
    Path file;
    std::optional<FileStatus> seen;

    // The new contents where there are any; empty where the file has gone.
    std::optional<std::string> news()
    {
        const LocalHost host;
        const auto status = host.status(file);
        const bool is_same = status ? seen && seen->inode == status->inode &&
                                          seen->modified == status->modified &&
                                          seen->size == status->size
                                    : !seen && is_known;
        if (is_same)
            return std::nullopt;
        is_known = true;
        seen = status ? std::optional{*status} : std::nullopt;
        const auto contents = host.read(file);
        return contents ? *contents : std::string{};
    }

    bool is_known = false;
};

class Proxy {
public:
    explicit Proxy(const DnsProxyOptions& options)
        : options_{options}
        , clients_file_{options.clients_file, {}}
        , servers_{options.upstreams}
    {
    }

    Result<> start();
    [[noreturn]] void serve();

private:
    struct Listener {
        Descriptor socket;
        Transport transport;
    };

    void read_news();
    void take_datagrams(int socket);
    void take_connections(int socket);
    void serve_stream(const Descriptor& socket, const DnsClient& client);
    DnsMessage answer(const DnsClient& client, DnsBytes message, Transport transport);
    DnsMessage forwarded(const DnsClient& client, const DnsQuery& query, DnsBytes message,
                         Transport transport);
    Result<> open(const DnsClient& client, const std::vector<DnsAddress>& addresses);
    std::vector<AllowedTarget> servers();
    void log(const std::string& line);

    const DnsProxyOptions& options_;
    std::vector<Listener> listeners_;
    DnsJobs jobs_;
    Watched clients_file_;
    Watched resolvers_{resolver_file, {}};
    Clients clients_ = std::make_shared<const std::vector<DnsClient>>();
    std::mutex mutex_; // of what follows
    std::vector<AllowedTarget> servers_;
    std::chrono::steady_clock::time_point second_{};
    int lines_ = 0;
};

void Proxy::log(const std::string& line)
{
    const std::lock_guard guard{mutex_};
    const auto now = std::chrono::steady_clock::now();
    if (now - second_ > 1s) {
        second_ = now;
        lines_ = 0;
    }
    if (lines_++ < most_lines)
        options_.log(line);
}

std::vector<AllowedTarget> Proxy::servers()
{
    const std::lock_guard guard{mutex_};
    return servers_;
}

// Between two questions only: what reconciles writes the file before it leads anybody here.
void Proxy::read_news()
{
    if (const auto text = clients_file_.news()) {
        auto parsed = text->empty() ? std::vector<DnsClient>{} : parse_dns_clients(*text);
        if (!parsed)
            log(cat(clients_file_.file.native(), ": ", parsed.error().message));
        else
            clients_ = std::make_shared<const std::vector<DnsClient>>(std::move(*parsed));
    }
    if (!options_.upstreams.empty())
        return;
    if (const auto text = resolvers_.news()) {
        const std::lock_guard guard{mutex_};
        servers_.clear();
        for (const auto& address : parse_resolvers(*text))
            servers_.push_back({address, {}});
    }
}

// What a name may not open is left shut; the answer goes out as it came.
static std::vector<DnsAddress> openable(const std::vector<DnsAddress>& addresses)
{
    std::vector<DnsAddress> found;
    for (const auto& [address, seconds] : addresses) {
        const bool is_known =
            std::ranges::find(found, address, &DnsAddress::address) != found.end();
        if (!is_known && may_be_opened_by_name(address))
            found.push_back({address, seconds_open(seconds)});
    }
    return found;
}

Result<> Proxy::open(const DnsClient& client, const std::vector<DnsAddress>& addresses)
{
    thread_local auto socket = NftSocket::open();
    if (!socket)
        return socket.error();
    return open_addresses(*socket, client.id, addresses);
}

DnsMessage Proxy::forwarded(const DnsClient& client, const DnsQuery& query, DnsBytes message,
                            Transport transport)
{
    const auto upstream = ask_upstream(servers(), query, message, transport);
    if (!upstream) {
        log(cat(client.id.substr(0, 12), " ", dns_text(query.question.name), ": ",
                upstream.error().message));
        return dns_reply(message, DnsStatus::Failed);
    }
    const auto addresses = openable(upstream->parsed.addresses);
    if (!addresses.empty())
        if (const auto opened = open(client, addresses); !opened) {
            log(cat(client.id.substr(0, 12), " ", dns_text(query.question.name), ": ",
                    opened.error().message));
            return dns_reply(message, DnsStatus::Failed);
        }
    return with_dns_id(upstream->message, query.id);
}

DnsMessage Proxy::answer(const DnsClient& client, DnsBytes message, Transport transport)
{
    const auto query = parse_dns_query(message);
    if (query.status != DnsStatus::Good)
        return dns_reply(message, query.status);
    if (may_ask(client, query.question.name))
        return forwarded(client, query, message, transport);
    log(cat("refused ", client.id.substr(0, 12), " ", dns_text(query.question.name)));
    return dns_reply(message, DnsStatus::Refused);
}

void Proxy::take_datagrams(int socket)
{
    constexpr int at_once = 64; // then the other sockets have their turn
    for (int i = 0; i < at_once; ++i) {
        auto datagram = received(socket);
        if (!datagram)
            return;
        const auto clients = clients_;
        const auto* client = client_at(*clients, network_of(datagram->from));
        if (client == nullptr)
            continue;
        jobs_.put({client->id, most_datagrams_of_one,
                   [this, socket, clients, client, asked = std::move(*datagram)] {
                       const auto reply = answer(*client, asked.message, Transport::Datagram);
                       if (!reply.empty())
                           send_reply(socket, asked, reply);
                   }});
    }
}

void Proxy::serve_stream(const Descriptor& socket, const DnsClient& client)
{
    for (int i = 0; i < most_of_one_stream; ++i) {
        const auto deadline = std::chrono::steady_clock::now() + stream_patience;
        const auto message = read_framed(socket.number(), largest_question, deadline);
        if (!message)
            return;
        const auto reply = answer(client, *message, Transport::Stream);
        if (reply.empty() || !write_framed(socket.number(), reply,
                                           std::chrono::steady_clock::now() + stream_patience))
            return;
    }
}

void Proxy::take_connections(int socket)
{
    SocketAddress from{.size = sizeof from.bytes};
    auto accepted =
        std::make_shared<Descriptor>(accept4(socket, reinterpret_cast<sockaddr*>(&from.bytes),
                                             &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted->is_open())
        return;
    const auto clients = clients_;
    const auto* client = client_at(*clients, network_of(from));
    if (client != nullptr)
        jobs_.put({cat(client->id, " stream"), most_streams_of_one,
                   [this, accepted, clients, client] { serve_stream(*accepted, *client); }});
}

Result<> Proxy::start()
{
    for (const auto transport : {Transport::Datagram, Transport::Stream}) {
        listeners_.push_back(
            {TRY(dns_listener(transport, every_address4, options_.port)), transport});
        // a node without IPv6 has no clients there
        if (auto six = dns_listener(transport, every_address6, options_.port))
            listeners_.push_back({std::move(*six), transport});
    }
    TRY(keep_network_administration_only());
    TRY(NftSocket::open());
    read_news();
    for (int i = 0; i < threads; ++i)
        std::thread{[this] {
            for (;;)
                jobs_.work();
        }}.detach();
    return done;
}

void Proxy::serve()
{
    std::vector<pollfd> polled;
    for (const auto& listener : listeners_)
        polled.push_back({.fd = listener.socket.number(), .events = POLLIN, .revents = 0});
    for (;;) {
        if (poll(polled.data(), polled.size(), -1) <= 0)
            continue;
        read_news();
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (polled[i].revents == 0)
                continue;
            if (listeners_[i].transport == Transport::Datagram)
                take_datagrams(polled[i].fd);
            else
                take_connections(polled[i].fd);
        }
    }
}

}

Error run_dns_proxy(const DnsProxyOptions& options)
{
    Proxy proxy{options};
    auto started = proxy.start();
    if (!started)
        return std::move(started).error();
    options.log(cat("answers containers on port ", std::to_string(options.port)));
    proxy.serve();
}

}
