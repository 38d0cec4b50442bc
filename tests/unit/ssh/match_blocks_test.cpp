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
                        {"!10.0.0.1,10.0.0.0/8", "10.0.0.2"},
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

TEST_CASE("an example escapes the exceptions of its list, or there is none")
{
    CHECK(example_address("*,!198.51.100.1") == "198.51.100.2");
    CHECK(example_address("10.0.0.0/8,!10.0.0.0/30") == "10.0.0.7");
    CHECK(example_address("!10.0.0.0/8") == "");
    CHECK(example_of("*,!1") == "");
}

static std::vector<std::string> blocks_of(const FakeHost& host, std::string_view text)
{
    std::vector<std::string> seen;
    const auto blocks = match_blocks(host, parse_sshd_config(text, "f"));
    REQUIRE(blocks);
    for (const auto& block : *blocks)
        seen.push_back(cat(block.position, " ", to_text(block.connection)));
    return seen;
}

static void add_people(FakeHost& host)
{
    host.answering({"getent", "group"}, {.out = "sftp:x:27:carol,dave\nstaff:x:50:\n"
                                                "empty:x:51:\nops-eu:x:52:dave\nroot:x:0:\n"})
        .answering({"getent", "passwd"}, {.out = "root:x:0:0::/root:/bin/sh\n"
                                                 "erin:x:1000:50::/home/erin:/bin/sh\n"
                                                 "carol:x:1001:1001::/home/carol:/bin/sh\n"
                                                 "dave:x:1002:1002::/home/dave:/bin/sh\n"});
}

TEST_CASE("each Match block has a connection that falls under it")
{
    FakeHost host;
    add_people(host);
    CHECK(blocks_of(host, "Match User ann Address 10.0.0.0/8\nPort 1\nMatch Group sftp\n"
                          "Match group staff\nMatch Group empty\nMatch Group gone\n"
                          "Match LocalPort 2222\nMatch all\n") ==
          std::vector<std::string>{
              "f:1 user=ann,host=host.invalid,addr=10.0.0.1,laddr=192.0.2.2,lport=22",
              "f:3 user=carol,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22",
              "f:4 user=erin,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22",
              "f:7 user=root,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=2222",
              "f:8 user=root,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22"});
}

TEST_CASE("criteria that go together are met by one connection")
{
    FakeHost host;
    add_people(host);
    CHECK(blocks_of(host, "Match Group sftp User *,!carol\n"
                          "Match Group ops-* LocalAddress 10.1.0.0/16 Host *.example.org\n"
                          "Match Group sftp,staff User e*\n"
                          "Match Group staff User carol\n"
                          "Match invalid-user\n") ==
          std::vector<std::string>{
              "f:1 user=dave,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22",
              "f:2 user=dave,host=1.example.org,addr=192.0.2.1,laddr=10.1.0.1,lport=22",
              "f:3 user=erin,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22",
              "f:5 user=root,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22,"
              "invalid-user"});
}

TEST_CASE("a block in a file that is included under another is met by both")
{
    FakeHost host;
    add_people(host);
    host.with_file(sshd_config_file, "Match Address 10.0.0.0/8\nInclude /etc/ssh/more.conf\n"
                                     "Match all\n");
    host.with_file("/etc/ssh/more.conf", "MaxAuthTries 9\nMatch User erin\nX11Forwarding yes\n");
    const auto directives = read_sshd_config(host);
    REQUIRE(directives);
    CHECK(directives->at(2).is_conditional);
    const auto blocks = match_blocks(host, *directives);
    REQUIRE(blocks);
    REQUIRE(blocks->size() == 3);
    CHECK(blocks->at(1).position == "/etc/ssh/more.conf:2");
    CHECK(blocks->at(1).connection.user == "erin");
    CHECK(blocks->at(1).connection.address == "10.0.0.1");
    CHECK(blocks->at(2).connection == SshConnection{});
}
