#include "ssh/drop_in.h"
#include "support/catch.hpp"

using namespace harden;

static SshdSettings settings_of(std::string_view text)
{
    return *parse_sshd_settings(text);
}

static SshPolicy policy_of(std::string_view text)
{
    const auto document = parse_toml(
        cat("version = 1\nconfirm_within = 120\nmatch_blocks = \"refuse\"\n", text), "test.toml");
    return *ssh_policy_from(*document);
}

TEST_CASE("a value that is stricter than the policy's stays")
{
    struct Row {
        std::string_view rule, actual, wanted;
    };
    const Row rows[] = {
        {"A = { value = \"no\" }", "a yes", "A no"},
        {"A = { value = \"no\" }", "a no", "A no"},
        {"A = { value = \"prohibit-password\", stricter = [\"no\"] }", "a yes",
         "A prohibit-password"},
        {"A = { value = \"prohibit-password\", stricter = [\"no\"] }", "a no", "A no"},
        {"A = { least = 1, most = 4 }", "a 6", "A 4"},
        {"A = { least = 1, most = 4 }", "a 3", "A 3"},
        {"A = { least = 1, most = 60 }", "a 2m", "A 60"},
        {"A = { least = 1, most = 60 }", "a 0", "A 60"}};
    for (const auto& row : rows) {
        INFO(row.rule << ", " << row.actual);
        const auto wanted = wanted_settings(policy_of(cat("[settings]\n", row.rule, "\n")),
                                            settings_of(row.actual));
        REQUIRE(wanted);
        CHECK(cat(wanted->at(0).name, " ", wanted->at(0).value) == row.wanted);
    }
}

TEST_CASE("a setting that this sshd does not know is left out")
{
    const auto wanted =
        wanted_settings(policy_of("[settings]\nA = { value = \"no\" }\n"), settings_of("b yes\n"));
    REQUIRE(wanted);
    CHECK(wanted->empty());
}

TEST_CASE("algorithms are the wanted ones that sshd offers, in our order")
{
    const auto policy = policy_of("[algorithms]\nCiphers = [\"best\", \"good\", \"fair\"]\n");
    CHECK(wanted_settings(policy, settings_of("ciphers fair,bad,best\n"))->at(0).value ==
          "best,fair");
    const auto none = wanted_settings(policy, settings_of("ciphers bad,worse\n"));
    REQUIRE_FALSE(none);
    CHECK(none.error().message == "Ciphers: sshd offers none of the wanted ones, only bad,worse");
    CHECK(none.error().hint.find(site_ssh_policy) != std::string::npos);
}

TEST_CASE("differences name what is not as wanted, whatever its spelling")
{
    const std::vector<SshWanted> wanted{{"PermitRootLogin", "prohibit-password"},
                                        {"LoginGraceTime", "120"},
                                        {"X11Forwarding", "no"}};
    const auto found = differences(
        wanted,
        settings_of("permitrootlogin without-password\nlogingracetime 2m\nx11forwarding yes\n"));
    REQUIRE(found.size() == 1);
    CHECK(found[0].what == "X11Forwarding");
    CHECK(found[0].from == "yes");
    CHECK(found[0].to == "no");
}

TEST_CASE("a stricter value in a Match block is not a weaker one")
{
    const auto policy = policy_of("[settings]\nMaxSessions = { least = 1, most = 10 }\n"
                                  "PermitRootLogin = { value = \"prohibit-password\", "
                                  "stricter = [\"no\"] }\n");
    const std::vector<SshWanted> wanted{{"MaxSessions", "10"},
                                        {"PermitRootLogin", "prohibit-password"}};
    CHECK(weaker(policy, wanted, settings_of("maxsessions 5\npermitrootlogin no\n")).empty());
    CHECK(weaker(policy, wanted, settings_of("maxsessions 50\npermitrootlogin yes\n")).size() == 2);
}

TEST_CASE("what sshd tells only where it is set can be asked for, and a list is one value")
{
    const auto policy = policy_of("[settings]\nAllowUsers = { value = \"ann bob\" }\n");
    const auto wanted = wanted_settings(policy, settings_of("b yes\n"));
    REQUIRE(wanted);
    REQUIRE(wanted->size() == 1);
    CHECK(differences(*wanted, settings_of("allowusers ann\nallowusers bob\n")).empty());
    CHECK(differences(*wanted, settings_of("allowusers ann\n")).size() == 1);
    CHECK(left_out(policy, settings_of("b yes\n")).empty());
    CHECK(left_out(policy_of("[settings]\nA = { value = \"no\" }\n"), settings_of("b yes\n")) ==
          std::vector<std::string>{"left out: this sshd does not know A"});
}

TEST_CASE("settings that would let nobody in are refused")
{
    struct Row {
        std::string_view settings;
        bool admits;
    };
    const Row rows[] = {{"authenticationmethods any\n", true},
                        {"pubkeyauthentication yes\nauthenticationmethods publickey\n", true},
                        {"pubkeyauthentication yes\nkbdinteractiveauthentication no\n"
                         "authenticationmethods publickey,keyboard-interactive:pam\n",
                         false},
                        {"pubkeyauthentication yes\nkbdinteractiveauthentication yes\n"
                         "authenticationmethods publickey,keyboard-interactive:pam\n",
                         true},
                        {"pubkeyauthentication yes\npasswordauthentication no\n"
                         "authenticationmethods publickey,password publickey\n",
                         true},
                        {"passwordauthentication no\nauthenticationmethods password\n", false}};
    for (const auto& row : rows) {
        INFO(row.settings);
        CHECK(static_cast<bool>(admits_keys(settings_of(row.settings))) == row.admits);
    }
}

TEST_CASE("the drop-in is one line a setting below a comment")
{
    const auto text = drop_in_text({{"A", "no"}, {"B", "x,y"}});
    CHECK(text.starts_with("# "));
    CHECK(text.ends_with("\nA no\nB x,y\n"));
}
