#include "system/https_post.h"

#include "system/web_connection.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>

namespace harden {

namespace http = boost::beast::http;

static http::request<http::string_body> request_for(const WebPost& post)
{
    http::request<http::string_body> request{http::verb::post, post.url.target, 11};
    request.set(http::field::host, post.url.name());
    request.set(http::field::user_agent, "harden");
    request.set(http::field::content_type, "application/json");
    for (const auto& [name, value] : post.headers)
        request.set(name, value);
    request.body() = post.body;
    request.keep_alive(false);
    request.prepare_payload();
    return request;
}

static Result<int> exchanged(WebConnection& connection, const WebPost& post)
{
    TRY(connection.connect());
    const auto request = request_for(post);
    boost::beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    const auto awaited = [&](auto start) {
        return connection.awaited(
            [&](auto handler) { connection.over([&](auto& stream) { start(stream, handler); }); });
    };
    auto code =
        awaited([&](auto& stream, auto handler) { http::async_write(stream, request, handler); });
    if (!code)
        code = awaited([&](auto& stream, auto handler) {
            http::async_read_header(stream, buffer, parser, handler);
        });
    if (code)
        return connection.unusable(code);
    return static_cast<int>(parser.get().result_int());
}

Result<int> https_post(const WebPost& post)
{
    try {
        const auto connection = std::make_unique<WebConnection>(
            WebServer{.url = post.url,
                      .is_plain = post.is_plain,
                      .authorities = post.authorities,
                      .hint = "a receiver with an authority of its own: webhook.authorities in "
                              "/etc/harden/miners.toml names its PEM file",
                      .patience = post.timeout,
                      .longest = post.timeout});
        return exchanged(*connection, post);
    } catch (const std::exception& problem) {
        return Error{ErrorKind::Failed, cat("post to ", post.url.name(), ": ", problem.what()), {}};
    }
}

}
