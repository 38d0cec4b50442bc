#include "egress/address_lists.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

static Result<EgressPolicy> with_list(const std::string& list)
{
    FakeHost host;
    host.with_file(egress_site_file, R"(
version = 1
[groups.feed]
tier = "hard"
action = "refuse"
address_files = ["/etc/harden/feed.txt"]
)");
    host.with_file("/etc/harden/feed.txt", list);
    return load_egress_policy(host, egress_site_file, SiteFile::MustExist);
}

static std::string complaint(const std::string& list)
{
    const auto policy = with_list(list);
    REQUIRE_FALSE(policy);
    return policy.error().message;
}

static const RefusedGroup& feed(const EgressPolicy& policy)
{
    for (const auto& group : policy.groups)
        if (group.refused.id == "feed")
            return group.refused;
    FAIL("no group of that name");
    return policy.groups.front().refused;
}

TEST_CASE("a list of addresses is read line by line")
{
    const auto policy =
        with_list("# pools\n198.51.100.0/24\r\n\n 203.0.113.9 # one\n2001:db8::/32\n");
    INFO((policy ? "" : policy.error().message));
    REQUIRE(policy);
    CHECK(feed(*policy).addresses4 == std::vector<std::string>{"198.51.100.0/24", "203.0.113.9"});
    CHECK(feed(*policy).addresses6 == std::vector<std::string>{"2001:db8::/32"});
}

TEST_CASE("a bad line of a list is named with its place")
{
    CHECK(complaint("198.51.100.0/24\n  10.0.0.1/8\n").starts_with("/etc/harden/feed.txt:2:3: "));
    CHECK(complaint("198.51.100.0/33\n").starts_with("/etc/harden/feed.txt:1:1: "));
    CHECK(complaint(std::string{"198.51.100.0\0/24\n", 17})
              .starts_with("/etc/harden/feed.txt:1:1: "));
    CHECK(complaint("pool.example.org\n").starts_with("/etc/harden/feed.txt:1:1: "));
}

TEST_CASE("a list without an address would close nothing, or everything, and is an error")
{
    CHECK(complaint("# nothing\n").find("hold no address") != std::string::npos);
}

TEST_CASE("a list that is not there is named by the line that asks for it")
{
    FakeHost host;
    host.with_file(egress_site_file, R"(
version = 1
[groups.feed]
tier = "hard"
action = "refuse"
address_files = ["/etc/harden/feed.txt"]
)");
    const auto policy = load_egress_policy(host, egress_site_file, SiteFile::MustExist);
    REQUIRE_FALSE(policy);
    CHECK(policy.error().message.starts_with("/etc/harden/egress.toml:6:"));
}

TEST_CASE("a million and one lines are too many")
{
    std::string list;
    for (std::size_t line = 0; line <= longest_address_list; ++line)
        list += "\n";
    CHECK(complaint(list).starts_with("/etc/harden/feed.txt:1000001:1: "));
}
