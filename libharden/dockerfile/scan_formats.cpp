#include "dockerfile/scan_formats.h"

#include "report/markup.h"

#include <array>
#include <utility>

namespace harden {

std::string_view name_of(ScanVerdict verdict)
{
    constexpr std::array<std::string_view, 3> names{"pass", "review", "reject"};
    return names.at(static_cast<std::size_t>(verdict));
}

const std::vector<std::string>& scan_formats()
{
    static const std::vector<std::string> all{"text", "json", "sarif", "junit", "codequality"};
    return all;
}

std::string render_scan(std::string_view format, std::span<const ScannedFile> files, Colour colour)
{
    using Renderer = std::string (*)(std::span<const ScannedFile>);
    static constexpr std::array<std::pair<std::string_view, Renderer>, 4> renderers{
        {{"json", render_scan_json},
         {"sarif", render_scan_sarif},
         {"junit", render_scan_junit},
         {"codequality", render_scan_codequality}}};
    for (const auto& [name, renderer] : renderers)
        if (name == format)
            return renderer(files);
    return render_scan_text(files, colour);
}

ScanSummary summarise(std::span<const ScannedFile> files)
{
    ScanSummary summary{.files = files.size()};
    for (const auto& file : files) {
        summary.reject += file.verdict == ScanVerdict::Reject ? 1U : 0U;
        summary.review += file.verdict == ScanVerdict::Review ? 1U : 0U;
        summary.pass += file.verdict == ScanVerdict::Pass ? 1U : 0U;
        summary.unread += file.problem.empty() ? 0U : 1U;
        summary.suppressed += file.suppressed.size();
    }
    return summary;
}

std::string FindingPrints::of(const ScannedFile& file, const ScanFinding& finding)
{
    const auto same = fingerprint(cat(file.path, "\n", finding.rule, "\n", finding.role, "\n",
                                      finding.text, "\n", finding.decoded));
    return fingerprint(cat(same, "\n", std::to_string(++seen_[same])));
}

std::string repository_path(std::string_view path)
{
    while (path.starts_with("./") || path.starts_with('/'))
        path.remove_prefix(path.starts_with('/') ? 1 : 2);
    return std::string{path == "-" || path.empty() ? "stdin" : path};
}

}
