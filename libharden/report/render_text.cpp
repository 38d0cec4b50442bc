#include "base/text.h"
#include "report/formats.h"

namespace harden {

namespace {

struct Label {
    std::string_view text;
    std::string_view colour; // SGR parameter
};

Label label(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Pass:
        return {"[OK]", "32"};
    case Verdict::Fail:
        return {"[FAIL]", "31"};
    case Verdict::Info:
        return {"[INFO]", "36"};
    case Verdict::NotApplicable:
        return {"[N/A]", "36"};
    case Verdict::Unknown:
        return {"[UNKNOWN]", "33"};
    case Verdict::Waived:
        return {"[WAIVED]", "33"};
    }
    return {};
}

std::string painted(Label label, Colour colour)
{
    if (colour == Colour::Never)
        return std::string{label.text};
    return cat("\x1b[", label.colour, "m", label.text, "\x1b[0m");
}

std::string line_for(const Finding& finding, Colour colour)
{
    auto line = cat("  ", painted(label(finding.verdict), colour), " ", finding.title);
    if (!finding.evidence.empty())
        line += cat(" (", escaped(finding.evidence, 400), ")");
    line += "\n";
    if (finding.verdict == Verdict::Fail && !finding.remedy.empty())
        line += cat("         fix: ", finding.remedy, "\n");
    return line;
}

// " (2 waived: cve.docker, cve.runc)"
std::string waived_ids(const Report& report)
{
    std::vector<std::string> ids;
    for (const auto& finding : report.findings)
        if (finding.verdict == Verdict::Waived)
            ids.push_back(finding.id);
    if (ids.empty())
        return {};
    return cat(" (", std::to_string(ids.size()), " waived: ", join(ids, ", "), ")");
}

std::string closing_line(const Report& report, const Summary& summary)
{
    if (report.findings.empty())
        return "Nothing was checked.\n";
    if (summary.fail > 0 || summary.unknown > 0)
        return cat("Not all security checks passed: ", std::to_string(summary.fail), " failed, ",
                   std::to_string(summary.unknown), " could not be decided.\n");
    return cat(report.is_partial ? "Nothing that was asked for failed."
                                 : "All critical security checks passed.",
               waived_ids(report), "\n");
}

// The first line of a text of several, and how many bytes stand behind it.
std::string shown(std::string_view text)
{
    const auto end = text.find('\n');
    if (text.size() <= 120 && (end == std::string_view::npos || end + 1 == text.size()))
        return escaped(trim(text), 120);
    return cat(std::to_string(text.size()), " bytes");
}

}

std::string render_text(const Report& report, Colour colour)
{
    std::string out = "=== Security Verification ===\n";
    std::string group;
    int number = 0;
    for (const auto& finding : report.findings) {
        if (finding.group != group) {
            group = finding.group;
            out += cat("\n", std::to_string(++number), ". ", group, ":\n");
        }
        out += line_for(finding, colour);
    }
    const auto s = summarise(report);
    out += cat("\n", std::to_string(s.pass), " ok, ", std::to_string(s.fail), " failed, ",
               std::to_string(s.info), " info, ", std::to_string(s.not_applicable),
               " not applicable, ", std::to_string(s.unknown), " unknown, ",
               std::to_string(s.waived), " waived; score ", std::to_string(s.score), "\n");
    return out + closing_line(report, s);
}

static std::string section_for(const Comparison& since)
{
    auto text =
        cat("\nSince ", escaped(since.time), ":", since.shifts.empty() ? " no change" : "", "\n");
    for (const auto& shift : since.shifts)
        text += cat("  ", name_of(shift.kind), ": ", escaped(shift.node), " ", escaped(shift.id),
                    " (", shift.before ? name_of(*shift.before) : "not there", " -> ",
                    shift.now ? name_of(*shift.now) : "not there", ")\n");
    return text;
}

static std::string line_for(const Report& report)
{
    if (!report.problem.empty())
        return cat("  ", escaped(report.node), ": could not be asked\n");
    const auto s = summarise(report);
    return cat("  ", escaped(report.node), ": ", std::to_string(s.fail), " failed, ",
               std::to_string(s.unknown), " unknown, score ", std::to_string(s.score), "\n");
}

// One node reads as ever; of several each has its name before it, and all stand together below.
std::string render_text(const Verification& verification, Colour colour)
{
    const bool many = verification.reports.size() > 1;
    std::string text;
    std::string nodes;
    for (const auto& report : verification.reports) {
        if (many)
            text += cat("##### ", escaped(report.node), "\n");
        if (report.problem.empty())
            text += render_text(report, colour);
        else
            text += cat("Could not be asked: ", escaped(report.problem, 400), "\n");
        text += many ? "\n" : "";
        nodes += line_for(report);
    }
    if (many)
        text += cat("##### ", std::to_string(verification.reports.size()), " nodes\n", nodes);
    return verification.since ? cat(text, section_for(*verification.since)) : text;
}

std::string render_text(const Changes& changes)
{
    if (changes.empty())
        return "no changes\n";
    std::string out;
    for (const auto& change : changes) {
        if (change.from.empty() && change.to.empty())
            out += cat("  * ", escaped(change.what), "\n");
        else if (change.from.empty())
            out += cat("  + ", escaped(change.what), ": ", shown(change.to), "\n");
        else if (change.to.empty())
            out += cat("  - ", escaped(change.what), "\n");
        else
            out += cat("  ~ ", escaped(change.what), ": ", shown(change.from), " -> ",
                       shown(change.to), "\n");
    }
    return out;
}

}
