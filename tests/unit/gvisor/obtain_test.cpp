#include "gvisor/obtain.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using harden::test::FakeHost;

static constexpr auto manifest_url = "https://r.example/m.toml";
static constexpr auto archive_url = "https://r.example/rel/20261116.0/x86_64/gvisor.tar.bz2";

// As long as a real one, and easy to compare.
static std::string digest(std::string_view bytes)
{
    std::string hash(128, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        hash[i % 128] = "0123456789abcdef"[(static_cast<unsigned char>(bytes[i]) + i) % 16];
    return hash;
}

static std::string binary()
{
    std::string bytes(64, '\0');
    bytes.replace(0, 6,
                  "\x7f"
                  "ELF\x02\x01");
    bytes[18] = 62;
    return bytes;
}

namespace {

// A server, and a node that trusts the key "key".
struct Scene {
    FakeHost host;
    std::map<std::string, std::string> served;
    std::vector<std::string> fetched;
    GvisorSettings settings{.releases_url = "https://r.example/rel",
                            .archive = "gvisor.tar.bz2",
                            .at_most = 1U << 20U,
                            .manifest_url = manifest_url,
                            .keys = {"key"},
                            .kept = 3};

    Scene()
    {
        host.answering({"uname", "-m"}, {.out = "x86_64\n"});
        host.answering({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                        "/staging/release/runsc", "--version"},
                       {.out = "runsc version release-20261116.0\n"});
        host.answering({"mkdir", "-p", "/staging/unpacked"}, {});
        host.having("tar",
                    [](const FakeHost&, const Command&, std::string_view) { return Output{}; });
        host.with_file("/staging/unpacked/runsc", binary());
        publish(5);
        served[archive_url] = "archive";
    }
    void publish(int sequence, const std::string& signature = "key")
    {
        served[manifest_url] = manifest(sequence);
        served[cat(manifest_url, ".sig")] = cat(signature, "\n");
    }
    static std::string manifest(int sequence)
    {
        return cat("version = 1\nsequence = ", std::to_string(sequence),
                   "\nissued = \"2026-11-22\"\nlatest = \"20261116.0\"\n"
                   "[releases.\"20261116.0\".x86_64]\narchive = \"",
                   digest("archive"), "\"\nfiles = \"\"\"\n", digest(binary()),
                   "  runsc\n\"\"\"\n");
    }
    GvisorTools tools()
    {
        return {.sha512 = digest,
                .check = [](std::string_view, std::string_view signature,
                            std::string_view key) -> Result<> {
                    if (signature == key)
                        return done;
                    return Error{ErrorKind::Denied, "no", {}};
                },
                .download = [this](const Download& wanted) -> Result<Fetched> {
                    fetched.push_back(wanted.url);
                    const auto found = served.find(wanted.url);
                    if (found == served.end())
                        return Error{ErrorKind::NotFound, cat(wanted.url, ": 404"), {}};
                    host.with_file(wanted.to, found->second);
                    return Fetched::AtOnce;
                }};
    }
    Result<Obtained> get(const GvisorAsked& asked)
    {
        return obtain(host, asked, settings, tools(), "/staging");
    }
    std::string refusal(const GvisorAsked& asked) { return get(asked).error().message; }
};

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

}

TEST_CASE("the latest release is the one that the signed manifest names")
{
    Scene scene;
    const auto obtained = scene.get({.release = "latest"});
    REQUIRE(obtained);
    CHECK(obtained->bundle.trust == Trust::Manifest);
    CHECK(obtained->bundle.release == "release-20261116.0");
    CHECK(obtained->manifest->manifest.sequence == 5);
}

TEST_CASE("a release that is on the node as the manifest lists it is not fetched")
{
    Scene scene;
    scene.host.with_file("/usr/local/lib/gvisor/release-20261116.0/runsc", binary());
    scene.host.with_file("/usr/local/lib/gvisor/release-20261116.0/SHA512SUMS",
                         digest(binary()) + "  runsc\n");
    const auto obtained = scene.get({.release = "20261116"});
    REQUIRE(obtained);
    CHECK(obtained->bundle.directory == "/usr/local/lib/gvisor/release-20261116.0");
    CHECK(scene.fetched == std::vector<std::string>{manifest_url, cat(manifest_url, ".sig")});
}

TEST_CASE("a manifest that cannot be trusted stops everything")
{
    Scene scene;
    SECTION("changed after it was signed, or signed by somebody else")
    {
        scene.publish(5, "other");
        CHECK(contains(scene.refusal({.release = "latest"}), "signed by none of the keys"));
    }
    SECTION("unsigned")
    {
        scene.served.erase(cat(manifest_url, ".sig"));
        CHECK(contains(scene.refusal({.release = "latest"}), "is not signed"));
    }
    SECTION("older than one that was accepted")
    {
        const auto newer = scene.get({.release = "latest"});
        REQUIRE(
            remember_manifest(scene.host, scene.settings, scene.tools().check, *newer->manifest));
        scene.publish(4);
        CHECK(contains(scene.refusal({.release = "latest"}), "manifest 4 is older than 5"));
    }
    SECTION("another one under the same number")
    {
        const auto first = scene.get({.release = "latest"});
        REQUIRE(
            remember_manifest(scene.host, scene.settings, scene.tools().check, *first->manifest));
        scene.served[manifest_url] += "\n";
        CHECK(
            contains(scene.refusal({.release = "latest"}), "another manifest under the number 5"));
    }
    SECTION("kept on the node and changed there")
    {
        scene.host.with_file(seen_manifest_file, cat("# signature: other\n", Scene::manifest(9)));
        CHECK(contains(scene.refusal({.release = "latest"}), "signed by none of the keys"));
    }
    SECTION("nor does --allow-unverified excuse it")
    {
        scene.publish(5, "other");
        CHECK_FALSE(scene.get({.release = "latest", .allow_unverified = true}));
    }
    CHECK(scene.host.read("/usr/local/lib/gvisor").is_absent());
}

TEST_CASE("what the manifest does not know is refused unless somebody says so")
{
    Scene scene;
    CHECK(contains(scene.refusal({.release = "20260101.0"}), "is not in the manifest 5"));
    scene.served["https://r.example/other.tar.bz2"] = "other";
    CHECK(contains(scene.refusal({.from = "https://r.example/other.tar.bz2"}),
                   "not in the manifest"));
    const auto current = scene.get({.release = "latest"});
    REQUIRE(remember_manifest(scene.host, scene.settings, scene.tools().check, *current->manifest));
    scene.host.with_file("/dl/gvisor.tar.bz2", "other");
    scene.host.with_file("/dl/gvisor.tar.bz2.sha512", digest("other"));
    CHECK(contains(scene.refusal({.from = "/dl/gvisor.tar.bz2"}), "not in the manifest 5"));
    scene.host.with_file("/dl/gvisor.tar.bz2", "archive");
    CHECK(scene.get({.from = "/dl/gvisor.tar.bz2"})->bundle.trust == Trust::Manifest);
    const auto allowed =
        scene.get({.from = "https://r.example/other.tar.bz2", .allow_unverified = true});
    REQUIRE(allowed);
}

TEST_CASE("a server that sends other bytes than the manifest lists is refused")
{
    Scene scene;
    scene.served[archive_url] = "tampered";
    CHECK(contains(scene.refusal({.release = "latest"}), "not the one that the manifest has"));
    CHECK(scene.host.read("/var/lib/harden/downloads").is_absent());
    scene.served[archive_url] = "<html>login</html>";
    CHECK(contains(scene.refusal({.release = "latest"}), "a web page"));
}

TEST_CASE("parts that do not belong together are thrown away once")
{
    Scene scene;
    const auto tools = scene.tools();
    int downloads = 0;
    auto mixed = tools;
    mixed.download = [&](const Download& wanted) -> Result<Fetched> {
        const auto fetched = TRY(tools.download(wanted));
        if (wanted.url != archive_url || ++downloads > 1)
            return fetched;
        scene.host.with_file(wanted.to, "old half and new half");
        return Fetched::InParts;
    };
    REQUIRE(obtain(scene.host, {.release = "latest"}, scene.settings, mixed, "/staging"));
    CHECK(downloads == 2);
}

TEST_CASE("without a key there is no manifest: a server's word alone is not enough")
{
    Scene scene;
    scene.settings.keys.clear();
    CHECK(contains(scene.refusal({.release = "latest"}), "manifest.keys is empty"));
    CHECK(contains(scene.refusal({.from = archive_url}), "manifest.keys is empty"));
    CHECK(contains(scene.refusal({.from = "http://r.example/x.tar.bz2"}), "not an https address"));
    CHECK(contains(scene.refusal({.from = "/x", .release = "latest"}), "exclude each other"));
    scene.host.with_file("/dl/gvisor.tar.bz2", "archive");
    CHECK(contains(scene.refusal({.from = "/dl/gvisor.tar.bz2"}), ".sha512 is missing"));
    scene.host.with_file("/dl/gvisor.tar.bz2.sha512", digest("archive"));
    const auto local = scene.get({.from = "/dl/gvisor.tar.bz2"});
    REQUIRE(local);
    CHECK(local->bundle.trust == Trust::Checksum);
    scene.served[cat(archive_url, ".sha512")] = digest("archive");
    CHECK(scene.get({.release = "20261116.0", .allow_unverified = true})->bundle.trust ==
          Trust::Checksum);
}
