#include "node/tiers.h"
#include "support/catch.hpp"
#include "support/fake_host.h"

using namespace harden;
using namespace harden::test;

static Result<ResourceTiers> tiers_with(const std::string& site)
{
    FakeHost host;
    if (!site.empty())
        host.with_file(site_tiers, site);
    return tiers_of(host);
}

TEST_CASE("the shipped tiers are those of the document, smallest first")
{
    const auto tiers = tiers_with("");
    REQUIRE(tiers);
    CHECK(tiers->label.empty());
    REQUIRE(tiers->all.size() == 4);
    struct Row {
        std::string name;
        std::int64_t mebibytes;
        double cpus;
        std::int64_t disk;
    };
    const std::vector<Row> rows = {{"free", 256, 0.25, 512},
                                   {"basic", 512, 0.5, 1024},
                                   {"pro", 1024, 1, 2048},
                                   {"custom", 2048, 2, 5120}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& tier = tiers->all[i];
        CHECK(tier.name == rows[i].name);
        CHECK(tier.memory == rows[i].mebibytes << 20);
        CHECK(tier.cpus == rows[i].cpus);
        CHECK(tier.disk == rows[i].disk << 20);
        CHECK(tier.pids == 256);
        CHECK(tier.by_label == (tier.name == "custom"));
    }
}

TEST_CASE("sizes are read and written with units of 1024")
{
    struct Row {
        std::string text;
        std::optional<std::int64_t> bytes;
    };
    for (const auto& [text, bytes] : std::vector<Row>{{"512m", 536'870'912},
                                                      {"1G", 1'073'741'824},
                                                      {"65536k", 67'108'864},
                                                      {"2gb", 2'147'483'648},
                                                      {"123", 123},
                                                      {"", {}},
                                                      {"m", {}},
                                                      {"-1", {}},
                                                      {"1.5g", {}},
                                                      {"99999999999g", {}}}) {
        INFO(text);
        CHECK(parse_size(text) == bytes);
    }
    CHECK(size_text(536'870'912) == "512 MiB");
    CHECK(size_text(1'073'741'824) == "1 GiB");
    CHECK(size_text(1000) == "1000 bytes");
}

TEST_CASE("the smallest tier that is wide enough in all that is limited")
{
    const auto tiers = tiers_with("");
    REQUIRE(tiers);
    const auto candidates = candidates_for(*tiers, {});
    CHECK(candidates.size() == 3);
    const auto fitting = [&](const ContainerUse& use) {
        const auto* tier = fitting_tier(use, candidates);
        return tier == nullptr ? std::string{} : tier->name;
    };
    CHECK(fitting({.memory = 256 << 20}) == "free");
    CHECK(fitting({.memory = (256 << 20) + 1}) == "basic");
    CHECK(fitting({.memory = 1, .cpus = 1.0}) == "pro");
    CHECK(fitting({.disk = std::int64_t{2} << 30}) == "pro");
    CHECK(fitting({.cpus = 1.01}).empty());
    CHECK(fitting({.pids = 257}).empty());
}

TEST_CASE("a label counts only where the operator names it")
{
    const auto names = [](const std::string& site, const std::string& value) {
        const auto tiers = tiers_with(site);
        REQUIRE(tiers);
        std::string all;
        for (const auto& tier : candidates_for(*tiers, {{"t", value}}))
            all += tier.name + " ";
        return all;
    };
    CHECK(names("", "custom") == "free basic pro ");
    CHECK(names("version = 1\nlabel = \"t\"\n", "custom") == "custom ");
    CHECK(names("version = 1\nlabel = \"t\"\n", "none").empty());
    CHECK(names("version = 1\nlabel = \"other\"\n", "custom") == "free basic pro ");
}

TEST_CASE("wrong tiers are errors that say where")
{
    const auto refused = [](const std::string& site, const std::string& message) {
        const auto tiers = tiers_with("version = 1\n" + site);
        REQUIRE_FALSE(tiers);
        INFO(tiers.error().message);
        CHECK(tiers.error().message.find(message) != std::string::npos);
    };
    refused("[tiers.free]\nmemory = \"lots\"\n", "/etc/harden/tiers.toml:3:");
    refused("[tiers.free]\nmemori = \"1g\"\n", "unknown key \"memori\"");
    refused("[tiers.new]\nmemory = \"1g\"\n", "cpus");
    refused("[tiers.free]\ncpus = 0.0\n", "cpus");
    CHECK_FALSE(tiers_with("label = \"x\"\n"));
}
