#include "dockerfile/explain_rule.h"

#include <algorithm>

namespace harden {

namespace {

constexpr std::size_t line_width = 96;

// Words with commas, broken into lines that are indented.
std::string listed(std::string_view title, const std::vector<std::string>& words)
{
    if (words.empty())
        return {};
    std::string text = cat(title, ":\n");
    std::string line = "   ";
    for (const auto& word : words) {
        if (line.size() + word.size() > line_width) {
            text += line + "\n";
            line = "   ";
        }
        line += cat(" ", word);
    }
    return text + line + "\n";
}

std::string points_of(const ScanRules& rules, const ScanRule& rule)
{
    std::string text =
        cat("points (", std::to_string(rules.review_from), " of ", rule.category,
            " in one file are for review, ", std::to_string(rules.reject_from), " reject it):\n");
    for (std::size_t i = 0; i < scan_role_count; ++i)
        if (rule.points[i] > 0)
            text += cat("    ", std::to_string(rule.points[i]), " ",
                        told_role(static_cast<ScanRole>(i)), "\n");
    if (rule.alone > 0)
        text += cat("    ", std::to_string(rule.alone), " more where no more than ",
                    std::to_string(rules.few_packages), " packages are installed\n");
    if (rule.excused > 0)
        text += cat("    ", std::to_string(rule.excused), " less beside what excuses it\n");
    return text;
}

}

Result<std::string> explained(const ScanRules& rules, const std::string& id)
{
    const auto found = std::find_if(rules.rules.begin(), rules.rules.end(),
                                    [&](const ScanRule& rule) { return rule.id == id; });
    if (found == rules.rules.end()) {
        std::vector<std::string> ids;
        for (const auto& rule : rules.rules)
            ids.push_back(rule.id);
        const auto meant = nearest(id, ids);
        return Error{ErrorKind::NotFound, cat("no rule is called \"", escaped(id), "\""),
                     meant ? cat("did you mean ", *meant, "?")
                           : "harden scan --show-config lists them"};
    }
    const auto& rule = *found;
    auto text = cat(rule.id, ": ", rule.what, " (", rule.origin, ")\n");
    if (rule.most == ScanVerdict::Review)
        text += "for review at most\n";
    text += points_of(rules, rule);
    text += listed("words, anywhere", rule.anywhere) + listed("names", rule.names) +
            listed("ports", rule.ports);
    if (!rule.pattern.empty())
        text += cat("pattern: ", rule.pattern, "\n");
    text += listed("excused by", rule.unless);
    return text + (rule.remedy.empty() ? "" : cat("fix: ", rule.remedy, "\n"));
}

}
