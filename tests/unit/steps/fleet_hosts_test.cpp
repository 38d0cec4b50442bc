#include "steps/fleet_hosts.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a host is named as ssh takes it, with a port where there is one")
{
    struct Row {
        const char* text;
        const char* destination;
        int port;
        const char* node;
    };
    for (const auto& row : {Row{"node7", "node7", 0, "node7"},
                            Row{"root@203.0.113.7", "root@203.0.113.7", 0, "203.0.113.7"},
                            Row{"ann@node7:2222", "ann@node7", 2222, "node7:2222"},
                            Row{"root@2001:db8::7", "root@2001:db8::7", 0, "2001:db8::7"},
                            Row{"root@[2001:db8::7]", "root@2001:db8::7", 0, "2001:db8::7"},
                            Row{"[2001:db8::7]:22", "2001:db8::7", 22, "2001:db8::7:22"},
                            Row{"a@b@node7", "a@b@node7", 0, "node7"},
                            Row{"ssh://root@node7:22", "ssh://root@node7:22", 0, "node7:22"}}) {
        const auto host = parse_host(row.text, "HOST");
        REQUIRE(host);
        CHECK(host->destination == row.destination);
        CHECK(host->port == row.port);
        CHECK(host->node == row.node);
    }
}

TEST_CASE("what cannot be a host is refused")
{
    for (const auto* wrong :
         {"", "-oProxyCommand=true", "root@", "@node7", "root@-x", "node7:", "node7:0",
          "node7:65536", "node7:ssh", "[::1", "[::1]22", "a b", "a\tb", "a\x1b[2J"})
        CHECK_FALSE(parse_host(wrong, "HOST"));
}

TEST_CASE("a list has a host a line and comments")
{
    const auto hosts = parse_host_list("# the east\n\nroot@a # first\n  b:2222\t\r\n", "hosts");
    REQUIRE(hosts);
    REQUIRE(hosts->size() == 2);
    CHECK((*hosts)[0].node == "a");
    CHECK((*hosts)[0].origin == "hosts:3");
    CHECK((*hosts)[1].port == 2222);
}

TEST_CASE("a mistake in a list is told with file and line")
{
    const auto hosts = parse_host_list("a\nb c\n", "hosts");
    REQUIRE_FALSE(hosts);
    CHECK(hosts.error().message == "hosts:2: b c: no host is called so");
    CHECK(parse_host_list("# none\n", "hosts").error().message == "hosts names no host");
}

TEST_CASE("a host that is named twice is refused, whoever logs in")
{
    const auto hosts = parse_host_list("root@a\nb\nann@a\n", "hosts");
    REQUIRE(hosts);
    const auto once = check_named_once(*hosts);
    REQUIRE_FALSE(once);
    CHECK(once.error().message == "hosts:3: a was named before, in hosts:1");
    CHECK(check_named_once(*parse_host_list("a\na:2222\n", "hosts")));
}
