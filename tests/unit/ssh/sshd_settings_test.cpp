#include "ssh/sshd_settings.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

TEST_CASE("what sshd -T prints is read in lower case, repeated settings in order")
{
    const auto settings =
        parse_sshd_settings("Port 22\nport 2222\npermitrootlogin without-password\n"
                            "banner none\nsubsystem sftp /usr/lib/sftp\nempty\n");
    REQUIRE(settings);
    CHECK(*settings->get("Port") == "22");
    CHECK(settings->all("port") == std::vector<std::string>{"22", "2222"});
    CHECK(*settings->get("PermitRootLogin") == "without-password");
    CHECK(*settings->get("subsystem") == "sftp /usr/lib/sftp");
    CHECK(*settings->get("empty") == "");
    CHECK(settings->get("usedns").is_absent());
    CHECK_FALSE(settings->has("usedns"));
    CHECK(settings->all("usedns").empty());
}

TEST_CASE("an answer without settings is malformed")
{
    for (const auto* text : {"", "\n\n", "   \n"})
        CHECK(parse_sshd_settings(text).error().kind == ErrorKind::Malformed);
}

TEST_CASE("a question names the connection as sshd -C wants it")
{
    CHECK(to_text(SshConnection{}) ==
          "user=root,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22");
    CHECK(
        to_text(SshConnection{.user = "ann", .routing_domain = "blue"}).ends_with(",rdomain=blue"));
}

TEST_CASE("a question that sshd cannot answer says why and what to do")
{
    FakeHost host;
    CHECK(effective_sshd_settings(host).error().hint == "install openssh-server");
    host.answering({sshd_program, "-T", "-C", to_text(SshConnection{})},
                   {.status = 255, .err = "Missing privilege separation directory: /run/sshd"});
    const auto asked = effective_sshd_settings(host);
    REQUIRE_FALSE(asked);
    CHECK(asked.error().message.find("Missing privilege") != std::string::npos);
    CHECK(asked.error().hint.find("/run/sshd") != std::string::npos);
}

TEST_CASE("one value in several spellings is the same value")
{
    struct Row {
        std::string_view value, canonical;
    };
    const Row rows[] = {{"prohibit-password", "without-password"},
                        {"No", "no"},
                        {"2m", "120"},
                        {"120", "120"},
                        {"1h", "3600"},
                        {"s", "s"},
                        {"VERBOSE", "verbose"},
                        {"10:30:60", "10:30:60"},
                        {"99999999999w", "99999999999w"}};
    for (const auto& row : rows)
        CHECK(canonical_sshd_value(row.value) == row.canonical);
}
