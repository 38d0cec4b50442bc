#include "base/shipped.h"
#include "egress/policy.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeHost;

static Result<EgressPolicy> with_site(const std::string& site)
{
    FakeHost host;
    host.with_file(egress_site_file, site);
    const auto settings = TRY(egress_settings(host, egress_site_file, SiteFile::MayBeAbsent));
    return parse_egress_policy(settings);
}

static const PolicyGroup& group(const EgressPolicy& policy, std::string_view id)
{
    const auto found =
        std::ranges::find(policy.groups, id, [](const auto& each) { return each.refused.id; });
    REQUIRE(found != policy.groups.end());
    return *found;
}

static bool closes(const std::vector<PortRange>& ranges, int port)
{
    return std::ranges::any_of(
        ranges, [&](const auto& range) { return range.first <= port && port <= range.last; });
}

TEST_CASE("the shipped policy closes every port of document 003 and none of the web")
{
    FakeHost host;
    const auto settings = egress_settings(host, egress_site_file, SiteFile::MayBeAbsent);
    REQUIRE(settings);
    const auto policy = parse_egress_policy(*settings);
    INFO((policy ? std::string{} : policy.error().message));
    REQUIRE(policy);

    std::vector<PortRange> hard;
    std::vector<PortRange> all;
    for (const auto& [refused, enabled, lists] : policy->groups) {
        all.insert(all.end(), refused.tcp.begin(), refused.tcp.end());
        if (enabled && refused.tier == Tier::Hard && refused.id != "host-services")
            hard.insert(hard.end(), refused.tcp.begin(), refused.tcp.end());
    }
    for (const int port : {25, 465, 587, 3333, 4444, 5555, 7777, 9999, 6667, 6697, 9001, 9030}) {
        INFO(port);
        CHECK(closes(hard, port));
    }
    for (const int port : {80, 443, 8080, 8443}) {
        INFO(port);
        CHECK_FALSE(closes(all, port));
    }
    CHECK_FALSE(group(*policy, "torrent").enabled);
    CHECK_FALSE(group(*policy, "private").enabled);
    CHECK(group(*policy, "metadata").refused.addresses4.size() == 4);
    CHECK(group(*policy, "metadata").refused.addresses6.size() == 7);
    CHECK(policy->flows_per_second == 100);
}

TEST_CASE("a site changes single values of a group and adds groups of its own")
{
    const auto policy = with_site(R"(
version = 1
allow = ["192.0.2.7:587", "[2001:db8::/32]:9000-9001"]
[groups.private]
enabled = true
[groups.smtp]
tier = "soft"
[groups.office]
tier = "hard"
action = "drop"
addresses = ["198.51.100.0/24"]
tcp = "22"
[rate]
enabled = false
)");
    REQUIRE_FALSE(policy); // tcp is a list
    const auto mended = with_site(R"(
version = 1
allow = ["192.0.2.7:587", "[2001:db8::/32]:9000-9001"]
[groups.private]
enabled = true
[groups.smtp]
tier = "soft"
[groups.office]
tier = "hard"
action = "drop"
addresses = ["198.51.100.0/24"]
tcp = ["22"]
[rate]
enabled = false
)");
    INFO((mended ? std::string{} : mended.error().message));
    REQUIRE(mended);
    CHECK(group(*mended, "private").enabled);
    CHECK(group(*mended, "smtp").refused.tier == Tier::Soft);
    CHECK(group(*mended, "smtp").refused.tcp.size() == 3);
    CHECK(group(*mended, "office").refused.action == Action::Drop);
    CHECK(mended->flows_per_second == 0);
    REQUIRE(mended->allow.size() == 2);
    CHECK(mended->allow[1] == AllowedDestination{"2001:db8::/32", {9000, 9001}});
}

