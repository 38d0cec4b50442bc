#include "node/address.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("networks are read strictly and written in one way")
{
    struct Case {
        const char* text;
        const char* written; // empty: no network
    };
    const Case cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8"},
        {"169.254.169.254", "169.254.169.254"},
        {"1.2.3.4/32", "1.2.3.4"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {"FD00:EC2::/32", "fd00:ec2::/32"},
        {"2001:db8::1/128", "2001:db8::1"},
        {"64:ff9b::a9fe:0/112", "64:ff9b::a9fe:0/112"},
        {"10.0.0.1/8", ""},
        {"fd00::1/32", ""},
        {"10.0.0.0/33", ""},
        {"10.0.0.0/-1", ""},
        {"10.0.0.0/", ""},
        {"10.0.0", ""},
        {"", ""},
        {"::/129", ""},
        {"host.example", ""},
        {"1.2.3.4 }; drop", ""},
        {"fe80::1%eth0", ""},
    };
    for (const auto& [text, written] : cases) {
        INFO(text);
        const auto network = parse_network(text);
        CHECK((network ? to_text(*network) : "") == written);
    }
}

TEST_CASE("bits beyond the prefix are an error that names the network meant")
{
    const auto network = parse_network("10.1.2.3/8");
    REQUIRE_FALSE(network);
    CHECK(network.error().hint == "write 10.0.0.0/8");
}

TEST_CASE("a network contains what lies inside it, of its own family")
{
    const auto contains = [](const char* outer, const char* inner) {
        return harden::contains(*parse_network(outer), *parse_network(inner));
    };
    CHECK(contains("10.0.0.0/8", "10.200.0.0/16"));
    CHECK(contains("10.0.0.0/8", "10.0.0.0/8"));
    CHECK(contains("0.0.0.0/0", "203.0.113.9"));
    CHECK(contains("fd00::/8", "fd00:ec2::254"));
    CHECK_FALSE(contains("10.0.0.0/8", "11.0.0.0/16"));
    CHECK_FALSE(contains("10.0.0.0/16", "10.0.0.0/8"));
    CHECK_FALSE(contains("::/0", "10.0.0.0/8"));
}
