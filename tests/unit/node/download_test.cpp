#include "node/download.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("an https address has a server, a port and a target")
{
    const auto [text, host, port, target] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"https://a.example", "a.example", "443", "/"},
            {"https://a.example/x/y?z#w", "a.example", "443", "/x/y?z"},
            {"https://a.example?z", "a.example", "443", "/?z"},
            {"https://a.example:8443/x", "a.example", "8443", "/x"},
            {"https://[2001:db8::1]/x", "2001:db8::1", "443", "/x"},
            {"https://[2001:db8::1]:444/x", "2001:db8::1", "444", "/x"},
        }));
    CAPTURE(text);
    const auto url = parse_https_url(text);
    REQUIRE(url);
    CHECK(url->host == host);
    CHECK(url->port == port);
    CHECK(url->target == target);
}

TEST_CASE("what is no https address is refused")
{
    for (const auto* text :
         {"http://a.example/x", "ftp://a.example", "a.example", "https://", "https:///x",
          "https://user:word@a.example/", "https://a.example:0/", "https://a.example:port/",
          "https://a.example/a b", "https://a.example/a\r\nHost: b", "https://[::1/x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_https_url(text));
    }
}

TEST_CASE("a redirection leads to another https address or to a path of the same server")
{
    const HttpsUrl from{"a.example", "8443", "/x"};
    CHECK(redirected(from, "/y")->name() == "a.example:8443");
    CHECK(redirected(from, "https://b.example/y")->host == "b.example");
    for (const auto* to : {"http://b.example/y", "//b.example/y", "y", ""}) {
        CAPTURE(to);
        CHECK_FALSE(redirected(from, to));
    }
}

TEST_CASE("a range says where its bytes belong")
{
    const auto range = parse_content_range("bytes 100-199/200");
    REQUIRE(range);
    CHECK(range->first == 100);
    CHECK(range->size == 200);
    for (const auto* text : {"", "bytes */200", "bytes 100-199/*", "100-199/200", "bytes -1-5/200",
                             "bytes 300-399/200", "bytes 1/2-3"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_content_range(text));
    }
}
