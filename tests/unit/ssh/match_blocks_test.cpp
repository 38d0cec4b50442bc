#include "ssh/match_blocks.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

TEST_CASE("a pattern list has an example that it matches")
{
    struct Row {
        std::string_view patterns, example;
    };
    const Row rows[] = {{"10.0.0.0/8", "10.0.0.1"},
                        {"192.0.2.7/32", "192.0.2.7"},
                        {"fd00::/8", "fd00::1"},
                        {"2001:db8::7", "2001:db8::7"},
                        {"10.1.*", "10.1.1.1"},
                        {"!10.0.0.1,10.0.0.0/8", "10.0.0.1"},
                        {"ann,bob", "ann"},
                        {"ops*", "ops1"},
                        {"!root", ""},
                        {"*.example.org", "1.example.org"},
                        {"2222", "2222"}};
    for (const auto& row : rows) {
        INFO(row.patterns);
        CHECK(example_of(row.patterns) == row.example);
    }
}

TEST_CASE("each Match block has a connection that falls under it")
{
    FakeHost host;
    host.answering({"getent", "group", "sftp"}, {.out = "sftp:x:27:carol,dave\n"})
        .answering({"getent", "group", "staff"}, {.out = "staff:x:50:\n"})
        .answering({"getent", "group", "empty"}, {.out = "empty:x:51:\n"})
        .answering({"getent", "group", "gone"}, {.status = 2})
        .answering({"getent", "passwd"}, {.out = "erin:x:1000:50::/home/erin:/bin/sh\n"});
    const auto blocks = match_blocks(
        host, parse_sshd_config("Match User ann Address 10.0.0.0/8\nPort 1\nMatch Group sftp\n"
                                "Match group staff\nMatch Group empty\nMatch Group gone\n"
                                "Match LocalPort 2222\nMatch all\n",
                                "f"));
    REQUIRE(blocks);
    std::vector<std::string> seen;
    for (const auto& block : *blocks)
        seen.push_back(cat(block.position, " ", to_text(block.connection)));
    CHECK(seen == std::vector<std::string>{
                      "f:1 user=ann,host=host.invalid,addr=10.0.0.1,laddr=192.0.2.2,lport=22",
                      "f:3 user=carol,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22",
                      "f:4 user=erin,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22",
                      "f:7 user=root,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=2222",
                      "f:8 user=root,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22"});
}
