#include "egress/dns_policy.h"
#include "support/catch.hpp"

using namespace harden;

static DnsName name(std::string_view text)
{
    DnsName labels;
    for (const auto label : split(text, '.'))
        labels.emplace_back(label);
    return labels;
}

TEST_CASE("domains are read strictly and written in one way")
{
    struct Case {
        const char* text;
        const char* written; // empty: no domain
    };
    const Case cases[] = {
        {"example.org", "example.org"},
        {"Example.ORG.", "example.org"},
        {"*.example.org", "*.example.org"},
        {"_dmarc.example.org", "_dmarc.example.org"},
        {"localhost", "localhost"},
        {"", ""},
        {".", ""},
        {"*", ""},
        {"*.", ""},
        {"a..b", ""},
        {"exa*mple.org", ""},
        {"www.*.org", ""},
        {"ex ample.org", ""},
        {"exämple.org", ""},
        {"example.org\n", ""},
        {"a234567890123456789012345678901234567890123456789012345678901234.org", ""},
    };
    for (const auto& [text, written] : cases) {
        CAPTURE(text);
        const auto glob = parse_domain_glob(text);
        CHECK(bool(glob) == (*written != '\0'));
        if (glob)
            CHECK(to_text(*glob) == written);
    }
}

TEST_CASE("a domain is that name, a wildcard everything below it and not itself")
{
    struct Case {
        const char* glob;
        const char* name;
        bool matches;
    };
    const Case cases[] = {
        {"example.org", "example.org", true},
        {"example.org", "www.example.org", false},
        {"example.org", "badexample.org", false},
        {"*.example.org", "www.example.org", true},
        {"*.example.org", "a.b.example.org", true},
        {"*.example.org", "example.org", false},
        {"*.example.org", "badexample.org", false},
        {"*.example.org", "example.org.evil.net", false},
        {"*.example.org", "org", false},
    };
    for (const auto& [glob, asked, expected] : cases) {
        CAPTURE(glob, asked);
        CHECK(matches(*parse_domain_glob(glob), name(asked)) == expected);
    }
    CHECK_FALSE(matches(*parse_domain_glob("*.example.org"), {"a.example.org"})); // one label
    CHECK_FALSE(matches(*parse_domain_glob("example.org"), {"example.org"}));
}

TEST_CASE("no name opens the node's own networks or a metadata service")
{
    for (const auto* text : {"169.254.169.254",
                             "169.254.170.2",
                             "127.0.0.1",
                             "10.1.2.3",
                             "172.17.0.1",
                             "192.168.1.1",
                             "100.100.100.200",
                             "168.63.129.16",
                             "192.0.0.192",
                             "0.0.0.0",
                             "224.0.0.1",
                             "255.255.255.255",
                             "198.18.0.1",
                             "::1",
                             "::",
                             "fe80::1",
                             "fd00:ec2::254",
                             "ff02::1",
                             "64:ff9b::a9fe:a9fe",
                             "::ffff:169.254.169.254",
                             "2002:a9fe:a9fe::1",
                             "2001::1"}) {
        CAPTURE(text);
        CHECK_FALSE(may_be_opened_by_name(*parse_network(text)));
    }
    for (const auto* text : {"203.0.113.10", "1.1.1.1", "2606:4700::1111", "172.32.0.1"}) {
        CAPTURE(text);
        CHECK(may_be_opened_by_name(*parse_network(text)));
    }
}

TEST_CASE("an address stays open for a minute at least and a day at most")
{
    CHECK(seconds_open(0) == 60);
    CHECK(seconds_open(300) == 300);
    CHECK(seconds_open(0x7fffffff) == 86400);
}

TEST_CASE("name servers are those that resolv.conf lists")
{
    const auto found = parse_resolvers("# nameserver 192.0.2.1\nsearch example.org\n"
                                       "nameserver 192.0.2.2\nnameserver\t2001:db8::53\n"
                                       "nameserver fe80::1%eth0\nnameserver 192.0.2.3\n"
                                       "nameserver 192.0.2.4\n");
    REQUIRE(found.size() == 3);
    CHECK(to_text(found[0]) == "192.0.2.2");
    CHECK(to_text(found[1]) == "2001:db8::53");
    CHECK(to_text(found[2]) == "192.0.2.3");
    CHECK(parse_resolvers("").empty());
}
