#pragma once

#include "node/host.h"

#include <cstdint>
#include <functional>

namespace harden {

// "https://releases.example:8443/a/b?c" in its parts.
struct HttpsUrl {
    std::string host; // without the brackets of an IPv6 address
    std::string port; // "443" where the address names none
    std::string target;

    std::string name() const; // "releases.example:8443", as the Host header says it
};
// Only https, and no user name in it.
Result<HttpsUrl> parse_https_url(std::string_view url);
// Where a redirection leads to: another https address or a path of the same server.
Result<HttpsUrl> redirected(const HttpsUrl& from, std::string_view location);
bool is_url(std::string_view text); // "scheme://…", of whatever scheme

// What begins where in an answer to a request for the rest of a file: "bytes 100-199/200".
struct ContentRange {
    std::uint64_t first = 0;
    std::uint64_t size = 0; // of the whole file
};
std::optional<ContentRange> parse_content_range(std::string_view text);

// One file to fetch. What came of it before a connection broke stays beside `to` and is resumed;
// whether the whole is what it should be is for the caller to verify.
struct Download {
    std::string url;
    Path to;
    Path authorities;                                  // PEM; empty: those that the system trusts
    std::uint64_t at_most = std::uint64_t{256} << 20U; // bytes
};
// Parts that came over several connections may be of different files.
enum class Fetched { AtOnce, InParts };
// NotFound: the server has no such file.
using Downloader = std::function<Result<Fetched>(const Download&)>;

// The part that has come so far.
Path partial_of(const Path& to);

}
