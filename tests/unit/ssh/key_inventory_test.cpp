#include "ssh/key_inventory.h"
#include "ssh/sshd_config.h"
#include "support/catch.hpp"
#include "support/fake_sshd.h"

using namespace harden;
using namespace harden::test;

static KeyInventory inventory_of(const FakeHost& host, const std::string& known = {})
{
    const auto inventory = key_inventory(host, {.known_keys = known});
    REQUIRE(inventory);
    return *inventory;
}

TEST_CASE("every key of every account is told, with its place and what is wrong with it")
{
    FakeHost host;
    make_ssh_server(host);
    host.answering({"getent", "passwd"}, {.out = "root:x:0:0:root:/root:/bin/bash\n"
                                                 "bot:x:998:998::/srv/bot:/usr/sbin/nologin\n"});
    host.with_file("/srv/bot/.ssh/authorized_keys",
                   cat("# old\nfrom=\"10.0.0.0/8\",command=\"secret\" ", rsa_key,
                       "expiry-time=\"20200101\" ", ed25519_key),
                   0666);
    const auto found = inventory_of(host);
    REQUIRE(found.keys.size() == 3);
    CHECK(found.keys[0].problems.empty());
    CHECK(found.keys[1].place == "/srv/bot/.ssh/authorized_keys:2");
    CHECK(found.keys[1].problems == std::vector<std::string>{"RSA of 2048 bits is weak"});
    CHECK(found.keys[2].problems == std::vector<std::string>{"has expired"});
    CHECK(found.file_problems.size() == 1);
    CHECK_FALSE(is_in_order(found));
    const auto text = render_text(found);
    CHECK(text.find("[from=\"10.0.0.0/8\",command]  old@laptop\n    RSA of 2048 bits is weak\n") !=
          std::string::npos);
    CHECK(text.find("secret") == std::string::npos);
    CHECK(render_json(found).find("\"schema\": \"harden.ssh-keys/1\"") != std::string::npos);
}

TEST_CASE("a key that is not on the operator's list is told")
{
    FakeHost host;
    make_ssh_server(host);
    host.with_file("/etc/harden/keys", "# whose\nSHA256:other bob\n");
    const auto found = inventory_of(host, "/etc/harden/keys");
    CHECK(found.keys.at(0).problems == std::vector<std::string>{"is not in /etc/harden/keys"});
    host.with_file("/etc/harden/keys", cat(fake_fingerprint(ed25519_key), " ann's laptop\n"));
    CHECK(is_in_order(inventory_of(host, "/etc/harden/keys")));
    CHECK_FALSE(key_inventory(host, {.known_keys = "/etc/harden/none"}));
}

TEST_CASE("authorities and commands are ways in too, and what cannot be read is said")
{
    FakeHost host;
    make_ssh_server(host);
    host.with_file(sshd_config_file, "AuthorizedKeysCommand /usr/bin/keys\n"
                                     "TrustedUserCAKeys /etc/ssh/ca.pub\n");
    auto found = inventory_of(host);
    CHECK(found.sources.size() == 2);
    CHECK(found.unread.size() == 1);
    host.with_file("/etc/ssh/ca.pub", rsa_key);
    found = inventory_of(host);
    CHECK(found.keys.at(1).is_authority);
    CHECK(found.keys.at(1).account.empty());
}

TEST_CASE("what a key's owner wrote cannot drive a terminal")
{
    FakeHost host;
    make_ssh_server(host);
    auto line = std::string{trim(ed25519_key)};
    host.with_file("/root/.ssh/authorized_keys", line + " \x1b[2J\xff\n", 0600);
    const auto found = inventory_of(host);
    CHECK(render_text(found).find('\x1b') == std::string::npos);
    CHECK(render_json(found).find('\xff') == std::string::npos);
}
