#include "base/text.h"
#include "dockerfile/scan_formats.h"

namespace harden {

static constexpr std::size_t longest_path = 4096;
static constexpr std::size_t longest_shown = 200; // bytes of what stands there

static std::string painted(std::string_view word, std::string_view parameter, Colour colour)
{
    return colour == Colour::Never ? std::string{word}
                                   : cat("\x1b[", parameter, "m", word, "\x1b[0m");
}

static std::string_view colour_of(ScanVerdict verdict)
{
    return verdict == ScanVerdict::Reject ? "31" : verdict == ScanVerdict::Review ? "33" : "32";
}

static std::string place_of(const ScannedFile& file, FilePlace place)
{
    return cat(escaped(file.path, longest_path), ":", std::to_string(place.line), ":",
               std::to_string(place.column), ": ");
}

static std::string indented(std::string_view label, std::string_view text)
{
    return text.empty() ? std::string{} : cat("    ", label, escaped(text, longest_shown), "\n");
}

static std::string lines_for(const ScannedFile& file, const ScanFinding& finding,
                             const std::string& word)
{
    return cat(place_of(file, finding.place), word, " ", escaped(finding.rule), ": ",
               escaped(finding.message, longest_shown * 2), "\n", indented("", finding.text),
               indented("decoded: ", finding.decoded), indented("fix: ", finding.remedy));
}

static std::string counted(std::size_t number, std::string_view word)
{
    return cat(std::to_string(number), " ", word);
}

static std::string closing_line(const ScanSummary& summary)
{
    if (summary.files == 0)
        return "Nothing was scanned.\n";
    auto line = cat(counted(summary.files, summary.files == 1 ? "file" : "files"), ": ",
                    counted(summary.reject, "reject"), ", ", counted(summary.review, "review"),
                    ", ", counted(summary.pass, "pass"));
    if (summary.unread > 0)
        line += cat("; ", std::to_string(summary.unread), " not read to the end");
    if (summary.suppressed > 0)
        line += cat("; ", counted(summary.suppressed, "suppressed"));
    return line + "\n";
}

std::string render_scan_text(std::span<const ScannedFile> files, Colour colour)
{
    std::string out;
    for (const auto& file : files) {
        if (!file.problem.empty())
            out += cat(place_of(file, file.problem_place), painted("error", "31", colour), ": ",
                       escaped(file.problem, longest_shown * 2), "\n");
        for (const auto& finding : file.findings)
            out += lines_for(file, finding,
                             painted(name_of(finding.verdict), colour_of(finding.verdict), colour));
        for (const auto& finding : file.suppressed)
            out += lines_for(file, finding, painted("suppressed", "36", colour));
    }
    return out + closing_line(summarise(files));
}

}
