#pragma once

#include "node/download.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

namespace harden {

// Whom to talk to, and how long.
struct WebServer {
    HttpsUrl url;
    bool is_plain = false; // without TLS
    Path authorities;      // PEM; empty: those that the system trusts
    std::string hint;      // where authorities are named, for one whose certificate is refused
    std::chrono::steady_clock::duration patience{}; // for one operation
    std::chrono::steady_clock::duration longest{};  // for the whole connection
};

// One connection to a web server, whose certificate is checked. Its users speak HTTP over it, and
// are files of this folder.
class WebConnection {
public:
    using Code = boost::system::error_code;
    using Socket = boost::asio::ip::tcp::socket;

    explicit WebConnection(WebServer server)
        : server_{std::move(server)}
    {
    }

    Result<> connect();
    Error unusable(const Code& code) const;
    std::string what() const;
    const HttpsUrl& url() const { return server_.url; }

    // Starts one operation and runs it to its end; at the deadline the connection is closed.
    template<class Start>
    Code awaited(Start start)
    {
        Code outcome;
        context_.restart();
        start([&outcome](Code code, auto&&...) { outcome = code; });
        context_.run_until(
            std::min(std::chrono::steady_clock::now() + server_.patience, deadline_));
        if (context_.stopped())
            return outcome;
        give_up();
        return boost::asio::error::timed_out;
    }

    // `use` gets the stream that the server listens on: TLS, or the bare socket.
    template<class Use>
    void over(Use use)
    {
        if (server_.is_plain)
            use(stream_.next_layer());
        else
            use(stream_);
    }

private:
    Result<> trust();
    Result<> shake_hands();
    Error refused(const Code& code);
    void give_up();

    WebServer server_;
    std::chrono::steady_clock::time_point deadline_ =
        std::chrono::steady_clock::now() + server_.longest;
    boost::asio::io_context context_{1};
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    boost::asio::ip::tcp::resolver resolver_{context_};
    boost::asio::ssl::stream<Socket> stream_{context_, tls_};
};

}
