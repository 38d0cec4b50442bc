#include "gvisor/manifest.h"
#include "support/catch.hpp"

using namespace harden;

static const std::string hash_a(128, 'a');
static const std::string hash_b(128, 'b');

static std::string release(const std::string& number, const std::string& hash)
{
    return cat("[releases.\"", number, "\".x86_64]\narchive = \"", hash, "\"\nfiles = \"\"\"\n",
               hash, "  runsc\n\"\"\"\n");
}

static std::string text(const std::string& latest = "20261116.0")
{
    return cat("version = 1\nsequence = 3\nissued = \"2026-11-22\"\nlatest = \"", latest, "\"\n",
               release("20261109.0", hash_a), release("20261116.0", hash_b));
}

static Result<> signed_by_key(std::string_view, std::string_view signature, std::string_view key)
{
    if (signature == key)
        return done;
    return Error{ErrorKind::Denied, "the signature does not match", {}};
}

TEST_CASE("a manifest lists releases with the hashes of their files")
{
    const auto manifest = parse_manifest(text(), "m");
    REQUIRE(manifest);
    CHECK(manifest->sequence == 3);
    REQUIRE(manifest->releases.size() == 2);
    CHECK(manifest->releases[1].files.at("runsc") == hash_b);
    CHECK(with_archive(*manifest, hash_a, "x86_64")->number == "20261109.0");
    CHECK(with_archive(*manifest, hash_a, "aarch64") == nullptr);
    CHECK(with_files(*manifest, {{"runsc", hash_b}}, "x86_64")->number == "20261116.0");
    CHECK(with_files(*manifest, {{"runsc", hash_b}, {"more", hash_a}}, "x86_64") == nullptr);
}

TEST_CASE("a release is named by its number however that is written")
{
    const auto manifest = parse_manifest(text(), "m");
    for (const auto* name : {"latest", "20261116.0", "20261116", "release-20261116.0"})
        CHECK(known_release(*manifest, name, "x86_64")->number == "20261116.0");
    const auto unknown = known_release(*manifest, "20260101.0", "x86_64");
    REQUIRE(unknown.is_absent());
    CHECK(unknown.error().message.find("20261109.0, 20261116.0") != std::string::npos);
    CHECK(known_release(*manifest, "latest", "aarch64").is_absent());
    CHECK(release_number("0.0~20240729.0") == "20240729.0");
}

TEST_CASE("a manifest that makes no sense is refused")
{
    CHECK_FALSE(parse_manifest(text("20990101.0"), "m"));
    CHECK_FALSE(parse_manifest("version = 1\n", "m"));
    CHECK_FALSE(parse_manifest(cat(text(), "extra = 1\n"), "m"));
    CHECK_FALSE(parse_manifest(cat(text(), release("../../x", hash_a)), "m"));
    CHECK_FALSE(parse_manifest(cat(text(), release("20261123.0", "abc")), "m"));
    CHECK_FALSE(parse_manifest("<html>", "m"));
}

TEST_CASE("only what one of the keys signed is read")
{
    CHECK(trusted_manifest(text(), "second", {"first", "second"}, signed_by_key, "m"));
    const auto refused = trusted_manifest(text(), "other", {"first", "second"}, signed_by_key, "m");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "m: signed by none of the keys of manifest.keys");
    CHECK_FALSE(trusted_manifest("<html>", "other", {"first"}, signed_by_key, "m"));
    CHECK_FALSE(trusted_manifest(text(), "", {}, signed_by_key, "m"));
}
