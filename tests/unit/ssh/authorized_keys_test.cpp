#include "ssh/authorized_keys.h"
#include "support/catch.hpp"
#include "support/fake_sshd.h"

using namespace harden;
using harden::test::ed25519_key;
using harden::test::rsa_key;

static const KeyClock now{.local = "20261122091500", .utc = "20261122081500"};

static std::string why(std::string_view line, std::string_view settings = "requiredrsasize 1024\n")
{
    const SshConnection from{.host = "lap.example.org", .address = "198.51.100.7"};
    const auto keys = parse_authorized_keys(line);
    return keys.empty() ? "no key"
                        : why_unusable(keys[0], *parse_sshd_settings(settings), now, &from);
}

TEST_CASE("lines that hold a key are found, with options and comments")
{
    const auto text = cat("# ann\n\n", ed25519_key, "not a key\nssh-ed25519 AAAA\n",
                          "no-pty,from=\"10.0.0.0/8,!10.1.1.1\" ", rsa_key);
    const auto keys = parse_authorized_keys(text);
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].line == 3);
    CHECK(keys[0].type == "ssh-ed25519");
    CHECK(keys[0].comment == "ann@laptop");
    CHECK(keys[1].line == 6);
    CHECK(keys[1].bits == 2048);
    CHECK(keys[1].options == std::vector<std::string>{"no-pty", "from=\"10.0.0.0/8,!10.1.1.1\""});
}

TEST_CASE("a key is usable, or it is said why not")
{
    const std::string plain = ed25519_key;
    CHECK(why(plain) == "");
    CHECK(why("no-pty " + plain) == "");
    CHECK(why("command=\"echo \\\"log in as debian\\\"\",no-pty " + plain) ==
          "runs a fixed command instead of a shell");
    CHECK(why("expiry-time=\"20261121\" " + plain) == "has expired");
    CHECK(why("expiry-time=\"20261123\" " + plain) == "");
    CHECK(why(rsa_key) == "");
    CHECK(why(rsa_key, "requiredrsasize 3072\n") ==
          "is an RSA key of 2048 bits, below RequiredRSASize 3072");
    CHECK(why(rsa_key, "pubkeyacceptedalgorithms ssh-ed25519,rsa-sha2-512\n") == "");
    CHECK(
        why(rsa_key, "pubkeyacceptedalgorithms ssh-ed25519,rsa-sha2-512-cert-v01@openssh.com\n") ==
        "ssh-rsa keys are not accepted (PubkeyAcceptedAlgorithms)");
}

TEST_CASE("a key for other origins, of an authority or with a foreign option is none for us")
{
    const std::string plain = ed25519_key;
    CHECK(why("from=\"198.51.100.0/24\" " + plain) == "");
    CHECK(why("from=\"*.example.org\" " + plain) == "");
    CHECK(why("from=\"198.51.100.0/24,!198.51.100.7\" " + plain) ==
          "is for logins from 198.51.100.0/24,!198.51.100.7 only, not from 198.51.100.7");
    CHECK(why("FROM=\"10.0.0.0/8\" " + plain).starts_with("is for logins from 10.0.0.0/8 only"));
    CHECK(why("cert-authority " + plain) == "is an authority's, for certificates");
    CHECK(why("no-ptty " + plain) == "has an option that sshd does not know: no-ptty");
    CHECK(why("restrict,pty " + plain) == "");
}

TEST_CASE("a key expires in the machine's own time unless it says otherwise")
{
    const std::string plain = ed25519_key;
    CHECK(why("expiry-time=\"20261122090000\" " + plain) == "has expired");
    CHECK(why("expiry-time=\"20261122090000Z\" " + plain) == "");
    CHECK(why("expiry-time=\"202611220800Z\" " + plain) == "has expired");
}

TEST_CASE("what only looks like a key is none")
{
    for (const auto* line :
         {"ssh-ed25519", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAA",
          "ssh-ed25519 ????", "command=\"unclosed ssh-ed25519 AAAA"})
        CHECK(parse_authorized_keys(line).empty());
}
