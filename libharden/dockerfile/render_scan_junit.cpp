#include "dockerfile/scan_formats.h"
#include "report/markup.h"

namespace harden {

static std::string attribute(std::string_view name, std::string_view value)
{
    return cat(" ", name, "=\"", in_xml(value), "\"");
}

namespace {

struct Counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;

    Counts& operator+=(const Counts& other)
    {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        return *this;
    }
    std::string text() const
    {
        return cat(attribute("tests", std::to_string(tests)),
                   attribute("failures", std::to_string(failures)),
                   attribute("errors", std::to_string(errors)));
    }
};

}

static std::string details_of(const ScanFinding& finding)
{
    auto text = in_xml(finding.text);
    if (!finding.decoded.empty())
        text += cat("\ndecoded: ", in_xml(finding.decoded));
    if (!finding.remedy.empty())
        text += cat("\nfix: ", in_xml(finding.remedy));
    return text;
}

static std::string case_of(const ScannedFile& file, std::string_view name,
                           const std::string& outcome)
{
    const auto head = cat("    <testcase", attribute("classname", repository_path(file.path)),
                          attribute("name", name), attribute("time", "0"));
    return outcome.empty() ? cat(head, "/>\n") : cat(head, ">", outcome, "</testcase>\n");
}

// "3:5 miner.program"
static std::string name_of(const ScanFinding& finding)
{
    return cat(std::to_string(finding.place.line), ":", std::to_string(finding.place.column), " ",
               finding.rule);
}

// A person's to decide is not the pipeline's to fail: it is skipped, and says why.
static std::string case_of(const ScannedFile& file, const ScanFinding& finding, bool is_suppressed)
{
    const auto message = attribute("message", finding.message);
    if (finding.verdict == ScanVerdict::Reject && !is_suppressed)
        return case_of(file, name_of(finding),
                       cat("<failure", message, attribute("type", "reject"), ">",
                           details_of(finding), "</failure>"));
    const auto why =
        cat(is_suppressed ? "suppressed" : name_of(finding.verdict), ": ", finding.message);
    return case_of(file, name_of(finding), cat("<skipped", attribute("message", why), "/>"));
}

static Counts counts_of(const ScannedFile& file)
{
    const auto found = file.findings.size() + file.suppressed.size();
    Counts counts{.errors = file.problem.empty() ? std::size_t{0} : std::size_t{1}};
    for (const auto& finding : file.findings)
        counts.failures += finding.verdict == ScanVerdict::Reject ? 1 : 0;
    counts.skipped = found - counts.failures;
    counts.tests = std::max<std::size_t>(found + counts.errors, 1);
    return counts;
}

static std::string suite_of(const ScannedFile& file)
{
    const auto counts = counts_of(file);
    auto text =
        cat("  <testsuite", attribute("name", repository_path(file.path)), counts.text(),
            attribute("skipped", std::to_string(counts.skipped)), attribute("time", "0"), ">\n");
    if (!file.problem.empty())
        text += case_of(
            file, "it can be read",
            cat("<error", attribute("message", file.problem), attribute("type", "unread"), "/>"));
    for (const auto& finding : file.findings)
        text += case_of(file, finding, false);
    for (const auto& finding : file.suppressed)
        text += case_of(file, finding, true);
    if (counts.tests == 1 && file.problem.empty() && file.findings.empty() &&
        file.suppressed.empty())
        text += case_of(file, "nothing was found", "");
    return cat(text, "  </testsuite>\n");
}

std::string render_scan_junit(std::span<const ScannedFile> files)
{
    Counts all;
    std::string suites;
    for (const auto& file : files) {
        all += counts_of(file);
        suites += suite_of(file);
    }
    return cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites",
               attribute("name", "harden scan"), all.text(), attribute("time", "0"), ">\n", suites,
               "</testsuites>\n");
}

}
