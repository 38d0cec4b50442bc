#include "gvisor/prove.h"
#include "gvisor/release.h"
#include "support/catch.hpp"

using namespace harden;

TEST_CASE("a release is named by runsc itself, and only a plain name passes")
{
    CHECK(*release_of("runsc version release-20260126.0\nspec: 1.1.0\n") == "release-20260126.0");
    CHECK(*release_of("runsc version 0.0~20240729.0\nspec: 1.2.0\n") == "0.0~20240729.0");
    for (const auto* text : {"", "runc version 1.1", "runsc version ", "runsc version ../x",
                             "runsc version a/b", "runsc version .hidden"}) {
        CAPTURE(text);
        CHECK_FALSE(release_of(text));
    }
}

static std::string elf(unsigned char machine)
{
    std::string header(64, '\0');
    header.replace(0, 6,
                   "\x7f"
                   "ELF\x02\x01");
    header[18] = static_cast<char>(machine);
    return header;
}

TEST_CASE("an ELF header tells the machine")
{
    CHECK(elf_machine(elf(62)) == "x86_64");
    CHECK(elf_machine(elf(183)) == "aarch64");
    CHECK(elf_machine(elf(8)) == "machine 8");
    CHECK_FALSE(elf_machine(elf(62).substr(0, 20)));
    CHECK_FALSE(elf_machine("#!/bin/sh\n"));
}

TEST_CASE("a web page is told from a binary")
{
    CHECK(is_web_page("<?xml version='1.0'?><Error><Code>NoSuchKey</Code>"));
    CHECK(is_web_page("\n<!DOCTYPE html>"));
    CHECK_FALSE(is_web_page(elf(62)));
    CHECK_FALSE(is_web_page(""));
}

TEST_CASE("checksums are read as sha512sum writes them")
{
    const std::string hash(128, 'a');
    const auto sums = checksums(cat(hash, "  runsc\n", hash, " *./gvisor-bin/x\n\n"));
    REQUIRE(sums);
    CHECK(sums->at("runsc") == hash);
    CHECK(sums->at("gvisor-bin/x") == hash);
    CHECK(checksums(std::string(128, 'A'))->at("") == hash);
    CHECK_FALSE(checksums("abc  runsc\n"));
    CHECK_FALSE(checksums("<html>"));
}

TEST_CASE("gVisor's kernel is known by what every release of it says")
{
    CHECK(is_gvisor_kernel("Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016"));
    CHECK(is_gvisor_kernel("Linux version 4.19.0-gvisor #1 SMP Sun Jan 10 15:06:54 PST 2016"));
    CHECK_FALSE(is_gvisor_kernel("Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)"));
    CHECK_FALSE(is_gvisor_kernel(""));
}

TEST_CASE("a runsc too old for the kernel is explained")
{
    const auto problem = explained(
        {ErrorKind::Failed,
         "OCI runtime create failed: cannot run with network enabled in root network namespace",
         {}});
    CHECK(problem.message.find("net.core.rmem_default") != std::string::npos);
    CHECK(problem.hint.find("current release") != std::string::npos);
    CHECK(explained({ErrorKind::Failed, "no space left", {}}).message == "no space left");
}

TEST_CASE("the canary's image is a tar archive of one program")
{
    const auto tar = tar_of("canary", "program");
    CHECK(tar.size() == 4 * 512);
    CHECK(tar.substr(0, 6) == "canary");
    CHECK(tar.substr(100, 7) == "0000755");
    CHECK(tar.substr(124, 11) == "00000000007");
    CHECK(tar.substr(257, 5) == "ustar");
    CHECK(tar.substr(512, 7) == "program");
}
