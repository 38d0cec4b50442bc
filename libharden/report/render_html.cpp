#include "report/formats.h"
#include "report/html_style.h"
#include "report/markup.h"

#include <array>

namespace harden {

namespace {

struct Share {
    Verdict verdict;
    std::string_view words;
    int count;
};

std::array<Share, 6> shares(const Summary& s)
{
    return {{{Verdict::Fail, "failed", s.fail},
             {Verdict::Unknown, "unknown", s.unknown},
             {Verdict::Waived, "waived", s.waived},
             {Verdict::Pass, "ok", s.pass},
             {Verdict::Info, "info", s.info},
             {Verdict::NotApplicable, "not applicable", s.not_applicable}}};
}

std::string_view word_for(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Pass:
        return "OK";
    case Verdict::Fail:
        return "Failed";
    case Verdict::Info:
        return "Info";
    case Verdict::NotApplicable:
        return "Not applicable";
    case Verdict::Unknown:
        return "Unknown";
    case Verdict::Waived:
        return "Waived";
    }
    return "";
}

std::string marked(Verdict verdict)
{
    return cat("<span class=\"verdict ", name_of(verdict), "\">", word_for(verdict), "</span>");
}

}

static std::string card_of(const Summary& summary)
{
    std::string counts;
    std::string bar;
    for (const auto& share : shares(summary)) {
        const auto number = std::to_string(share.count);
        counts += cat("<span><b class=\"", name_of(share.verdict), "\">", number, "</b> ",
                      share.words, "</span>");
        if (share.count > 0)
            bar +=
                cat("<i class=\"", name_of(share.verdict), "\" style=\"flex:", number, "\"></i>");
    }
    return cat("<div class=\"card\"><div class=\"top\"><div class=\"score\">",
               std::to_string(summary.score), "<small> / 100</small></div><div class=\"counts\">",
               counts, "</div></div><div class=\"bar\">", bar, "</div></div>\n");
}

static std::string finding_of(const Finding& finding)
{
    auto body = cat("<div>", in_xml(finding.title), "</div>");
    if (!finding.evidence.empty())
        body += cat("<div class=\"seen\">", in_xml(finding.evidence), "</div>");
    if (finding.verdict == Verdict::Fail || finding.verdict == Verdict::Unknown) {
        if (!finding.why.empty())
            body += cat("<div class=\"quiet\">", in_xml(finding.why), "</div>");
        body += cat("<div class=\"fix\">", in_xml(finding.remedy), "</div>");
    }
    auto tag =
        cat(in_xml(finding.id), " · ", name_of(finding.severity), " · ", name_of(finding.level));
    for (const auto& row : finding.map)
        tag += cat(" · ", in_xml(row));
    return cat("<div class=\"finding\"><div>", marked(finding.verdict), "</div><div>", body,
               "<div class=\"tag\">", tag, "</div></div></div>\n");
}

// Open where something in it wants to be read.
static std::string group_of(std::string_view name, const std::vector<const Finding*>& findings)
{
    int failed = 0;
    int unknown = 0;
    std::string rows;
    for (const auto* finding : findings) {
        failed += finding->verdict == Verdict::Fail ? 1 : 0;
        unknown += finding->verdict == Verdict::Unknown ? 1 : 0;
        rows += finding_of(*finding);
    }
    std::string said;
    if (failed > 0)
        said += cat(" · <span class=\"fail\">", std::to_string(failed), " failed</span>");
    if (unknown > 0)
        said += cat(" · <span class=\"unknown\">", std::to_string(unknown), " unknown</span>");
    return cat("<details class=\"card group\"", said.empty() ? "" : " open", "><summary>",
               in_xml(name), " <span class=\"quiet\">", std::to_string(findings.size()), " checks",
               said, "</span></summary>\n", rows, "</details>\n");
}

static std::string groups_of(const Report& report)
{
    std::string text;
    std::vector<const Finding*> group;
    const auto finish = [&] {
        if (!group.empty())
            text += group_of(group.front()->group, group);
        group.clear();
    };
    for (const auto& finding : report.findings) {
        if (!group.empty() && group.front()->group != finding.group)
            finish();
        group.push_back(&finding);
    }
    finish();
    return text;
}

static std::string section_for(const Report& report)
{
    const auto head =
        cat("<h2 id=\"", fingerprint(report.node), "\">", in_xml(report.node), "</h2>\n");
    if (!report.problem.empty())
        return cat(head, "<div class=\"card\">", marked(Verdict::Unknown),
                   " The node could not be asked: <span class=\"seen\">", in_xml(report.problem),
                   "</span></div>\n");
    return cat(head, "<div class=\"quiet\">", in_xml(report.time), " · profile ",
               in_xml(report.profile), report.is_partial ? " · only some checks" : "", "</div>\n",
               card_of(summarise(report)), groups_of(report));
}

static std::string nodes_of(const std::vector<Report>& reports)
{
    std::string rows = "<tr><th>node</th><th>failed</th><th>unknown</th><th>score</th></tr>\n";
    for (const auto& report : reports) {
        const auto s = summarise(report);
        const auto cells = report.problem.empty()
                               ? cat(std::to_string(s.fail), "</td><td>", std::to_string(s.unknown),
                                     "</td><td>", std::to_string(s.score))
                               : std::string{"could not be asked</td><td></td><td>"};
        rows += cat("<tr><td><a href=\"#", fingerprint(report.node), "\">", in_xml(report.node),
                    "</a></td><td>", cells, "</td></tr>\n");
    }
    return cat("<div class=\"card\"><table>", rows, "</table></div>\n");
}

static std::string section_for(const Comparison& since)
{
    std::string rows = "<tr><th></th><th>node</th><th>check</th><th>before</th><th>now</th></tr>\n";
    for (const auto& shift : since.shifts)
        rows += cat("<tr><td>", name_of(shift.kind), "</td><td>", in_xml(shift.node), "</td><td>",
                    in_xml(shift.id), "</td><td>", shift.before ? marked(*shift.before) : "",
                    "</td><td>", shift.now ? marked(*shift.now) : "", "</td></tr>\n");
    return cat("<h2>Since ", in_xml(since.time), "</h2>\n<div class=\"card\">",
               since.shifts.empty() ? "Nothing has changed." : cat("<table>", rows, "</table>"),
               "</div>\n");
}

std::string render_html(const Verification& verification)
{
    std::string body;
    if (verification.reports.size() > 1)
        body += nodes_of(verification.reports);
    if (verification.since)
        body += section_for(*verification.since);
    for (const auto& report : verification.reports)
        body += section_for(report);
    return cat("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src 'unsafe-inline'\">\n<title>Security verification</title>\n<style>",
               html_style, "</style>\n</head>\n<body>\n<main>\n<h1>Security verification</h1>\n",
               body, "</main>\n</body>\n</html>\n");
}

}
