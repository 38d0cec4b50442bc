#include "ssh/ssh_policy.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

#include <algorithm>

using namespace harden;
using harden::test::FakeHost;

static Result<SshPolicy> policy_with(std::string site)
{
    FakeHost host;
    host.with_file(site_ssh_policy, std::move(site));
    const auto settings = ssh_settings(host);
    if (!settings)
        return settings.error();
    return ssh_policy_from(*settings);
}

TEST_CASE("the shipped policy is valid and refuses passwords")
{
    const auto policy = ssh_policy_from(*ssh_settings(FakeHost{}));
    REQUIRE(policy);
    CHECK(policy->confirm_within == std::chrono::seconds{120});
    const auto found = std::ranges::find(policy->rules, "PasswordAuthentication", &SshRule::name);
    REQUIRE(found != policy->rules.end());
    CHECK(found->value == "no");
    CHECK(policy->algorithms.size() == 3);
}

TEST_CASE("a profile brings its own lists, and a site's own win over both")
{
    FakeHost host;
    const auto named = [&](const char* profile) {
        return *ssh_policy_from(*ssh_settings(host), profile);
    };
    const auto first = [](const SshPolicy& policy) { return policy.algorithms.at(0).preferred; };
    CHECK(first(named("")) == first(named("intermediate")));
    CHECK(std::ranges::count(first(named("modern")), "curve25519-sha256") == 0);
    CHECK(std::ranges::count(first(named("intermediate")), "curve25519-sha256") == 1);
    const auto modern = named("modern");
    const auto size = std::ranges::find(modern.rules, "RequiredRSASize", &SshRule::name);
    CHECK(size->value == "3072");
    CHECK(size->spare_keys);
    CHECK_FALSE(ssh_policy_from(*ssh_settings(host), "old"));

    host.with_file(site_ssh_policy, "version = 1\nprofile = \"modern\"\n[settings]\n"
                                    "RequiredRSASize = { value = \"4096\" }\n"
                                    "[algorithms]\nMACs = [\"hmac-sha2-256\"]\n");
    const auto site = named("");
    CHECK(first(site) == first(named("modern")));
    CHECK(site.algorithms.at(2).preferred == std::vector<std::string>{"hmac-sha2-256"});
    const auto own = std::ranges::find(site.rules, "RequiredRSASize", &SshRule::name);
    CHECK(own->value == "4096");
    CHECK_FALSE(own->spare_keys);
}

TEST_CASE("a site changes single settings and lists")
{
    const auto policy = policy_with("version = 1\nconfirm_within = 60\nmatch_blocks = \"keep\"\n"
                                    "[settings]\nAllowUsers = { value = \"ann\" }\n"
                                    "MaxAuthTries = { most = 2 }\n"
                                    "[algorithms]\nMACs = [\"hmac-sha2-256\"]\n");
    REQUIRE(policy);
    CHECK(policy->confirm_within == std::chrono::seconds{60});
    CHECK(policy->match_blocks == MatchBlocks::Keep);
    CHECK(std::ranges::count(policy->rules, "AllowUsers", &SshRule::name) == 1);
    const auto tries = std::ranges::find(policy->rules, "MaxAuthTries", &SshRule::name);
    CHECK(tries->value == "2");
    CHECK(policy->algorithms.at(2).preferred == std::vector<std::string>{"hmac-sha2-256"});
}

TEST_CASE("a wrong site file is an error that says where")
{
    struct Row {
        std::string site;
        std::string_view complaint;
    };
    const Row rows[] = {
        {"version = 2\n", "ssh.toml:1:"},
        {"version = 1\nconfirm_whithin = 5\n", "confirm_within"},
        {"version = 1\nconfirm_within = 1\n", "ssh.toml:2:"},
        {"version = 1\nmatch_blocks = \"break\"\n", "ssh.toml:2:"},
        {"version = 1\n[settings]\nBanner = { value = \"a\\nPermitRootLogin yes\" }\n",
         "one word of sshd_config"},
        {"version = 1\n[settings]\nBanner = { value = \"\" }\n", "one word of sshd_config"},
        {"version = 1\n[settings]\n\"A b\" = { value = \"x\" }\n", "not a setting of sshd"},
        {"version = 1\n[settings]\nMaxAuthTries = { least = 5 }\n", "ssh.toml"},
        {"version = 1\n[algorithms]\nCiphers = [\"a,b\"]\n", "one word"},
        {"version = 1\n[algorithms]\nCipher = [\"a\"]\n", "Ciphers"},
        {"version = 1\nx = \n", "ssh.toml:2:"}};
    for (const auto& row : rows) {
        INFO(row.site);
        const auto policy = policy_with(row.site);
        REQUIRE_FALSE(policy);
        INFO(policy.error().message);
        CHECK(cat(policy.error().message, " ", policy.error().hint).find(row.complaint) !=
              std::string::npos);
    }
}
