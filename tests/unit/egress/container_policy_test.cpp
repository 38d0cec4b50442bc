#include "egress/container_json.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

static const std::string id(64, 'a');

TEST_CASE("rates are bits per second with units of 1000")
{
    struct Case {
        const char* text;
        std::uint64_t rate; // 0: none
    };
    const Case cases[] = {
        {"50M", 50'000'000}, {"8k", 8'000},      {"8K", 8'000}, {"10G", 10'000'000'000},
        {"9600", 9600},      {"11G", 0},         {"7k", 0},     {"0", 0},
        {"-1M", 0},          {"M", 0},           {"", 0},       {"50Mb", 0},
        {"1.5M", 0},         {"99999999999G", 0}};
    for (const auto& [text, rate] : cases) {
        CAPTURE(text);
        const auto parsed = parse_rate(text);
        CHECK((parsed ? *parsed : 0) == rate);
    }
    CHECK(rate_to_text(50'000'000) == "50M");
    CHECK(rate_to_text(9600) == "9600");
}

TEST_CASE("quotas are bytes per period")
{
    for (const auto* text : {"10G/day", "500M/hour", "1T/month", "1500/minute", "1k/week"}) {
        CAPTURE(text);
        const auto quota = parse_byte_quota(text);
        REQUIRE(quota);
        CHECK(to_text(*quota) == text);
    }
    CHECK(*parse_byte_quota("10G/day") == ByteQuota{10'000'000'000, std::chrono::hours{24}});
    for (const auto* text :
         {"10G", "10G/", "/day", "10G/year", "0/day", "10G/day/day", "G/day", "99999999T/day"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_byte_quota(text));
    }
}

TEST_CASE("targets are networks with or without ports")
{
    for (const auto* text : {"198.51.100.0/24", "192.0.2.7:443", "192.0.2.0/24:9000-9001",
                             "2001:db8::/32", "[2001:db8::1]:443"}) {
        CAPTURE(text);
        const auto target = parse_allowed_target(text);
        REQUIRE(target);
        CHECK(to_text(*target) == text);
    }
    CHECK(to_text(*parse_allowed_target("[2001:db8::1]")) == "2001:db8::1");
    for (const auto* text : {"192.0.2.7:", "192.0.2.7:0", "192.0.2.7:70000", "[2001:db8::1]443",
                             "[2001:db8::1", "192.0.2.7/24", "example.org:443", "",
                             "192.0.2.7:443-80", "192.0.2.7:1 return; accept"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_allowed_target(text));
    }
}

TEST_CASE("what is not asked for stays, and none clears it")
{
    auto policy = with_wish({.id = id}, {.mode = "allow",
                                         .domains = {"example.org", "EXAMPLE.org"},
                                         .targets = {"192.0.2.7:443"},
                                         .rate = "50M",
                                         .quota = "10G/day"});
    REQUIRE(policy);
    CHECK(policy->domains.size() == 1);
    CHECK(policy->needs_dns());
    policy = with_wish(*policy, {.mode = "none"});
    REQUIRE(policy);
    CHECK(policy->mode == ContainerMode::None);
    CHECK(policy->domains.size() == 1);
    CHECK(policy->rate == 50'000'000);
    CHECK_FALSE(policy->needs_dns());
    policy = with_wish(*policy, {.mode = "open", .rate = "none", .quota = "none"});
    REQUIRE(policy);
    CHECK(policy->is_nothing());
    CHECK_FALSE(with_wish(*policy, {.domains = {"example.org"}}));
    CHECK_FALSE(with_wish(*policy, {.mode = "closed"}));
}

TEST_CASE("a record is read back as it was written, and nothing else is one")
{
    const auto policy =
        *with_wish({.id = id, .name = "w\x1b[31mob"}, {.mode = "allow",
                                                       .domains = {"*.example.org"},
                                                       .targets = {"[2001:db8::/32]:443"},
                                                       .rate = "50M",
                                                       .quota = "10G/day"});
    const auto json = to_json(policy);
    const auto back = parse_container_policy(json);
    REQUIRE(back);
    CHECK(*back == policy);
    CHECK(to_json(*with_wish(policy, {.mode = "open"})).find("example.org") != std::string::npos);
    CHECK(parse_container_policy(to_json(*with_wish(policy, {.mode = "open"}))));
    for (const auto& broken :
         {std::string{}, std::string{"{}"}, json.substr(0, json.size() / 2),
          std::string{json}.replace(json.find("allow"), 5, "alloy"),
          std::string{json}.replace(json.find("aaaa"), 4, "../x"),
          std::string{json}.replace(json.find("\"rate\""), 6, "\"rote\""),
          std::string{json}.replace(json.find("harden.container/1"), 18, "harden.container/2")}) {
        CAPTURE(broken);
        CHECK_FALSE(parse_container_policy(broken));
    }
}

TEST_CASE("records are found by id; one that makes no sense is an error that names it")
{
    FakeHost host;
    CHECK(container_policies(host)->empty());
    const ContainerPolicy policy{.id = id, .mode = ContainerMode::None};
    host.with_file(container_policy_file(id), to_json(policy));
    host.with_file(Path{container_policy_directory} / "README", "?");
    REQUIRE(container_policies(host)->size() == 1);
    CHECK(container_policies(host)->front() == policy);
    host.with_file(container_policy_file(std::string(64, 'b')), to_json(policy));
    const auto policies = container_policies(host);
    REQUIRE_FALSE(policies);
    CHECK(policies.error().message.find("bbbb") != std::string::npos);
}
