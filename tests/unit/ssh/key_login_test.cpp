#include "ssh/key_login.h"
#include "support/catch.hpp"
#include "support/fake_sshd.h"

using namespace harden;
using namespace harden::test;

static const Account ann{"ann", 1000, "/home/ann", "/bin/bash"};
static constexpr auto usual =
    "authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2\nstrictmodes yes\n"
    "authorizedkeyscommand none\ntrustedusercakeys none\npermitrootlogin without-password\n";

static std::string refusal(const FakeHost& host, const Account& account, std::string_view settings)
{
    const auto usable = has_usable_key(host, account, *parse_sshd_settings(settings));
    return usable ? "" : usable.error().message;
}

TEST_CASE("an account with a key may stay, one without is named")
{
    FakeHost host;
    CHECK(
        refusal(host, ann, usual).find("no authorized key for ann: you would lock yourself out") ==
        0);
    host.with_file("/home/ann/.ssh/authorized_keys2", ed25519_key, 0600);
    CHECK(refusal(host, ann, usual) == "");
}

TEST_CASE("a key file that others can write does not count where sshd is strict")
{
    FakeHost host;
    host.with_file("/home/ann/.ssh/authorized_keys", ed25519_key, 0620);
    CHECK(refusal(host, ann, usual).find("can be written by others") != std::string::npos);
    CHECK(refusal(host, ann, "authorizedkeysfile .ssh/authorized_keys\nstrictmodes no\n") == "");
}

TEST_CASE("key files may stand elsewhere, by user or number")
{
    FakeHost host;
    host.with_file("/etc/keys/ann-1000", ed25519_key, 0644);
    CHECK(refusal(host, ann, "authorizedkeysfile /etc/keys/%u-%U\nstrictmodes yes\n") == "");
    host.with_file("/home/ann/k", ed25519_key, 0644);
    CHECK(refusal(host, ann, "authorizedkeysfile %h/k\nstrictmodes yes\n") == "");
    CHECK(refusal(host, ann, "authorizedkeysfile none\n") != "");
}

TEST_CASE("a key that a command or an authority supplies counts")
{
    FakeHost host;
    CHECK(refusal(host, ann, "authorizedkeyscommand /usr/bin/keys\n") == "");
    CHECK(refusal(host, ann, "trustedusercakeys /etc/ssh/ca.pub\n") == "");
}

TEST_CASE("root's keys do not count where root may not log in")
{
    FakeHost host;
    const Account root{"root", 0, "/root", "/bin/bash"};
    host.with_file("/root/.ssh/authorized_keys", ed25519_key, 0600);
    CHECK(refusal(host, root, usual) == "");
    CHECK(refusal(host, root, "permitrootlogin no\nauthorizedkeysfile .ssh/authorized_keys\n") !=
          "");
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
