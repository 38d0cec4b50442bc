#include "ssh/greeting.h"
#include "support/catch.hpp"
#include "support/ssh_greeting.h"

using namespace harden;
using namespace harden::test;

TEST_CASE("a greeting tells the software and the algorithms of both directions, each once")
{
    const auto said =
        greeting_of({.key_exchanges = "curve25519-sha256,kex-strict-s-v00@openssh.com",
                     .ciphers = "aes128-ctr,aes256-ctr",
                     .macs = "hmac-sha2-256"});
    CHECK(is_whole_greeting(said));
    const auto greeting = parse_ssh_greeting(said);
    REQUIRE(greeting);
    CHECK(greeting->identification == "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7");
    CHECK(greeting->key_exchanges ==
          std::vector<std::string>{"curve25519-sha256", "kex-strict-s-v00@openssh.com"});
    CHECK(greeting->ciphers == std::vector<std::string>{"aes128-ctr", "aes256-ctr"});
    CHECK(greeting->macs == std::vector<std::string>{"hmac-sha2-256"});
    CHECK(is_marker(greeting->key_exchanges.back()));
    CHECK_FALSE(is_marker(greeting->key_exchanges.front()));
}

TEST_CASE("lines before the identification are passed over")
{
    const auto greeting = parse_ssh_greeting(cat("welcome\r\n", greeting_of({})));
    REQUIRE(greeting);
    CHECK(greeting->identification.starts_with("SSH-2.0-"));
}

TEST_CASE("every greeting that is cut short is malformed, and not whole")
{
    const auto said = greeting_of({});
    for (std::size_t size = 0; size < said.size(); ++size) {
        INFO(size);
        CHECK_FALSE(parse_ssh_greeting(said.substr(0, size)));
        CHECK_FALSE(is_whole_greeting(said.substr(0, size)));
    }
}

TEST_CASE("a server that turns its caller away says so")
{
    const auto greeting = parse_ssh_greeting("Not allowed at this time\r\n");
    REQUIRE_FALSE(greeting);
    CHECK(greeting.error().kind == ErrorKind::Denied);
    CHECK(greeting.error().message.find("turns this address away") != std::string::npos);
    CHECK(greeting.error().hint.find("PerSourcePenalties") != std::string::npos);
}

TEST_CASE("what is no greeting of SSH is malformed")
{
    const std::string line = "SSH-2.0-x\r\n";
    const std::string no_kexinit{"\0\0\0\6\4\24\0\0\0\0", 10};
    const std::string huge{"\x7f\xff\xff\xff\4\24", 6};
    const std::string all_padding{"\0\0\0\2\7\24", 6};
    for (const auto& said :
         {std::string{}, std::string{"220 mail ESMTP\r\n"}, std::string(70'000, 'x'), line,
          line + no_kexinit.substr(0, 5) + "\x15" + no_kexinit.substr(6), line + no_kexinit,
          line + huge, line + all_padding}) {
        INFO(said.substr(0, 40));
        CHECK_FALSE(parse_ssh_greeting(said));
    }
}
