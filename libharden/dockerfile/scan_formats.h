#pragma once

#include "dockerfile/scan_finding.h"
#include "report/render.h"

#include <map>
#include <span>

namespace harden {

// "text", "json", "sarif", "junit", "codequality"
const std::vector<std::string>& scan_formats();
// In a format of these. Whatever stands in a file or in its name is text in it and nothing else.
std::string render_scan(std::string_view format, std::span<const ScannedFile> files, Colour colour);

std::string render_scan_text(std::span<const ScannedFile> files, Colour colour);
std::string render_scan_json(std::span<const ScannedFile> files);
std::string render_scan_sarif(std::span<const ScannedFile> files);
std::string render_scan_junit(std::span<const ScannedFile> files);
std::string render_scan_codequality(std::span<const ScannedFile> files);

struct ScanSummary {
    std::size_t files = 0;
    std::size_t reject = 0; // files, as the two below
    std::size_t review = 0;
    std::size_t pass = 0;
    std::size_t unread = 0;     // among all of these: with a problem
    std::size_t suppressed = 0; // findings
};
ScanSummary summarise(std::span<const ScannedFile> files);

// Numbers the findings of one file that look the same, so that each is known again wherever its
// line has moved to.
class FindingPrints {
public:
    std::string of(const ScannedFile& file, const ScanFinding& finding);

private:
    std::map<std::string, int, std::less<>> seen_;
};

// The path as a relative one: what a repository's pages link to.
std::string repository_path(std::string_view path);

}
