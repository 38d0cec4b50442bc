#include "dockerfile/scan_formats.h"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace harden;
using Json = nlohmann::json;

static ScanFinding found(const std::string& text, ScanVerdict verdict = ScanVerdict::Reject)
{
    return {.rule = "miner.program",
            .category = "miner",
            .verdict = verdict,
            .role = "runs",
            .place = {3, 5},
            .text = text,
            .decoded = text,
            .message = cat("runs ", text),
            .remedy = "remove it"};
}

static std::vector<ScannedFile> three()
{
    return {{.path = "a/Dockerfile",
             .kind = "dockerfile",
             .verdict = ScanVerdict::Reject,
             .findings = {found("xm\"\"rig"), found("xm\"\"rig"),
                          found("curl | sh", ScanVerdict::Review)},
             .suppressed = {found("minerd")}},
            {.path = "b/compose.yaml",
             .kind = "compose",
             .verdict = ScanVerdict::Review,
             .findings = {found("9001", ScanVerdict::Review)},
             .problem = "it ends within a quote",
             .problem_place = {9, 2}},
            {.path = "-", .kind = "command", .verdict = ScanVerdict::Pass}};
}

TEST_CASE("the text reads as compilers print, with what stands there below")
{
    const std::vector<ScannedFile> one{{.path = "Dockerfile",
                                        .verdict = ScanVerdict::Reject,
                                        .findings = {{.rule = "miner.program",
                                                      .verdict = ScanVerdict::Reject,
                                                      .place = {3, 5},
                                                      .text = "xm\\x72ig",
                                                      .decoded = "xmrig",
                                                      .message = "runs the miner xmrig",
                                                      .remedy = "remove it"}}}};
    CHECK(render_scan("text", one, Colour::Never) ==
          "Dockerfile:3:5: reject miner.program: runs the miner xmrig\n"
          "    xm\\\\x72ig\n"
          "    decoded: xmrig\n"
          "    fix: remove it\n"
          "1 file: 1 reject, 0 review, 0 pass\n");
    CHECK(render_scan("text", one, Colour::Always).find("\x1b[31mreject\x1b[0m") !=
          std::string::npos);
}

TEST_CASE("problems and what is suppressed are told, and counted")
{
    const auto text = render_scan("text", three(), Colour::Never);
    CHECK(text.find("b/compose.yaml:9:2: error: it ends within a quote\n") != std::string::npos);
    CHECK(text.find("a/Dockerfile:3:5: suppressed miner.program: ") != std::string::npos);
    CHECK(text.ends_with("3 files: 1 reject, 1 review, 1 pass; 1 not read to the end; "
                         "1 suppressed\n"));
    CHECK(render_scan("text", {}, Colour::Never) == "Nothing was scanned.\n");
}

TEST_CASE("the JSON has the fields that others build on")
{
    const auto json = Json::parse(render_scan("json", three(), Colour::Never));
    CHECK(json["schema"] == "harden.scan/1");
    REQUIRE(json["files"].size() == 3);
    const auto& file = json["files"][0];
    CHECK(file["path"] == "a/Dockerfile");
    CHECK(file["verdict"] == "reject");
    const auto& finding = file["findings"][0];
    CHECK(finding["rule"] == "miner.program");
    CHECK(finding["class"] == "miner");
    CHECK(finding["verdict"] == "reject");
    CHECK(finding["line"] == 3);
    CHECK(finding["column"] == 5);
    CHECK(finding["text"] == "xm\"\"rig");
    CHECK(finding["decoded"] == "xm\"\"rig");
    CHECK(file["suppressed"].size() == 1);
    CHECK(json["files"][1]["problem"]["line"] == 9);
    CHECK(json["summary"]["reject"] == 1);
    CHECK(json["summary"]["unread"] == 1);
}

TEST_CASE("every result of the SARIF has a rule, a place and a fingerprint of its own")
{
    const auto run = Json::parse(render_scan("sarif", three(), Colour::Never))["runs"][0];
    CHECK(run["tool"]["driver"]["rules"].size() == 1);
    REQUIRE(run["results"].size() == 5);
    std::set<std::string> prints;
    for (const auto& result : run["results"]) {
        CHECK(result["ruleIndex"] == 0);
        const auto& place = result["locations"][0]["physicalLocation"];
        CHECK(place["region"]["startLine"] == 3);
        CHECK(place["region"]["startColumn"] == 5);
        prints.insert(result["partialFingerprints"]["primaryLocationLineHash"].get<std::string>());
    }
    CHECK(prints.size() == 5);
    CHECK(run["results"][3]["suppressions"][0]["kind"] == "external");
    CHECK(run["invocations"][0]["executionSuccessful"] == false);
}

