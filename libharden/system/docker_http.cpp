#include "system/docker_http.h"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <memory>

namespace harden {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;

static Error broken(const Path& socket, const error_code& code)
{
    if (code == asio::error::timed_out)
        return {ErrorKind::TimedOut, cat(socket.native(), " does not answer in time"), {}};
    return {ErrorKind::Failed, cat(socket.native(), ": ", code.message()), {}};
}

static Error unreachable(const error_code& code)
{
    auto kind = ErrorKind::Failed;
    if (code == boost::system::errc::no_such_file_or_directory ||
        code == asio::error::connection_refused)
        kind = ErrorKind::NotFound;
    if (code == boost::system::errc::permission_denied)
        kind = ErrorKind::Denied;
    if (code == asio::error::timed_out)
        kind = ErrorKind::TimedOut;
    return {kind, code.message(), {}};
}

// One connection and the deadline that everything on it shares.
class Exchange {
public:
    Exchange(const Path& socket, const HttpLimits& limits)
        : path_{socket}
        , limits_{limits}
        , deadline_{Steady::now() + limits.timeout}
    {
    }

    Result<> connect()
    {
        const asio::local::stream_protocol::endpoint endpoint{path_.native()};
        const auto code = awaited([&](auto handler) { socket_.async_connect(endpoint, handler); });
        if (code)
            return unreachable(code);
        return done;
    }

    Result<> send(const HttpRequest& request)
    {
        http::request<http::span_body<const char>> message;
        message.method_string(request.method);
        message.target(request.target);
        message.set(http::field::host, "docker");
        message.set(http::field::user_agent, "harden");
        if (!request.content_type.empty())
            message.set(http::field::content_type, request.content_type);
        message.body() = {request.body.data(), request.body.size()};
        message.keep_alive(false);
        message.prepare_payload();
        const auto code = awaited([&](auto handler) {
            http::async_write(socket_, message,
                              [handler](error_code failed, std::size_t) { handler(failed); });
        });
        // A server that has heard enough answers and hangs up: its reply says why.
        if (code && code != asio::error::broken_pipe && code != asio::error::connection_reset)
            return broken(path_, code);
        return done;
    }

    Result<HttpReply> receive()
    {
        // Ours counts what is kept, not what is announced; Boost 1.74 misreads boost::none.
        parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
        if (const auto code = read([this](auto handler) {
                http::async_read_header(socket_, buffer_, parser_, handler);
            }))
            return broken(path_, code);
        auto reply = head();
        TRY(read_body(reply.body));
        return reply;
    }

private:
    // Starts one operation and runs it to its end; at the deadline the connection is closed.
    template<class Start>
    error_code awaited(Start start)
    {
        error_code outcome;
        context_.restart();
        start([&outcome](error_code code) { outcome = code; });
        context_.run_until(deadline_);
        if (context_.stopped())
            return outcome;
        error_code ignored;
        socket_.close(ignored);
        context_.run();
        return asio::error::timed_out;
    }

    template<class Start>
    error_code read(Start start)
    {
        return awaited([&](auto handler) {
            start([handler](error_code code, std::size_t) { handler(code); });
        });
    }

    HttpReply head() const
    {
        HttpReply reply{.status = static_cast<int>(parser_.get().result_int())};
        for (const auto& field : parser_.get()) {
            std::string name{field.name_string()};
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char letter) {
                return static_cast<char>(std::tolower(letter));
            });
            reply.headers.emplace(std::move(name), std::string{field.value()});
        }
        return reply;
    }

    Result<> read_body(std::string& body)
    {
        while (!parser_.is_done()) {
            auto& target = parser_.get().body();
            target.data = chunk_.data();
            target.size = chunk_.size();
            const auto code = read(
                [this](auto handler) { http::async_read(socket_, buffer_, parser_, handler); });
            if (code && code != http::error::need_buffer)
                return broken(path_, code);
            body.append(chunk_.data(), chunk_.size() - target.size);
            if (body.size() <= limits_.body)
                continue;
            if (limits_.overflow == Overflow::Refuse)
                return Error{ErrorKind::Malformed,
                             cat(path_.native(), " answers more than ",
                                 std::to_string(limits_.body), " bytes"),
                             {}};
            body.resize(limits_.body);
            return done;
        }
        return done;
    }

    Path path_;
    HttpLimits limits_;
    Steady::time_point deadline_;
    asio::io_context context_{1};
    asio::local::stream_protocol::socket socket_{context_};
    boost::beast::flat_buffer buffer_;
    http::response_parser<http::buffer_body> parser_;
    std::array<char, std::size_t{64} * 1024> chunk_{};
};

Result<HttpReply> http_over_socket(const Path& socket, const HttpRequest& request,
                                   const HttpLimits& limits)
{
    try {
        const auto exchange = std::make_unique<Exchange>(socket, limits);
        TRY(exchange->connect());
        TRY(exchange->send(request));
        return exchange->receive();
    } catch (const std::exception& problem) {
        return Error{ErrorKind::Failed, cat(socket.native(), ": ", problem.what()), {}};
    }
}

}
