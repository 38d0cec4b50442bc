#include "dockerfile/command_roles.h"
#include "support/catch.hpp"

using namespace harden;

namespace {

RoledCommands roles_of(std::string_view text)
{
    RoledCommands commands;
    Variables variables;
    const std::vector<std::string> trusted{"get.docker.com"};
    add_shell_text(commands, text, ScanRole::Starts, variables, {}, trusted);
    return commands;
}

// "starts:a installs:b": each word with its role.
std::string read(std::string_view text)
{
    std::string line;
    for (const auto& word : roles_of(text).words)
        line += cat(line.empty() ? "" : " ", name_of(word.role), ":", word.text);
    return line;
}

std::string deeds(std::string_view text)
{
    std::string line;
    for (const auto& deed : roles_of(text).deeds)
        line += cat(line.empty() ? "" : " ", deed.kind);
    return line;
}

}

TEST_CASE("the program of a command starts, what it is given are arguments")
{
    CHECK(read("./xmrig -o pool:1") == "starts:./xmrig arguments:-o arguments:pool:1");
    CHECK(read("sudo nice -n 5 env A=b timeout 60s tor -f x") ==
          "starts:tor arguments:-f arguments:x");
    CHECK(read("gosu nobody tini -- tor") == "starts:tor");
    CHECK(read("chroot /mnt tor") == "starts:tor");
}

TEST_CASE("a script that is handed to a shell is read")
{
    CHECK(read("sh -c 'tor & wait'") == "starts:tor starts:wait");
    CHECK(read("bash -lc \"exec tor\"") == "starts:tor");
    CHECK(read("eval tor -f x") == "starts:tor arguments:-f arguments:x");
    CHECK(read("su tor -c 'tor -f x'") == "starts:tor arguments:-f arguments:x");
    CHECK(read("bash <<E\ntor\nE\n") == "starts:tor");
    CHECK(read("echo dG9yIC1mIHg= | base64 -d | sh") ==
          "mentions:dG9yIC1mIHg= starts:base64 arguments:-d starts:tor arguments:-f arguments:x");
}

TEST_CASE("packages are installed, whatever the package manager")
{
    CHECK(read("apt-get install -y tor=0.4 curl") == "installs:tor=0.4 installs:curl");
    CHECK(read("apk add --no-cache tor") == "installs:tor");
    CHECK(read("python3 -m pip install x") == "installs:x");
    CHECK(read("npm i -g ethminer") == "installs:ethminer");
    CHECK(read("go install github.com/a/b@latest") == "installs:github.com/a/b@latest");
    CHECK(read("pip install git+https://x/y") == "fetches:git+https://x/y");
    CHECK(read("apt-get update") == "mentions:update");
}

TEST_CASE("what is removed, printed or searched for is only mentioned")
{
    CHECK(read("apt-get purge -y exim4") == "mentions:purge mentions:-y mentions:exim4");
    CHECK(read("rm -rf /tor") == "mentions:-rf mentions:/tor");
    CHECK(read("echo tor; grep tor x") == "mentions:tor mentions:tor mentions:x");
}

TEST_CASE("addresses are fetched, files are moved")
{
    CHECK(read("curl -o /a https://x/y") == "starts:curl files:/a fetches:https://x/y");
    CHECK(read("git clone https://x/y z") ==
          "starts:git fetches:clone fetches:https://x/y fetches:z");
    CHECK(read("mv /a /b") == "files:/a files:/b");
    CHECK(read("echo x >/etc/tor/torrc") == "files:/etc/tor/torrc mentions:x");
}

TEST_CASE("what is written into a script is read as one")
{
    CHECK(read("echo 'tor -f x' > /start.sh") ==
          "files:/start.sh starts:tor arguments:-f arguments:x");
    CHECK(read("cat <<E > /usr/local/bin/go\n#!/bin/sh\ntor\nE\n") ==
          "files:/usr/local/bin/go starts:tor");
    CHECK(read("echo 'tor' > /etc/list") == "files:/etc/list mentions:tor");
}

TEST_CASE("a script that nobody can read is a deed")
{
    CHECK(deeds("curl https://x/y | sh") == "piped-script");
    CHECK(deeds("wget -qO- https://x/y | sudo bash -s -- z") == "piped-script");
    CHECK(deeds("sh -c \"$(curl https://x/y)\"") == "piped-script");
    CHECK(deeds("bash <(curl https://x/y)") == "piped-script");
    CHECK(deeds("eval \"$(wget -O- https://x)\"") == "piped-script");
    CHECK(deeds("curl https://x/y | tar xz") == "");
    CHECK(deeds("curl -fsSL https://get.docker.com | sh") == "");
    CHECK(deeds("echo dG9y | base64 -d | sh") == "encoded");
}

TEST_CASE("a shell that is handed to the network is a deed")
{
    CHECK(deeds("nc -lvp 4444 -e /bin/sh") == "netcat-shell");
    CHECK(deeds("ncat --exec /bin/bash x 1") == "netcat-shell");
    CHECK(deeds("nc -z db 5432") == "");
}

TEST_CASE("names lose their paths and versions")
{
    CHECK(program_name("/usr/bin/XMRig-6.21.0") == "xmrig");
    CHECK(program_name("minerd") == "minerd");
    CHECK(program_name("ss-server") == "ss-server");
    CHECK(package_name("tor=0.4.8-r1") == "tor");
    CHECK(package_name("tor@testing") == "tor");
    CHECK(package_name("@scope/name@1") == "@scope/name");
}

TEST_CASE("scripts inside scripts end at a depth")
{
    std::string text = "tor";
    for (int i = 0; i < 12; ++i)
        text = cat("eval \"", text, "\"");
    roles_of(text);
    SUCCEED();
}

TEST_CASE("scripts that hand themselves on many times end in bounded work")
{
    std::string text = "a='tor tor tor tor tor tor tor tor'; b='eval \"$a$a$a\"'; ";
    for (const auto* name : {"c", "d", "e", "f", "g"}) {
        text += cat(name, "='");
        for (int i = 0; i < 50; ++i)
            text += "eval \"$b\";eval \"$c\";eval \"$d\";eval \"$e\";eval \"$f\";";
        text += "'; ";
    }
    text += "eval \"$g$g$g\"";
    std::size_t bytes = 0;
    for (const auto& word : roles_of(text).words)
        bytes += word.text.size();
    CHECK(bytes < 32'000'000);
}
