#include "checks/check.h"
#include "report/formats.h"
#include "unit/deploy/deployed.h"
#include "usage/prometheus.h"

#include <regex>
#include <set>

using namespace harden;
using namespace harden::test;

using Names = std::set<std::string>;

static Names matches_in(const std::string& text, const std::string& expression)
{
    const std::regex pattern{expression};
    Names names;
    for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at)
        names.insert((*at)[1]);
    return names;
}

// What both renderers export of a node on which there is something of everything.
static Names exported()
{
    Report report{.node = "n", .time = "2026-11-22T12:00:00Z"};
    report.findings.push_back({.id = "egress.smtp", .verdict = Verdict::Fail});
    Look look{.time = "2026-11-22T12:00:00Z"};
    look.sightings.emplace_back();
    look.sightings[0].interval =
        Interval{.seconds = 300, .demand = 1, .sent_bytes = 1, .received_bytes = 1, .refused = 1};
    const auto text = cat(render_prometheus(Verification{.reports = {report}}),
                          render_prometheus(look, {.most_containers = 1}, 0));
    return matches_in(text, "# TYPE (\\S+) ");
}

static std::vector<std::filesystem::path> deployed_files(const std::string& below,
                                                         const Names& kinds)
{
    const std::filesystem::path root{HARDEN_SOURCE "/deploy"};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{root / below})
        if (entry.is_regular_file() && kinds.contains(entry.path().extension().string()))
            files.push_back(entry.path().lexically_relative(root));
    REQUIRE(!files.empty());
    return files;
}

TEST_CASE("every file of YAML that other engines read is one document or more")
{
    for (const auto& file : deployed_files("", {".yml", ".yaml"}))
        deployed_yaml(file);
}

TEST_CASE("alerts and dashboards ask for metrics that we export, by checks that there are")
{
    const auto ours = exported();
    CHECK(ours.size() == 20);
    Names checks;
    for (const auto& check : all_checks())
        checks.insert(std::string{check.id});
    Names asked;
    auto files = deployed_files("prometheus", {".yml"});
    files.push_back("grafana/harden.json");
    for (const auto& file : files) {
        const auto text = deployed_text(file);
        INFO(file);
        for (const auto& name : matches_in(text, "\\b(harden_(?:verify|miners)_\\w+)")) {
            INFO(name);
            CHECK(ours.contains(name));
            asked.insert(name);
        }
        for (const auto& id : matches_in(text, "\\bid=\\\\?\"([^\"\\\\]+)")) {
            INFO(id);
            CHECK(checks.contains(id));
        }
    }
    CHECK(asked.size() > 15);
}
