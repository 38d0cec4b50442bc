#include "base/text.h"
#include "daemonjson/table.h"

#include <algorithm>

namespace harden::test {

namespace {

// How often a judge was right: an error exactly where the file is not fine.
struct Score {
    std::string judge;
    int right = 0;
    int asked = 0;

    std::string count(bool is_right)
    {
        ++asked;
        right += is_right ? 1 : 0;
        return is_right ? "" : " ✗";
    }
};

struct Scores {
    Score ours{"`harden daemonjson validate`"};
    std::map<std::string, Score, std::less<>> validate;
    std::map<std::string, Score, std::less<>> start;
};

}

static const std::string introduction =
    "# What daemon.json can hold, and who notices\n\n"
    "Each row is a file. dockerd 20.10, 26.1 and 28.5 (Debian's, on nodes of the lab) were given "
    "it "
    "for real: `dockerd --validate` where the version has it, then a start, and where a container "
    "could fail for it, a container. Rows of Docker 29 are read in its source. ✗ marks a verdict "
    "that is wrong: accepted although it does not do what it says, or refused although it does. "
    "`?` is a warning. A start counts as right where it fails for a bad file and succeeds with a "
    "good one.\n\n"
    "The rows stand in `tests/daemonjson/table.toml`, what dockerd did in "
    "`tests/daemonjson/measured.tsv`; this page is written by "
    "`build/tests/daemonjson_table render`, and a test compares it.\n";

static constexpr auto head = "\n| daemon.json | what it does | ours | `--validate` 26.1 | 28.5 | "
                             "start 20.10 | 26.1 | 28.5 |\n"
                             "|---|---|---|---|---|---|---|---|\n";

static std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

static std::string shown(const TableRow& row)
{
    auto text = replaced(std::string{trim(row.text)}, "\n", " ⏎ ");
    text = replaced(replaced(text, "|", "\\|"), "\xEF\xBB\xBF", "BOM ");
    const auto flags = row.flags.empty() ? "" : cat(" with ", "`", join(row.flags, " "), "`");
    return cat(row.name, text.empty() ? "" : cat(": `", text, "`"), flags);
}

static std::string_view in_words(const std::string& is)
{
    if (is == "dies")
        return "dockerd does not start";
    if (is == "ignored")
        return "starts, and does not do what it says";
    if (is == "no container")
        return "starts, and no container does";
    if (is == "open")
        return "opens the machine";
    return "fine";
}

// "A; 20.10: B" of what differs by version; the newest first.
template<class Say>
static std::string by_version(const TableRow& row, Say say)
{
    const auto versions = row.versions();
    const std::string main{say(versions.back())};
    std::string all = main;
    for (const auto& version : versions)
        if (const std::string other{say(version)}; other != main)
            all += cat("; ", version, ": ", other);
    return all;
}

static bool is_error(std::string_view ours)
{
    for (const auto one : split(ours, ';'))
        if (!trim(one).empty() && !trim(one).starts_with('?'))
            return true;
    return false;
}

static std::string our_verdict(const TableRow& row, const std::string& version, Score& score)
{
    const auto& expected = row.at(version);
    const auto said = judged(row, version);
    const bool is_right = said == expected.ours && is_error(said) == (expected.is != "fine");
    return cat(said.empty() ? "valid" : said, score.count(is_right));
}

static std::string cell(const TableRow& row, const std::string& version, const std::string& did,
                        std::string_view refusal, Score& score)
{
    if (did.empty() || did == "-")
        return "–";
    return cat(did, score.count((did == refusal) == (row.at(version).is != "fine")));
}

static std::string line_of(const TableRow& row, const Measurements& measured, Scores& scores)
{
    const auto versions = row.versions();
    std::map<std::string, std::string> ours;
    for (const auto& version : versions)
        ours[version] = our_verdict(row, version, scores.ours);
    auto line =
        cat("| ", shown(row), " | ",
            by_version(row, [&](const auto& version) { return in_words(row.at(version).is); }),
            row.source.empty() ? "" : cat(" (read in ", row.source, ")"), " | ",
            by_version(row, [&](const auto& version) { return ours[version]; }), " |");
    const auto at = [&](const std::string& version) {
        const auto found = measured.find({row.name, version});
        const bool is_about = std::ranges::find(versions, version) != versions.end();
        return found == measured.end() || !is_about ? Measured{} : found->second;
    };
    for (const auto* version : {"26.1", "28.5"})
        line +=
            cat(" ", cell(row, version, at(version).validate, "refuses", scores.validate[version]),
                " |");
    for (const auto version : measured_versions)
        line += cat(" ",
                    cell(row, std::string{version}, at(std::string{version}).start, "dies",
                         scores.start[std::string{version}]),
                    " |");
    return cat(line, "\n");
}

static std::string score_line(std::string_view judge, const Score& score)
{
    return cat("| ", judge, " | ", std::to_string(score.right), " of ", std::to_string(score.asked),
               " |\n");
}

std::string rendered(const std::vector<TableRow>& rows, const Measurements& measured)
{
    Scores scores;
    std::string page = introduction;
    std::string group;
    for (const auto& row : rows) {
        if (row.group != group)
            page += cat("\n## ", row.group, "\n", head);
        group = row.group;
        page += line_of(row, measured, scores);
    }
    page += "\n## Who was right\n\n| judge | right |\n|---|---|\n";
    page += score_line(cat(scores.ours.judge, ", each row for each version"), scores.ours);
    for (const auto& [version, score] : scores.validate)
        page += score_line(cat("`dockerd --validate` ", version), score);
    for (const auto& [version, score] : scores.start)
        page += score_line(cat("starting dockerd ", version), score);
    return page;
}

}
