#include "steps/provision_facts.h"
#include "support/catch.hpp"

using namespace harden;

static std::string debian(const std::string& more)
{
    return cat("facts=1\nos.id=debian\nos.version=12\nos.name=Debian 12\narch=x86_64\nuid=0\n"
               "systemd=yes\ndocker.installed=yes\ndocker.running=yes\n",
               more, "end=1\n");
}

TEST_CASE("facts are read between their first and their last line")
{
    const auto facts = parse_facts(
        cat("Welcome!\nuid=7\n", debian("free.var=1024\nmanager.ufw=active\nnonsense\nnew.key=1\n"),
            "uid=8\n"));
    REQUIRE(facts);
    CHECK(facts->is_root);
    CHECK(facts->os_version == "12");
    CHECK(facts->architecture == "amd64");
    CHECK(facts->free_var == 1024 * 1024);
    CHECK(facts->managers == std::vector<std::string>{"ufw"});
}

TEST_CASE("facts that end in the middle are no facts")
{
    CHECK_FALSE(parse_facts("facts=1\nos.id=debian\n"));
    CHECK_FALSE(parse_facts("This account is currently not available.\n"));
    CHECK_FALSE(parse_facts(""));
}

TEST_CASE("a size that is no number, or none on this planet, does no harm")
{
    CHECK(parse_facts(debian("free.var=-1\n"))->free_var == 0);
    CHECK(parse_facts(debian("free.var=99999999999999999999\n"))->free_var == 0);
    CHECK(parse_facts(debian("free.var=9223372036854775807\n"))->free_var > 0);
}

struct System {
    std::string facts;
    std::string complaint; // empty: supported
};

TEST_CASE("a system that is not ours is refused with a sentence")
{
    const std::vector<System> systems{
        {"", ""},
        {"os.version=13\n", ""},
        {"os.version=\nos.codename=trixie\n", ""}, // not released yet
        {"os.id=ubuntu\nos.version=22.04\n", ""},
        {"os.id=ubuntu\nos.version=24.04\n", ""},
        {"arch=aarch64\n", ""},
        {"os.version=11\n", "runs Debian 12"},
        {"os.version=\n", "runs"},
        {"os.id=ubuntu\nos.version=20.04\nos.name=Ubuntu 20.04\n", "runs Ubuntu 20.04"},
        {"os.id=alpine\nos.name=Alpine\n", "runs Alpine"},
        {"os.id=\nos.name=\n", "unknown system"},
        {"os.name=\x1b[31mred\nos.id=x\n", "\\x1b[31mred"},
        {"arch=riscv64\n", "riscv64"},
        {"uid=1000\n", "not root"},
        {"systemd=no\n", "systemd"},
        {"docker.installed=no\n", "Docker is not installed"},
        {"docker.running=no\n", "Docker does not run"},
    };
    for (const auto& [text, complaint] : systems) {
        INFO(text);
        const auto supported = check_supported(*parse_facts(debian(text)));
        CHECK(static_cast<bool>(supported) == complaint.empty());
        if (supported)
            continue;
        INFO(supported.error().message);
        CHECK(supported.error().message.find(complaint) != std::string::npos);
        CHECK_FALSE(supported.error().hint.empty());
    }
}
