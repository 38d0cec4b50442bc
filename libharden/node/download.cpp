#include "node/download.h"

#include <algorithm>
#include <cctype>

namespace harden {

static constexpr std::string_view scheme = "https://";

std::string HttpsUrl::name() const
{
    const bool is_v6 = host.find(':') != std::string::npos;
    const auto shown = is_v6 ? cat("[", host, "]") : host;
    return port == "443" ? shown : cat(shown, ":", port);
}

bool is_url(std::string_view text)
{
    const auto end = text.find("://");
    return end != std::string_view::npos && end > 0 &&
           std::ranges::all_of(text.substr(0, end),
                               [](unsigned char c) { return std::isalnum(c) != 0; });
}

static Error no_url(std::string_view url, std::string_view complaint)
{
    return {ErrorKind::Malformed, cat(escaped(url), ": ", complaint), {}};
}

static bool is_port(std::string_view text)
{
    const auto number = to_number(text);
    return number && *number > 0 && *number <= 65535;
}

static bool is_plain(std::string_view text)
{
    return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

Result<HttpsUrl> parse_https_url(std::string_view url)
{
    if (!url.starts_with(scheme))
        return Error{ErrorKind::Unsupported, cat(escaped(url), ": not an https address"),
                     "a download without TLS proves nothing about where it comes from"};
    if (!is_plain(url))
        return no_url(url, "blanks and control characters have no place in an address");
    const auto rest = url.substr(scheme.size());
    const auto slash = rest.find_first_of("/?");
    const auto server = rest.substr(0, slash);
    if (server.find('@') != std::string_view::npos)
        return no_url(url, "an address with a user name is refused");
    const bool is_v6 = server.starts_with('[');
    const auto end = is_v6 ? server.find(']') : server.find(':');
    if (is_v6 && end == std::string_view::npos)
        return no_url(url, "no server and port");
    HttpsUrl parts{.port = "443", .target = "/"};
    parts.host = is_v6 ? server.substr(1, end - 1) : server.substr(0, end);
    const auto colon = is_v6 ? end + 1 : end;
    if (colon != std::string_view::npos && colon < server.size())
        parts.port = server.substr(colon + 1);
    if (parts.host.empty() || !is_port(parts.port))
        return no_url(url, "no server and port");
    if (slash != std::string_view::npos)
        parts.target = rest[slash] == '?' ? cat("/", rest.substr(slash)) : rest.substr(slash);
    parts.target.resize(std::min(parts.target.size(), parts.target.find('#')));
    return parts;
}

Result<HttpsUrl> redirected(const HttpsUrl& from, std::string_view location)
{
    if (is_url(location))
        return parse_https_url(location);
    if (!location.starts_with('/') || location.starts_with("//"))
        return no_url(location, "a redirection that leads nowhere we would go");
    return parse_https_url(cat(scheme, from.name(), location));
}

std::optional<ContentRange> parse_content_range(std::string_view text)
{
    constexpr std::string_view unit = "bytes ";
    const auto dash = text.find('-');
    const auto slash = text.find('/');
    if (!text.starts_with(unit) || dash == std::string_view::npos ||
        slash == std::string_view::npos || dash > slash)
        return std::nullopt;
    const auto first = to_number(text.substr(unit.size(), dash - unit.size()));
    const auto size = to_number(text.substr(slash + 1));
    if (!first || !size || *first < 0 || *size < *first)
        return std::nullopt;
    return ContentRange{static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*size)};
}

Path partial_of(const Path& to)
{
    return cat(to.native(), ".partial");
}

}
