#include "egress/names.h"
#include "support/catch.hpp"

#include <string>

using namespace harden;

TEST_CASE("names that become rules hold nothing else")
{
    for (const auto* good : {"smtp", "mining-watch", "a1"})
        CHECK(is_group_id(good));
    for (const auto* bad :
         {"", "Smtp", "a b", "a_b", "-a", "rate", "allow", "a;drop", "abcdefghijklmnopqrstu"})
        CHECK_FALSE(is_group_id(bad));
    for (const auto* good : {"docker0", "br-*", "docker_gwbridge", "eth0.7"})
        CHECK(is_interface_pattern(good));
    for (const auto* bad : {"", "*", "br-*x", "a\"b", "br 0", "sixteen-letters0", "a/b"})
        CHECK_FALSE(is_interface_pattern(bad));
}

TEST_CASE("a prefix covers what begins with it, a name itself alone")
{
    CHECK(covers("br-*", "br-0a1b"));
    CHECK(covers("docker0", "docker0"));
    CHECK_FALSE(covers("docker0", "docker01"));
    CHECK_FALSE(covers("br-*", "mybr-0"));
}
