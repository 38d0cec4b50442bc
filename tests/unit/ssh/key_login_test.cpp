#include "ssh/key_login.h"
#include "support/catch.hpp"
#include "support/fake_sshd.h"

using namespace harden;
using namespace harden::test;

static const Account ann{"ann", 1000, "/home/ann", "/bin/bash", 1000};
static const Account root{"root", 0, "/root", "/bin/bash", 0};
static const std::string usual =
    "authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2\nstrictmodes yes\n"
    "authorizedkeyscommand none\ntrustedusercakeys none\npermitrootlogin without-password\n";
static constexpr auto keys_file = "/home/ann/.ssh/authorized_keys";

namespace {

struct Machine {
    FakeHost fake;

    Machine()
    {
        with_file("/bin/bash", "", 0755);
        install_fake_ssh_keygen(fake);
        answering({"getent", "group"}, {.out = "ann:x:1000:\nops:x:50:ann\nroot:x:0:\n"});
    }
    void with_file(const Path& file, std::string contents, unsigned mode = 0644)
    {
        fake.with_file(file, std::move(contents), mode);
    }
    void answering(const Command& command, Output output)
    {
        fake.answering(command, std::move(output));
    }
    OperatorLogin login{.user = "ann",
                        .connection = {.user = "ann",
                                       .host = "192.0.2.7",
                                       .address = "192.0.2.7",
                                       .local_address = "10.0.0.5"},
                        .peer_port = "51234"};

    std::string refusal(const Account& account, const std::string& settings,
                        const std::string& before = {}) const
    {
        const auto after = *parse_sshd_settings(settings);
        const auto now = before.empty() ? after : *parse_sshd_settings(before);
        const auto able = can_log_in(fake, {account, login, now, after});
        return able ? "" : able.error().message;
    }
    std::string refusal(const std::string& more) const { return refusal(ann, usual + more); }
};

}

static bool says(const std::string& text, std::string_view words)
{
    INFO(text);
    CHECK(text.find(words) != std::string::npos);
    return true;
}

TEST_CASE("an account with a key may stay, one without is named")
{
    Machine host;
    CHECK(host.refusal("").find("no authorized key for ann: you would lock yourself out") == 0);
    host.with_file("/home/ann/.ssh/authorized_keys2", ed25519_key, 0600);
    CHECK(host.refusal("") == "");
}

TEST_CASE("a key file that others can write does not count where sshd is strict")
{
    Machine host;
    host.with_file(keys_file, ed25519_key, 0620);
    says(host.refusal(""), "can be written by others");
    CHECK(host.refusal(ann, "authorizedkeysfile .ssh/authorized_keys\nstrictmodes no\n") == "");
}

TEST_CASE("key files may stand elsewhere, by user or number")
{
    Machine host;
    host.with_file("/etc/keys/ann-1000", ed25519_key, 0644);
    CHECK(host.refusal(ann, "authorizedkeysfile /etc/keys/%u-%U\nstrictmodes yes\n") == "");
    host.with_file("/home/ann/k", ed25519_key, 0644);
    CHECK(host.refusal(ann, "authorizedkeysfile %h/k\nstrictmodes yes\n") == "");
    CHECK(host.refusal(ann, "authorizedkeysfile none\n") != "");
}

TEST_CASE("the key of this login must let it in again, not any key")
{
    Machine host;
    host.with_file(keys_file, cat(ed25519_key, rsa_key), 0600);
    host.login.key_type = "RSA";
    host.login.fingerprint = fake_fingerprint(rsa_key);
    CHECK(host.refusal("") == "");
    says(host.refusal("requiredrsasize 3072\n"),
         "would not let ann in again (/home/ann/.ssh/authorized_keys:2 is an RSA key of 2048 bits");
    host.login.fingerprint = fake_fingerprint(ed25519_key);
    CHECK(host.refusal("requiredrsasize 3072\n") == "");
    host.login.fingerprint = "SHA256:gone";
    says(host.refusal(""), "authorized_keys:1 is another key");
    SECTION("unless the same command supplies keys as before")
    {
        host.login.key_type = "ED25519";
        CHECK(host.refusal(ann, "authorizedkeyscommand /usr/bin/keys\n") == "");
        CHECK(host.refusal(ann, "authorizedkeyscommand /usr/bin/keys\n", usual) != "");
    }
}

TEST_CASE("a certificate counts where its authority is trusted still")
{
    Machine host;
    host.login.key_type = "ED25519-CERT";
    host.login.fingerprint = "SHA256:own";
    host.login.authority = fake_fingerprint(ed25519_key);
    const std::string with_authority = "trustedusercakeys /etc/ssh/ca.pub\n";
    CHECK(host.refusal(ann, with_authority) != "");
    host.with_file("/etc/ssh/ca.pub", ed25519_key);
    CHECK(host.refusal(ann, with_authority) == "");
    says(host.refusal(ann, with_authority + "pubkeyacceptedalgorithms ssh-ed25519\n"),
         "ED25519-CERT keys are not accepted");
    host.with_file(keys_file, cat("cert-authority ", ed25519_key), 0600);
    CHECK(host.refusal("") == "");
    host.with_file("/etc/ssh/ca.pub", rsa_key);
    CHECK(host.refusal(ann, with_authority) != "");
}

