#include "system/https_download.h"

#include "system/partial_file.h"
#include "system/web_connection.h"

#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <memory>

namespace harden {

namespace http = boost::beast::http;
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
        , connection_{{.url = url,
                       .authorities = wanted.authorities,
                       .hint = "a mirror with an authority of its own: releases.authorities in "
                               "/etc/harden/gvisor.toml names its PEM file",
                       .patience = patience,
                       .longest = longest}}
    {
    }

    Result<> connect() { return connection_.connect(); }
    Result<> ask(std::uint64_t from);
    Result<Ended> take(PartialFile& file);
    std::string location() const { return field(http::field::location); }
    std::uint64_t total() const { return total_; }

private:
    Error refused() const;
    Result<> place(PartialFile& file);
    Result<Ended> take_body(PartialFile& file);

    std::string field(http::field name) const { return std::string{parser_.get()[name]}; }
    std::string what() const { return connection_.what(); }

    // One operation on the stream, to its end.
    template<class Start>
    WebConnection::Code awaited(Start start)
    {
        return connection_.awaited(
            [&](auto handler) { connection_.over([&](auto& stream) { start(stream, handler); }); });
    }

    const Download& wanted_;
    WebConnection connection_;
    boost::beast::flat_buffer buffer_;
    http::response_parser<http::buffer_body> parser_;
    std::array<char, std::size_t{64} * 1024> chunk_{};
    std::uint64_t total_ = 0; // bytes of the whole file; 0: the server does not say
};

}

Result<> Exchange::ask(std::uint64_t from)
{
    const auto& url = connection_.url();
    http::request<http::empty_body> request{http::verb::get, url.target, 11};
    request.set(http::field::host, url.name());
    request.set(http::field::user_agent, "harden");
    request.set(http::field::accept_encoding, "identity");
    if (from > 0)
        request.set(http::field::range, cat("bytes=", std::to_string(from), "-"));
    request.keep_alive(false);
    auto code =
        awaited([&](auto& stream, auto handler) { http::async_write(stream, request, handler); });
    // Ours counts what is written, not what is announced; Boost 1.74 misreads boost::none.
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
    if (!code)
        code = awaited([&](auto& stream, auto handler) {
            http::async_read_header(stream, buffer_, parser_, handler);
        });
    return code ? Result<>{connection_.unusable(code)} : done;
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
        const auto code = awaited([this](auto& stream, auto handler) {
            http::async_read(stream, buffer_, parser_, handler);
        });
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
