#include "ssh/sshd_config.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

TEST_CASE("lines of sshd_config are split as sshd splits them")
{
    struct Row {
        std::string_view line, name;
        std::vector<std::string> arguments;
    };
    const Row rows[] = {
        {"Port 22", "port", {"22"}},
        {"\tPort=22", "port", {"22"}},
        {"Port = 22", "port", {"22"}},
        {"Banner \"/etc/my banner\"", "banner", {"/etc/my banner"}},
        {"Match User ann Address 10.0.0.0/8", "match", {"User", "ann", "Address", "10.0.0.0/8"}},
        {"PermitRootLogin no # not ever", "permitrootlogin", {"no"}},
        {"X11Forwarding", "x11forwarding", {}},
        {"Port 22\r", "port", {"22"}}};
    for (const auto& row : rows) {
        const auto directives = parse_sshd_config(row.line, "f");
        REQUIRE(directives.size() == 1);
        CHECK(directives[0].name == row.name);
        CHECK(directives[0].arguments == row.arguments);
        CHECK(position_of(directives[0]) == "f:1");
    }
    CHECK(parse_sshd_config("\n# Port 22\n   \n", "f").empty());
    CHECK(parse_sshd_config("# a\n\nPort 22\n", "f").at(0).line == 3);
}

TEST_CASE("the place of the drop-in is before, after or without an Include")
{
    struct Row {
        std::string_view text;
        IncludePlace place;
        std::string_view position;
    };
    const Row rows[] = {
        {"Include /etc/ssh/sshd_config.d/*.conf\nMatch all\n", IncludePlace::Early, "f:1"},
        {"Port 22\nInclude sshd_config.d/*.conf\n", IncludePlace::Early, "f:2"},
        {"Include /etc/other/*.conf /etc/ssh/sshd_config.d/00-*\n", IncludePlace::Early, "f:1"},
        {"Match User a\nInclude /etc/ssh/sshd_config.d/*.conf\n", IncludePlace::AfterMatch, "f:1"},
        {"Port 22\n", IncludePlace::Missing, ""},
        {"#Include /etc/ssh/sshd_config.d/*.conf\n", IncludePlace::Missing, ""},
        {"Include /etc/ssh/sshd_config.d/*.local\n", IncludePlace::Missing, ""},
        {"Include /etc/ssh/*\n", IncludePlace::Missing, ""}};
    for (const auto& row : rows) {
        INFO(row.text);
        const auto place = place_of_drop_in(parse_sshd_config(row.text, "f"));
        CHECK(place.place == row.place);
        CHECK(place.position == row.position);
    }
}

TEST_CASE("the configuration is read through its Includes, sorted by name")
{
    FakeHost host;
    host.with_file(sshd_config_file, "Include /etc/ssh/sshd_config.d/*.conf\nPort 22\n")
        .with_file("/etc/ssh/sshd_config.d/50-b.conf", "Port 50\n")
        .with_file("/etc/ssh/sshd_config.d/10-a.conf", "Port 10\n")
        .with_file("/etc/ssh/sshd_config.d/.hidden.conf", "Port 1\n")
        .with_file("/etc/ssh/sshd_config.d/readme", "Port 2\n");
    const auto directives = read_sshd_config(host);
    REQUIRE(directives);
    std::vector<std::string> seen;
    for (const auto& directive : *directives)
        seen.push_back(cat(position_of(directive), " ", directive.name));
    CHECK(seen == std::vector<std::string>{
                      "/etc/ssh/sshd_config:1 include", "/etc/ssh/sshd_config.d/10-a.conf:1 port",
                      "/etc/ssh/sshd_config.d/50-b.conf:1 port", "/etc/ssh/sshd_config:2 port"});
}

TEST_CASE("a configuration that includes itself is an error, not a loop")
{
    FakeHost host;
    host.with_file(sshd_config_file, "Include /etc/ssh/sshd_config\n");
    CHECK(read_sshd_config(host).error().kind == ErrorKind::Malformed);
}

TEST_CASE("a rehearsal has the drop-in where the file would be")
{
    FakeHost host;
    host.with_file(sshd_config_file, "Port 1\nInclude /etc/ssh/sshd_config.d/*.conf\nPort 2\n")
        .with_file("/etc/ssh/sshd_config.d/00-a.conf", "")
        .with_file(sshd_drop_in_file, "what is there now")
        .with_file("/etc/ssh/sshd_config.d/50-b.conf", "");
    CHECK(*rehearsal_text(host, "Ours\n") ==
          "Port 1\nInclude \"/etc/ssh/sshd_config.d/00-a.conf\"\nOurs\n"
          "Include \"/etc/ssh/sshd_config.d/50-b.conf\"\nPort 2\n");
    CHECK(rehearsal_text(host, "")->find("00-harden") == std::string::npos);
}

TEST_CASE("without an Include the rehearsal has one at the top")
{
    FakeHost host;
    host.with_file(sshd_config_file, "Port 1\n");
    CHECK(*rehearsal_text(host, "Ours\n") == "Ours\nPort 1\n");
    CHECK(with_include("Port 1\n") == "Include /etc/ssh/sshd_config.d/*.conf\nPort 1\n");
}
