#include "report/formats.h"
#include "report/markup.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t most_shown = 10; // a summary is read, the whole is folded

static std::string_view word_for(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Pass:
        return "✅ ok";
    case Verdict::Fail:
        return "❌ **failed**";
    case Verdict::Info:
        return "ℹ️ info";
    case Verdict::NotApplicable:
        return "➖ not applicable";
    case Verdict::Unknown:
        return "❓ **unknown**";
    case Verdict::Waived:
        return "⚠️ waived";
    }
    return "";
}

static std::string code(std::string_view foreign)
{
    return foreign.empty() ? std::string{} : cat("<code>", in_markdown(foreign, 400), "</code>");
}

static std::string row_for(const Finding& finding)
{
    return cat("| ", word_for(finding.verdict), " | ", name_of(finding.severity), " | `",
               in_markdown(finding.id), "` | ", in_markdown(finding.title), " | ",
               code(finding.evidence), " | ", code(finding.remedy), " |\n");
}

static constexpr auto table_head =
    "\n| | severity | check | | seen | fix |\n|---|---|---|---|---|---|\n";

static std::string table_of_troubles(const Report& report)
{
    const auto found = troubles(report);
    if (found.empty())
        return {};
    std::string text = table_head;
    for (std::size_t i = 0; i < std::min(found.size(), most_shown); ++i)
        text += row_for(*found[i]);
    if (found.size() > most_shown)
        text += cat("\nand ", std::to_string(found.size() - most_shown), " more, below\n");
    return text;
}

static std::string table_of_all(const Report& report)
{
    auto text = cat("\n<details><summary>All ", std::to_string(report.findings.size()),
                    " checks</summary>\n", table_head);
    for (const auto& finding : report.findings)
        text += row_for(finding);
    return cat(text, "\n</details>\n");
}

static std::string headline(const Report& report)
{
    const auto s = summarise(report);
    return cat(s.fail > 0      ? "❌ "
               : s.unknown > 0 ? "❓ "
                               : "✅ ",
               "**", std::to_string(s.fail), " failed, ", std::to_string(s.unknown), " unknown**, ",
               std::to_string(s.pass), " ok, ", std::to_string(s.info), " info, ",
               std::to_string(s.not_applicable), " not applicable, ", std::to_string(s.waived),
               " waived; score **", std::to_string(s.score), "**\n");
}

static std::string section_for(const Report& report)
{
    auto text = cat("## ", in_markdown(report.node), "\n\n");
    if (!report.problem.empty())
        return cat(text, "❓ **could not be asked**: ", code(report.problem), "\n\n");
    text += headline(report);
    text += cat("\n", in_markdown(report.time), ", profile ", in_markdown(report.profile), "\n");
    return cat(text, table_of_troubles(report), table_of_all(report), "\n");
}

static std::string section_for(const Comparison& since)
{
    auto text = cat("## Since ", in_markdown(since.time), "\n\n");
    if (since.shifts.empty())
        return cat(text, "Nothing has changed.\n\n");
    text += "| | node | check | before | now |\n|---|---|---|---|---|\n";
    for (const auto& shift : since.shifts)
        text += cat("| ", name_of(shift.kind), " | ", in_markdown(shift.node), " | `",
                    in_markdown(shift.id), "` | ", shift.before ? word_for(*shift.before) : "",
                    " | ", shift.now ? word_for(*shift.now) : "", " |\n");
    return cat(text, "\n");
}

std::string render_markdown(const Verification& verification)
{
    std::string text = "# Security verification\n\n";
    for (const auto& report : verification.reports)
        text += section_for(report);
    if (verification.since)
        text += section_for(*verification.since);
    return text;
}

}
