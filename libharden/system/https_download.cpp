#include "system/https_download.h"

#include "system/partial_file.h"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <memory>

namespace harden {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

static constexpr auto patience = 30s; // for each operation: a server that says nothing for so long
static constexpr auto longest = std::chrono::minutes{60}; // for one connection
static constexpr int most_redirections = 5;
static constexpr int most_connections = 5;

namespace {

enum class Ended { Whole, BrokenOff, Elsewhere };

// One request over one connection of its own.
class Exchange {
public:
    Exchange(const Download& wanted, const HttpsUrl& url)
        : wanted_{wanted}
        , url_{url}
    {
    }

    Result<> connect();
    Result<> ask(std::uint64_t from);
    Result<Ended> take(PartialFile& file);
    std::string location() const { return field(http::field::location); }
    std::uint64_t total() const { return total_; }

private:
    Result<> trust();
    Error tls_refused(const error_code& code);
    Error unusable(const error_code& code) const;
    Error refused() const;
    Result<> place(PartialFile& file);
    Result<Ended> take_body(PartialFile& file);

    std::string field(http::field name) const { return std::string{parser_.get()[name]}; }
    std::string what() const { return cat("https://", url_.name(), url_.target); }

    // Starts one operation and runs it to its end; at the deadline the connection is closed.
    template<class Start>
    error_code awaited(Start start)
    {
        error_code outcome;
        context_.restart();
        start([&outcome](error_code code, auto&&...) { outcome = code; });
        context_.run_until(std::min(Steady::now() + patience, deadline_));
        if (context_.stopped())
            return outcome;
        resolver_.cancel();
        error_code ignored;
        stream_.lowest_layer().close(ignored);
        context_.run();
        return asio::error::timed_out;
    }

    const Download& wanted_;
    HttpsUrl url_;
    Steady::time_point deadline_ = Steady::now() + longest;
    asio::io_context context_{1};
    ssl::context tls_{ssl::context::tls_client};
    asio::ip::tcp::resolver resolver_{context_};
    ssl::stream<asio::ip::tcp::socket> stream_{context_, tls_};
    boost::beast::flat_buffer buffer_;
    http::response_parser<http::buffer_body> parser_;
    std::array<char, std::size_t{64} * 1024> chunk_{};
    std::uint64_t total_ = 0; // bytes of the whole file; 0: the server does not say
};

}

Error Exchange::unusable(const error_code& code) const
{
    const auto kind = code == asio::error::timed_out ? ErrorKind::TimedOut : ErrorKind::Failed;
    return {kind, cat(what(), ": ", code.message()), {}};
}

Error Exchange::tls_refused(const error_code& code)
{
    const auto verdict = SSL_get_verify_result(stream_.native_handle());
    const auto* hint = "a mirror with an authority of its own: releases.authorities in "
                       "/etc/harden/gvisor.toml names its PEM file";
    if (verdict != X509_V_OK)
        return {ErrorKind::Denied,
                cat(what(), ": the server's certificate is refused: ",
                    X509_verify_cert_error_string(verdict)),
                hint};
    return {ErrorKind::Failed, cat(what(), ": no TLS connection: ", code.message()), {}};
}

// The context has to know before the stream is used; OpenSSL reads it when it shakes hands.
Result<> Exchange::trust()
{
    error_code code;
    auto* handle = stream_.native_handle();
    auto* store = SSL_CTX_get_cert_store(tls_.native_handle());
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    SSL_set_min_proto_version(handle, TLS1_2_VERSION);
    if (wanted_.authorities.empty())
        tls_.set_default_verify_paths(code);
    else if (X509_STORE_load_locations(store, wanted_.authorities.c_str(), nullptr) != 1)
        return Error{ErrorKind::Malformed,
                     cat(wanted_.authorities.native(), ": holds no PEM certificates"),
                     {}};
    stream_.set_verify_mode(ssl::verify_peer, code);
    error_code no_address;
    (void)asio::ip::make_address(url_.host, no_address);
    const bool is_named =
        no_address ? SSL_set1_host(handle, url_.host.c_str()) == 1 &&
                         SSL_set_tlsext_host_name(handle, url_.host.c_str()) == 1
                   : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), url_.host.c_str()) == 1;
    if (code || !is_named)
        return Error{ErrorKind::Failed, cat(what(), ": TLS cannot be set up"), {}};
    return done;
}

Result<> Exchange::connect()
{
    TRY(trust());
    asio::ip::tcp::resolver::results_type found;
    auto code = awaited([&](auto handler) {
        resolver_.async_resolve(url_.host, url_.port,
                                [&found, handler](error_code failed, auto all) {
                                    found = all;
                                    handler(failed);
                                });
    });
    if (!code)
        code = awaited(
            [&](auto handler) { asio::async_connect(stream_.lowest_layer(), found, handler); });
    if (code)
        return Error{unusable(code).kind, cat("connect to ", unusable(code).message), {}};
    code =
        awaited([&](auto handler) { stream_.async_handshake(ssl::stream_base::client, handler); });
    return code ? Result<>{tls_refused(code)} : done;
}

