#include "ssh/patterns.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a pattern matches as sshd's do")
{
    struct Row {
        std::string_view text, pattern;
        bool matches;
    };
    const Row rows[] = {{"ann", "ann", true},    {"ann", "Ann", false},    {"ann", "a*", true},
                        {"ann", "a?n", true},    {"ann", "a?", false},     {"", "*", true},
                        {"", "", true},          {"ann", "", false},       {"a[n", "a[n", true},
                        {"banana", "b*a", true}, {"banana", "b*n", false}, {"abab", "*ab", true},
                        {"aab", "*ab", true},    {"ann", "***", true}};
    for (const auto& row : rows) {
        INFO(row.text << " " << row.pattern);
        CHECK(matches_pattern(row.text, row.pattern) == row.matches);
    }
}

TEST_CASE("an exception in a list beats every match, and alone matches nothing")
{
    CHECK(matches_list("ann", "bob,ann"));
    CHECK_FALSE(matches_list("ann", "!ann,*"));
    CHECK_FALSE(matches_list("ann", "*,!ann"));
    CHECK_FALSE(matches_list("ann", "!bob"));
}

TEST_CASE("an address lies in a network of its own family")
{
    struct Row {
        std::string_view address, network;
        bool inside;
    };
    const Row rows[] = {
        {"10.1.2.3", "10.0.0.0/8", true},       {"11.1.2.3", "10.0.0.0/8", false},
        {"10.1.2.3", "10.1.2.2/31", true},      {"10.1.2.4", "10.1.2.2/31", false},
        {"10.1.2.3", "10.1.2.3", true},         {"10.1.2.3", "0.0.0.0/0", true},
        {"2001:db8::1", "2001:db8::/32", true}, {"2001:db9::1", "2001:db8::/32", false},
        {"2001:db8::1", "::/0", true},          {"10.1.2.3", "::/0", false},
        {"fe80::1%eth0", "fe80::/10", true},    {"10.1.2.3", "10.0.0.0/33", false},
        {"10.1.2.3", "10.0.0.0/x", false},      {"UNKNOWN", "0.0.0.0/0", false}};
    for (const auto& row : rows) {
        INFO(row.address << " " << row.network);
        CHECK(is_in_network(row.address, row.network) == row.inside);
    }
}

TEST_CASE("an origin is a name or an address, and a user may be bound to one")
{
    CHECK(matches_origin("lap.example.org", "192.0.2.7", "*.example.org"));
    CHECK(matches_origin("lap.example.org", "192.0.2.7", "192.0.2.*"));
    CHECK_FALSE(matches_origin("lap.example.org", "192.0.2.7", "*.example.org,!192.0.2.7"));
    CHECK_FALSE(matches_origin("lap.example.org", "192.0.2.7", "192.0.2.0/24,!lap.*"));
    CHECK(matches_user("ann", "h", "192.0.2.7", "a*"));
    CHECK(matches_user("ann", "h", "192.0.2.7", "ann@192.0.2.0/24"));
    CHECK_FALSE(matches_user("ann", "h", "192.0.3.7", "ann@192.0.2.0/24"));
    CHECK_FALSE(matches_user("bob", "h", "192.0.2.7", "ann@192.0.2.0/24"));
}