TEST_CASE("what is wrong in a site's file is named with line, column and the way out")
{
    struct Case {
        const char* site;
        const char* message;
        const char* hint;
    };
    const Case cases[] = {
        {"version = 1\n[groups.smtp]\ntcp = [25, 70000]\n",
         "/etc/harden/egress.toml:3:12: port 70000 is out of range (1 to 65535)", ""},
        {"version = 1\n[groups.smtp]\ntcp = [25, \"9-3\"]\n",
         ":3:12: range of ports 9-3 runs backwards", ""},
        {"version = 1\n[groups.smtp]\ntcp = [25, true]\n", ":3:12: expected a number or a text",
         ""},
        {"version = 1\n[groups.private]\naddresses = [\"10.0.0.1/8\"]\n",
         ":3:14: \"10.0.0.1/8\" has bits set beyond its prefix", "write 10.0.0.0/8"},
        {"version = 1\n[groups.private]\naddresses = [\"10.0.0.0/40\"]\n",
         ":3:14: \"10.0.0.0/40\" is no IP address", ""},
        {"version = 1\n[groups.smtp]\nenabeld = false\n",
         ":3:1: unknown key \"enabeld\" in groups.smtp", "did you mean \"enabled\"?"},
        {"version = 1\n[groups.minning]\nenabled = false\n",
         ":2:9: group \"minning\" has neither ports nor addresses", "did you mean \"mining\"?"},
        {"version = 1\n[group.smtp]\nenabled = false\n", ":2:2: unknown key \"group\"",
         "did you mean \"groups\"?"},
        {"version = 1\n[groups.smtp]\ntier = \"medium\"\n", "is \"medium\", not one of hard, soft",
         ""},
        {"version = 1\n[groups.smtp]\naction = \"reject\"\n",
         "is \"reject\", not one of refuse, drop", ""},
        {"version = 1\n[groups.\"a b\"]\ntcp = [1]\ntier = \"hard\"\naction = \"drop\"\n",
         ":2:9: \"a b\" is no name for a group", "at most 20"},
        {"version = 1\n[groups.rate]\ntcp = [1]\ntier = \"hard\"\naction = \"drop\"\n",
         "is no name for a group", ""},
        {"version = 1\n[groups.metadata]\ntcp = [80]\n", ":3:1: groups.metadata.tcp cannot be", ""},
        {"version = 1\n[groups.host-services]\naddresses = [\"::1\"]\n",
         "groups.host-services.addresses cannot be", ""},
        {"version = 1\nallow = [\"192.0.2.7\"]\n", ":2:10: \"192.0.2.7\" names no port",
         "write ADDRESS:PORT"},
        {"version = 1\nallow = [\"2001:db8::1:25\"]\n", "names no port", "[ADDRESS]:PORT"},
        {"version = 1\ncontainer_interfaces = [\"br-*; drop\"]\n", "which is no interface name",
         ""},
        {"version = 1\ncontainer_interfaces = []\n", "names no interface", ""},
        {"version = 1\n[rate]\nflows_per_second = 0\n",
         ":3:1: rate.flows_per_second is 0, out of range 1 to", ""},
        {"version = 2\n", "version", ""},
        {"[groups.smtp]\nenabled = false\n", "version is missing", ""},
        {"version = 1\n[groups.smtp\n", "/etc/harden/egress.toml:2:", ""},
    };
    for (const auto& [site, message, hint] : cases) {
        INFO(site);
        const auto policy = with_site(site);
        REQUIRE_FALSE(policy);
        INFO(policy.error().message);
        INFO(policy.error().hint);
        CHECK(policy.error().message.find(message) != std::string::npos);
        CHECK(policy.error().hint.find(hint) != std::string::npos);
    }
}

TEST_CASE("a file that somebody named must be there")
{
    FakeHost host;
    CHECK(egress_settings(host, "/root/mine.toml", SiteFile::MayBeAbsent));
    CHECK(egress_settings(host, "/root/mine.toml", SiteFile::MustExist).is_absent());
}