Result<> Exchange::ask(std::uint64_t from)
{
    http::request<http::empty_body> request{http::verb::get, url_.target, 11};
    request.set(http::field::host, url_.name());
    request.set(http::field::user_agent, "harden");
    request.set(http::field::accept_encoding, "identity");
    if (from > 0)
        request.set(http::field::range, cat("bytes=", std::to_string(from), "-"));
    request.keep_alive(false);
    auto code = awaited([&](auto handler) { http::async_write(stream_, request, handler); });
    // Ours counts what is written, not what is announced; Boost 1.74 misreads boost::none.
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
    if (!code)
        code = awaited(
            [&](auto handler) { http::async_read_header(stream_, buffer_, parser_, handler); });
    return code ? Result<>{unusable(code)} : done;
}

static bool is_redirection(http::status status)
{
    return status == http::status::moved_permanently || status == http::status::found ||
           status == http::status::see_other || status == http::status::temporary_redirect ||
           status == http::status::permanent_redirect;
}

Error Exchange::refused() const
{
    const auto status = parser_.get().result();
    const bool is_absent = status == http::status::not_found || status == http::status::gone ||
                           status == http::status::forbidden;
    return {is_absent ? ErrorKind::NotFound : ErrorKind::Failed,
            cat(what(), ": the server answers ", std::to_string(parser_.get().result_int()), " ",
                escaped(std::string{http::obsolete_reason(status)}, 40)),
            {}};
}

// Where in the file the answer's bytes belong, and whether there is room for them.
Result<> Exchange::place(PartialFile& file)
{
    const auto length = parser_.content_length();
    const auto more = length ? *length : 0;
    if (parser_.get().result() == http::status::partial_content) {
        const auto range = parse_content_range(field(http::field::content_range));
        if (!range || range->first != file.size())
            return Error{
                ErrorKind::Malformed, cat(what(), ": answers another part than asked"), {}};
        total_ = range->size;
    } else {
        TRY(file.start_over());
        total_ = more;
    }
    if (total_ > wanted_.at_most)
        return Error{ErrorKind::Malformed,
                     cat(what(), ": ", std::to_string(total_), " bytes, more than the ",
                         std::to_string(wanted_.at_most), " allowed"),
                     "releases.at_most_mib in /etc/harden/gvisor.toml"};
    return file.expect(more);
}

Result<Ended> Exchange::take_body(PartialFile& file)
{
    while (!parser_.is_done()) {
        auto& target = parser_.get().body();
        target.data = chunk_.data();
        target.size = chunk_.size();
        const auto code =
            awaited([this](auto handler) { http::async_read(stream_, buffer_, parser_, handler); });
        const auto got = chunk_.size() - target.size;
        if (file.size() + got > wanted_.at_most)
            return Error{
                ErrorKind::Malformed,
                cat(what(), ": more than the ", std::to_string(wanted_.at_most), " bytes allowed"),
                "releases.at_most_mib in /etc/harden/gvisor.toml"};
        TRY(file.append({chunk_.data(), got}));
        if (code && code != http::error::need_buffer)
            return Ended::BrokenOff;
    }
    return total_ == 0 || file.size() == total_ ? Ended::Whole : Ended::BrokenOff;
}

Result<Ended> Exchange::take(PartialFile& file)
{
    const auto status = parser_.get().result();
    if (is_redirection(status))
        return Ended::Elsewhere;
    if (status == http::status::range_not_satisfiable) {
        TRY(file.start_over());
        return Ended::BrokenOff;
    }
    if (status != http::status::ok && status != http::status::partial_content)
        return refused();
    TRY(place(file));
    return take_body(file);
}

static Error broken_off(const Download& wanted, std::uint64_t got, std::uint64_t total)
{
    return {ErrorKind::Failed,
            cat(wanted.url, ": the connection ended after ", std::to_string(got), " of ",
                total == 0 ? std::string{"unknown"} : std::to_string(total), " bytes"),
            "run it again: what has come is kept and taken up there"};
}

// Connections until the file is whole, nothing more comes, or there were too many.
static Result<Fetched> fetch(const Download& wanted, PartialFile& file)
{
    auto url = TRY(parse_https_url(wanted.url));
    std::uint64_t total = 0;
    int redirections = 0;
    for (int connections = 0; connections < most_connections;) {
        const auto exchange = std::make_unique<Exchange>(wanted, url);
        TRY(exchange->connect());
        const bool is_resumed = file.size() > 0;
        TRY(exchange->ask(file.size()));
        const auto ended = TRY(exchange->take(file));
        if (ended == Ended::Whole)
            return is_resumed ? Fetched::InParts : Fetched::AtOnce;
        if (ended == Ended::Elsewhere) {
            if (++redirections > most_redirections)
                return Error{ErrorKind::Failed, cat(wanted.url, ": redirects without end"), {}};
            url = TRY(redirected(url, exchange->location()).during(wanted.url));
            continue;
        }
        total = exchange->total();
        ++connections;
    }
    return broken_off(wanted, file.size(), total);
}

Result<Fetched> https_download(const Download& wanted)
{
    try {
        auto file = TRY(PartialFile::open(partial_of(wanted.to)));
        const auto fetched = TRY(fetch(wanted, file));
        TRY(file.finish(wanted.to));
        return fetched;
    } catch (const std::exception& problem) {
        return Error{ErrorKind::Failed, cat(wanted.url, ": ", problem.what()), {}};
    }
}

}
