#include "system/web_connection.h"

#include <boost/asio/connect.hpp>

namespace harden {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using Code = WebConnection::Code;

std::string WebConnection::what() const
{
    return cat(server_.is_plain ? "http://" : "https://", server_.url.name(), server_.url.target);
}

Error WebConnection::unusable(const Code& code) const
{
    const auto kind = code == asio::error::timed_out ? ErrorKind::TimedOut : ErrorKind::Failed;
    return {kind, cat(what(), ": ", code.message()), {}};
}

Error WebConnection::refused(const Code& code)
{
    const auto verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict != X509_V_OK)
        return {ErrorKind::Denied,
                cat(what(), ": the server's certificate is refused: ",
                    X509_verify_cert_error_string(verdict)),
                server_.hint};
    return {ErrorKind::Failed, cat(what(), ": no TLS connection: ", code.message()), {}};
}

void WebConnection::give_up()
{
    resolver_.cancel();
    Code ignored;
    stream_.lowest_layer().close(ignored);
    context_.run();
}

// The context has to know before the stream is used; OpenSSL reads it when it shakes hands.
Result<> WebConnection::trust()
{
    Code code;
    const auto& host = server_.url.host;
    auto* handle = stream_.native_handle();
    auto* store = SSL_CTX_get_cert_store(tls_.native_handle());
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    SSL_set_min_proto_version(handle, TLS1_2_VERSION);
    if (server_.authorities.empty())
        tls_.set_default_verify_paths(code);
    else if (X509_STORE_load_locations(store, server_.authorities.c_str(), nullptr) != 1)
        return Error{ErrorKind::Malformed,
                     cat(server_.authorities.native(), ": holds no PEM certificates"),
                     {}};
    stream_.set_verify_mode(ssl::verify_peer, code);
    Code no_address;
    (void)asio::ip::make_address(host, no_address);
    const bool is_named =
        no_address ? SSL_set1_host(handle, host.c_str()) == 1 &&
                         SSL_set_tlsext_host_name(handle, host.c_str()) == 1
                   : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host.c_str()) == 1;
    if (code || !is_named)
        return Error{ErrorKind::Failed, cat(what(), ": TLS cannot be set up"), {}};
    return done;
}

Result<> WebConnection::shake_hands()
{
    const auto code =
        awaited([&](auto handler) { stream_.async_handshake(ssl::stream_base::client, handler); });
    return code ? Result<>{refused(code)} : done;
}

Result<> WebConnection::connect()
{
    if (!server_.is_plain)
        TRY(trust());
    asio::ip::tcp::resolver::results_type found;
    auto code = awaited([&](auto handler) {
        resolver_.async_resolve(server_.url.host, server_.url.port,
                                [&found, handler](Code failed, auto all) {
                                    found = all;
                                    handler(failed);
                                });
    });
    if (!code)
        code = awaited(
            [&](auto handler) { asio::async_connect(stream_.lowest_layer(), found, handler); });
    if (code)
        return Error{unusable(code).kind, cat("connect to ", unusable(code).message), {}};
    return server_.is_plain ? Result<>{done} : shake_hands();
}

}
