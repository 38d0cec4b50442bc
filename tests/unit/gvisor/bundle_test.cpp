#include "gvisor/bundle.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

// A digest that is easy to write down: as long as a real one.
static std::string digest(std::string_view bytes)
{
    std::string hash(128, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        hash[i % 128] = "0123456789abcdef"[(static_cast<unsigned char>(bytes[i]) + i) % 16];
    return hash;
}

static std::string binary(std::string_view content, char machine = 62)
{
    std::string bytes(64, '\0');
    bytes.replace(0, 6,
                  "\x7f"
                  "ELF\x02\x01");
    bytes[18] = machine;
    return bytes.append(content);
}

static FakeHost& with_release(FakeHost& host, const std::string& runsc = binary("runsc"))
{
    host.answering({"uname", "-m"}, {.out = "x86_64\n"});
    host.answering({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    "/staging/release/runsc", "--version"},
                   {.out = "runsc version release-2.0\n"});
    host.with_file("/from/runsc", runsc);
    host.with_file("/from/gvisor-bin/gvisor_sentry", binary("sentry"));
    return host;
}

static std::string sums(const std::string& runsc = binary("runsc"))
{
    return cat(digest(runsc), "  runsc\n", digest(binary("sentry")),
               "  gvisor-bin/gvisor_sentry\n");
}

static Result<GvisorBundle> read(FakeHost& host, bool allow_unverified = false)
{
    return gvisor_bundle(host, {"/from", allow_unverified}, "/staging", digest);
}

TEST_CASE("a release's directory is verified, copied and asked for its name")
{
    FakeHost host;
    with_release(host).with_file("/from/SHA512SUMS", sums());
    const auto bundle = read(host);
    REQUIRE(bundle);
    CHECK(bundle->release == "release-2.0");
    CHECK(bundle->trust == Trust::Checksum);
    REQUIRE(bundle->files.size() == 2);
    CHECK(bundle->files[1].name == "gvisor-bin/gvisor_sentry");
    CHECK(*host.read("/staging/release/runsc") == binary("runsc"));
    CHECK(bundle->manifest() == sums());
}

TEST_CASE("each loose file may have its checksum beside it")
{
    FakeHost host;
    with_release(host);
    CHECK(host.remove("/from/gvisor-bin"));
    host.with_file("/from/runsc.sha512", cat(digest(binary("runsc")), "  runsc\n"));
    CHECK(read(host)->trust == Trust::Checksum);
    CHECK(gvisor_bundle(host, {"/from/runsc"}, "/staging", digest)->trust == Trust::Checksum);
}

TEST_CASE("what has no checksum is refused unless somebody says so")
{
    FakeHost host;
    with_release(host);
    const auto refused = read(host);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "/from/runsc: no checksum");
    const auto allowed = read(host, true);
    REQUIRE(allowed);
    CHECK(allowed->trust == Trust::Nothing);
}

TEST_CASE("what is not the release's binary for this machine is refused")
{
    const auto [content, complaint] = GENERATE(table<std::string, std::string>({
        {binary("tampered"), "the SHA-512 does not match"},
        {binary("runsc", static_cast<char>(183)), "built for aarch64, this is x86_64"},
        {"<?xml version='1.0'?><Error/>", "a web page, not a binary"},
        {"#!/bin/sh\n", "not an ELF binary"},
    }));
    FakeHost host;
    with_release(host, content).with_file("/from/SHA512SUMS", sums());
    const auto refused = read(host, true);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(complaint) != std::string::npos);
}

TEST_CASE("an archive is verified whole and unpacked from what was verified")
{
    FakeHost host;
    with_release(host).with_file("/dl/gvisor.tar.bz2", "archive");
    const Command unpack = {"tar",
                            "--extract",
                            "--no-same-owner",
                            "--no-same-permissions",
                            "--file",
                            "/staging/gvisor.tar.bz2",
                            "--directory",
                            "/staging/unpacked"};
    host.answering({"mkdir", "-p", "/staging/unpacked"}, {});
    host.doing(unpack, [](FakeHost& on) {
        on.with_file("/staging/unpacked/gvisor/runsc", binary("runsc"));
        return Output{};
    });
    const GvisorSource source{"/dl/gvisor.tar.bz2"};
    const auto read_archive = [&] { return gvisor_bundle(host, source, "/staging", digest); };
    SECTION("with its checksum")
    {
        host.with_file("/dl/gvisor.tar.bz2.sha512", digest("archive") + "  gvisor.tar.bz2\n");
        REQUIRE(read_archive());
        CHECK(read_archive()->release == "release-2.0");
    }
    SECTION("not without one")
    {
        CHECK(read_archive().error().message == "/dl/gvisor.tar.bz2.sha512 is missing");
    }
    SECTION("not with another's")
    {
        host.with_file("/dl/gvisor.tar.bz2.sha512", digest("other") + "  gvisor.tar.bz2\n");
        CHECK(read_archive().error().message.find("does not match") != std::string::npos);
    }
    SECTION("not where it is a web page")
    {
        host.with_file("/dl/gvisor.tar.bz2", "<html>404</html>");
        CHECK(read_archive().error().message.find("web page") != std::string::npos);
    }
}

TEST_CASE("staging directories of processes that are gone are swept")
{
    FakeHost host;
    host.with_file("/var/lib/harden/staging/gvisor-4242/release/runsc", "old");
    host.doing({"mkdir", "-p",
                "/var/lib/harden/staging/gvisor-" + host.status("/proc/self")->target.native()},
               [](FakeHost&) { return Output{}; });
    REQUIRE(Staging::make(host));
    CHECK(host.read("/var/lib/harden/staging/gvisor-4242/release/runsc").is_absent());
}