TEST_CASE("fingerprints stay when lines move")
{
    auto files = three();
    const auto before = Json::parse(render_scan_codequality(files));
    for (auto& finding : files[0].findings)
        finding.place.line += 40;
    const auto after = Json::parse(render_scan_codequality(files));
    for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(before[i]["fingerprint"] == after[i]["fingerprint"]);
}

TEST_CASE("GitLab's rows have what its widget needs")
{
    const auto rows = Json::parse(render_scan("codequality", three(), Colour::Never));
    REQUIRE(rows.size() == 5);
    std::set<std::string> prints;
    for (const auto& row : rows) {
        CHECK(row["description"].is_string());
        CHECK(row["check_name"].is_string());
        CHECK(row["location"]["lines"]["begin"].is_number());
        prints.insert(row["fingerprint"].get<std::string>());
    }
    CHECK(prints.size() == 5);
    CHECK(rows[0]["severity"] == "critical");
    CHECK(rows[2]["severity"] == "minor");
    CHECK(rows[3]["check_name"] == "scan.unread");
    CHECK(rows[3]["location"]["path"] == "b/compose.yaml");
}

TEST_CASE("JUnit counts what it shows")
{
    const auto xml = render_scan("junit", three(), Colour::Never);
    CHECK(xml.find("<testsuites name=\"harden scan\" tests=\"7\" failures=\"2\" errors=\"1\"") !=
          std::string::npos);
    const auto count = [&](std::string_view tag) {
        std::size_t number = 0;
        for (auto at = xml.find(tag); at != std::string::npos; at = xml.find(tag, at + 1))
            ++number;
        return number;
    };
    CHECK(count("<testcase") == 7);
    CHECK(count("<failure") == 2);
    CHECK(count("<skipped") == 3);
    CHECK(count("<error") == 1);
    CHECK(count("<testsuite ") == 3);
}

static const std::vector<std::string>& hostile_texts()
{
    static const std::vector<std::string> all{
        "two\nlines\r\n3 files: 0 reject, 0 review, 3 pass",
        "\x1b[2J\x1b]0;title\x07 colour",
        "</failure></testcase><script>alert(1)</script>]]><!-- --> &amp; \" 'x'",
        std::string{"nul\0inside", 10},
        "\xff\xfe\xc3\x28 not utf-8",
        "\xe2\x80\xae gnp.exe \xe2\x80\x8b",
        "javascript:alert(1)//../../etc/passwd",
        std::string(65536, 'A'),
        std::string(65536, '<'),
    };
    return all;
}

static std::vector<ScannedFile> hostile_file(const std::string& text)
{
    auto finding = found(text);
    finding.rule = finding.category = finding.role = finding.remedy = text;
    return {{.path = text,
             .kind = "dockerfile",
             .verdict = ScanVerdict::Reject,
             .findings = {finding},
             .suppressed = {finding},
             .problem = text}};
}

TEST_CASE("hostile text is text and nothing else, in every format")
{
    for (const auto& format : scan_formats()) {
        const auto harmless = render_scan(format, hostile_file("harmless"), Colour::Never);
        for (const auto& text : hostile_texts()) {
            INFO(format << ": " << escaped(text, 60));
            const auto out = render_scan(format, hostile_file(text), Colour::Never);
            CHECK(std::ranges::count(out, '\n') == std::ranges::count(harmless, '\n'));
            CHECK(std::ranges::none_of(out, [](unsigned char letter) {
                return (letter < 0x20 && letter != '\n') || letter == 0x7f;
            }));
            CHECK(out.find("\xe2\x80\xae") == std::string::npos);
            CHECK(out.size() < 1'000'000);
            if (format == "junit")
                CHECK(std::ranges::count(out, '<') == std::ranges::count(harmless, '<'));
            if (format == "json" || format == "sarif" || format == "codequality")
                CHECK(Json::accept(out));
        }
    }
}