TEST_CASE("a revoked key does not count")
{
    Machine host;
    host.with_file(keys_file, ed25519_key, 0600);
    says(host.refusal("revokedkeys /etc/ssh/revoked\n"), "without which sshd refuses every key");
    host.with_file("/etc/ssh/revoked", rsa_key);
    CHECK(host.refusal("revokedkeys /etc/ssh/revoked\n") == "");
    host.with_file("/etc/ssh/revoked", ed25519_key);
    says(host.refusal("revokedkeys /etc/ssh/revoked\n"), "has been revoked");
}

TEST_CASE("two keys are needed where two are asked for")
{
    Machine host;
    host.with_file(keys_file, ed25519_key, 0600);
    const std::string two = "pubkeyauthentication yes\nauthenticationmethods publickey,publickey\n";
    says(host.refusal(two), "AuthenticationMethods asks for 2 keys");
    host.with_file(keys_file, cat(ed25519_key, rsa_key), 0600);
    CHECK(host.refusal(two) == "");
}

TEST_CASE("whoever is not admitted has no use for a key")
{
    Machine host;
    host.with_file(keys_file, ed25519_key, 0600);
    struct Row {
        std::string settings;
        std::string_view reason;
    };
    const Row rows[] = {{"allowusers bob\n", "AllowUsers bob keeps ann out"},
                        {"allowusers bob\nallowusers ann\n", ""},
                        {"allowusers ann@192.0.2.0/24\n", ""},
                        {"allowusers ann@10.0.0.0/8\n", "AllowUsers"},
                        {"allowusers a*\ndenyusers ann\n", "DenyUsers ann keeps ann out"},
                        {"denyusers bob\n", ""},
                        {"allowgroups ops\n", ""},
                        {"allowgroups wheel\n", "AllowGroups wheel keeps ann out"},
                        {"denygroups o*\n", "DenyGroups o* keeps ann out"},
                        {"pubkeyauthentication no\n", "PubkeyAuthentication no keeps ann out"},
                        {"listenaddress 0.0.0.0:22\nlistenaddress [::]:22\n", ""},
                        {"listenaddress 10.0.0.5:22\n", ""},
                        {"listenaddress [::]:22\n", "sshd would listen on [::]:22"},
                        {"listenaddress 0.0.0.0:2222\n", "this login came to 10.0.0.5 port 22"},
                        {"listenaddress 10.0.0.6:22\n", "sshd would listen on 10.0.0.6:22"}};
    for (const auto& row : rows) {
        const auto said = host.refusal(row.settings);
        INFO(row.settings << said);
        CHECK((row.reason.empty() ? said.empty() : said.find(row.reason) != std::string::npos));
    }
}

TEST_CASE("a forced command counts as no shell only where it is new")
{
    Machine host;
    host.with_file(keys_file, ed25519_key, 0600);
    const auto forced = usual + "forcecommand internal-sftp\n";
    says(host.refusal(ann, forced, usual), "ForceCommand internal-sftp keeps ann out");
    CHECK(host.refusal(ann, forced, forced) == "");
}

TEST_CASE("an account that has expired, is locked or has no shell cannot log in")
{
    Machine host;
    host.with_file(keys_file, ed25519_key, 0600);
    const Command ask{"getent", "shadow", "--", "ann"};
    host.answering(ask, {.out = "ann:!:19000:0:99999:7:::\n"});
    CHECK(host.refusal("usepam yes\n") == "");
    says(host.refusal("usepam no\n"), "the account is locked");
    host.answering(ask, {.out = "ann:*:19000:0:99999:7::19000:\n"});
    says(host.refusal("usepam yes\n"), "the account has expired");
    host.answering(ask, {.out = "ann:*:19000:0:99999:7::90000:\n"});
    CHECK(host.refusal("") == "");
    const Account shell_gone{"ann", 1000, "/home/ann", "/bin/zsh", 1000};
    says(host.refusal(shell_gone, usual), "its shell /bin/zsh is not there");
    host.with_file("/run/nologin", "");
    says(host.refusal(""), "/run/nologin keeps everybody but root out");
}

TEST_CASE("Port and ListenAddress are not sshd's under socket activation")
{
    Machine host;
    host.with_file(keys_file, ed25519_key, 0600);
    host.answering({"systemctl", "is-active", "--quiet", "ssh.socket"}, {});
    const std::string elsewhere = "listenaddress 0.0.0.0:2222\n";
    CHECK(host.refusal(elsewhere) == "");
    says(host.refusal(ann, usual + elsewhere, usual + "listenaddress 0.0.0.0:22\n"),
         "ssh.socket listens in sshd's place");
}

TEST_CASE("root's keys do not count where root may not log in")
{
    Machine host;
    host.with_file("/root/.ssh/authorized_keys", ed25519_key, 0600);
    CHECK(host.refusal(root, usual) == "");
    for (const auto* value : {"no", "forced-commands-only"})
        CHECK(host.refusal(root, cat("permitrootlogin ", value,
                                     "\nauthorizedkeysfile .ssh/authorized_keys\n")) ==
              cat("you would lock yourself out: PermitRootLogin ", value, " keeps root out"));
}

TEST_CASE("people's accounts are told from services")
{
    FakeHost host;
    host.answering(
        {"getent", "passwd"},
        {.out = "root:x:0:0:root:/root:/bin/bash\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n"
                "ann:x:1000:1000::/home/ann:/bin/zsh\nbot:x:1001:1001::/x:/bin/false\n"
                "nobody:x:65534:65534::/:/bin/sh\nbroken line\n"});
    std::vector<std::string> names;
    for (const auto& account : *login_accounts(host))
        names.push_back(account.name);
    CHECK(names == std::vector<std::string>{"root", "ann"});
}
