#include "checks/waivers.h"
#include "support/catch.hpp"

#include <fstream>
#include <set>
#include <sstream>

using namespace harden;

static std::string waiver(const std::string& id, const std::string& expires = "2027-03-31")
{
    return cat("[[waiver]]\nid = \"", id, "\"\nscope = \"node*\"\nreason = \"Debian's own\"\n",
               "owner = \"ops\"\nexpires = \"", expires, "\"\n");
}

static Result<std::vector<Waiver>> parsed(const std::string& waivers)
{
    return parse_waivers("version = 1\n" + waivers, "waivers.toml", all_checks());
}

static std::vector<Finding> failing(const std::string& id)
{
    return {{.id = id, .verdict = Verdict::Fail, .evidence = "1.1.5"}};
}

static const auto before = *from_rfc3339("2027-03-30T23:59:59Z");
static const auto after = *from_rfc3339("2027-03-31T00:00:00Z");

TEST_CASE("a waiver lets a failure pass by, and says who answers for it")
{
    auto findings = failing("cve.runc");
    waive(findings, *parsed(waiver("cve.runc")), "node7", before);
    CHECK(findings[0].verdict == Verdict::Waived);
    CHECK(findings[0].evidence == "1.1.5; until 2027-03-31, ops: Debian's own");
}

TEST_CASE("an expired waiver fails again and is named")
{
    auto findings = failing("cve.runc");
    waive(findings, *parsed(waiver("cve.runc")), "node7", after);
    CHECK(findings[0].verdict == Verdict::Fail);
    CHECK(findings[0].evidence == "1.1.5; the waiver of ops expired on 2027-03-31");
}

TEST_CASE("a waiver concerns its own check, its own nodes, and failures alone")
{
    auto other_check = failing("cve.docker");
    auto other_node = failing("cve.runc");
    auto unknown = failing("cve.runc");
    unknown[0].verdict = Verdict::Unknown;
    const auto waivers = *parsed(waiver("cve.runc"));
    waive(other_check, waivers, "node7", before);
    waive(other_node, waivers, "mars", before);
    waive(unknown, waivers, "node7", before);
    CHECK(other_check[0].verdict == Verdict::Fail);
    CHECK(other_node[0].verdict == Verdict::Fail);
    CHECK(unknown[0].verdict == Verdict::Unknown);
}

TEST_CASE("a waiver that meets a pass is not needed")
{
    auto findings = failing("cve.runc");
    findings[0].verdict = Verdict::Pass;
    CHECK(unused(*parsed(waiver("cve.runc")), findings).size() == 1);
    findings[0].verdict = Verdict::Waived;
    CHECK(unused(*parsed(waiver("cve.runc")), findings).empty());
}

TEST_CASE("wrong waivers are errors that say where and what instead")
{
    const auto refused = [](const std::string& text, const std::string& message,
                            const std::string& hint = {}) {
        const auto waivers = parsed(text);
        REQUIRE_FALSE(waivers);
        INFO(waivers.error().message);
        CHECK(waivers.error().message.find(message) != std::string::npos);
        CHECK(waivers.error().hint == hint);
    };
    refused(waiver("cve.rnc"), "waivers.toml:3:", "did you mean \"cve.runc\"?");
    refused(waiver("network.smtp"), "cannot be waived");
    refused(waiver("gvisor.sandboxed"), "cannot be waived");
    refused(waiver("cve.runc", "soon"), "must be a day");
    refused("[[waiver]]\nid = \"cve.runc\"\n", "waiver.reason is missing");
    refused(
        "[[waiver]]\nid = \"cve.runc\"\nreason = \"\"\nowner = \"x\"\nexpires = \"2027-01-01\"\n",
        "reason must not be empty");
}

TEST_CASE("the lab waives exactly what a distribution's old versions must fail")
{
    std::ifstream file{HARDEN_SOURCE "/tests/lab/waivers.toml"};
    std::stringstream text;
    text << file.rdbuf();
    const auto waivers = parse_waivers(text.str(), "waivers.toml", all_checks());
    REQUIRE(waivers);
    std::set<std::string> ids;
    for (const auto& row : *waivers)
        ids.insert(row.id);
    CHECK(ids == std::set<std::string>{"cve.buildkit", "cve.containerd", "cve.docker", "cve.gvisor",
                                       "cve.runc", "gvisor.release-age"});
    CHECK(ids.size() == waivers->size());
}
