#include "checks/page.h"

#include <algorithm>
#include <map>

namespace harden::test {

namespace {

// A row "| GV-01 | `gvisor.installed` | critical | gVisor installed |".
struct IdRow {
    std::string row;
    std::string id;
};

constexpr auto introduction =
    "# Checks\n\n"
    "What `harden verify` asks, in the order of its report. This page is generated from the "
    "checks\n"
    "themselves (`build/tests/checks_page`); `harden verify explain ID` prints "
    "the\n"
    "same of one.\n\n"
    "- **Level**: how far the answer reaches. *config*: a file's text. *effective*: the answer of\n"
    "  the daemon or the kernel itself. *behaviour*: it was done.\n"
    "- **Profile**: from which profile on a gap fails; in a weaker one it is told as `[INFO]`.\n"
    "- What could not be looked at is `[UNKNOWN]`, with the reason, and never a pass. What a node\n"
    "  has no use for is `[N/A]`, with the reason.\n"
    "- Behaviour checks of egress, network and gVisor cannot be waived; every other one can, see\n"
    "  [verify.md](verify.md).\n";

}

static std::string cell(std::string_view text)
{
    std::string safe;
    for (const char letter : text)
        safe += letter == '|' ? std::string{"\\|"} : std::string{letter};
    return safe;
}

static std::vector<std::string_view> cells_of(std::string_view line)
{
    auto cells = split(line, '|');
    for (auto& text : cells)
        text = trim(text);
    return cells;
}

static std::vector<IdRow> rows_of(std::string_view ids)
{
    std::vector<IdRow> rows;
    for (const auto line : lines(ids)) {
        const auto cells = cells_of(line);
        if (cells.size() >= 6 && cells[2].size() > 2 && cells[2].starts_with('`'))
            rows.push_back(
                {std::string{cells[1]}, std::string{cells[2].substr(1, cells[2].size() - 2)}});
    }
    return rows;
}

// Rows "| `subject.property` | why not |".
static std::map<std::string, std::string> reasons_of(std::string_view text)
{
    std::map<std::string, std::string> reasons;
    for (const auto line : lines(text)) {
        const auto cells = cells_of(line);
        if (cells.size() >= 4 && cells[1].size() > 2 && cells[1].starts_with('`'))
            reasons[std::string{cells[1].substr(1, cells[1].size() - 2)}] = cells[2];
    }
    return reasons;
}

static std::string table_of(const std::vector<Check>& checks)
{
    std::string text;
    std::string_view group;
    int number = 0;
    for (const auto& check : checks) {
        if (check.group != group) {
            group = check.group;
            text += cat("\n## ", std::to_string(++number), ". ", group,
                        "\n\n| id | severity | level | profile | what and why | fix | see also |\n"
                        "|---|---|---|---|---|---|---|\n");
        }
        text += cat("| `", check.id, "` | ", name_of(check.severity), " | ", name_of(check.level),
                    " | ", name_of(check.profile), " | ", cell(check.title), ".",
                    check.why.empty() ? "" : " ", cell(check.why), " | ", cell(check.remedy), " | ",
                    join(check.map, ", "), " |\n");
    }
    return text;
}

static bool is_built(const std::vector<Check>& checks, std::string_view id)
{
    return std::ranges::find(checks, id, &Check::id) != checks.end();
}

// The checks that answer a row of the catalogue: its own id, and the further ids of the row.
static std::string answers_to(const std::string& row, const std::vector<IdRow>& rows,
                              const std::vector<Check>& checks)
{
    std::vector<std::string> ids;
    for (const auto& other : rows)
        if (other.row == row && is_built(checks, other.id))
            ids.push_back(cat("`", other.id, "`"));
    return join(ids, ", ");
}

Result<std::string> checks_page(const std::vector<Check>& checks, std::string_view ids,
                                std::string_view reasons)
{
    const auto further = ids.find("## Further ids");
    const auto catalogue = rows_of(ids.substr(0, further));
    const auto all = rows_of(ids);
    const auto why_not = reasons_of(reasons);
    std::string built;
    std::string missing;
    int number = 0;
    for (const auto& [row, id] : catalogue) {
        if (is_built(checks, id)) {
            ++number;
            built += cat("| ", row, " | ", answers_to(row, all, checks), " |\n");
            continue;
        }
        const auto reason = why_not.find(id);
        if (reason == why_not.end())
            return Error{ErrorKind::Malformed,
                         cat("the row ", row, " (", id, ") is neither built nor given a reason"),
                         "add it to docs/checks-not-built.md"};
        const auto partly = answers_to(row, all, checks);
        missing += cat("| ", row, " | `", id, "` | ", reason->second,
                       partly.empty() ? "" : cat(" In part: ", partly, "."), " |\n");
    }
    return cat(introduction, table_of(checks), "\n## The catalogue\n\n", std::to_string(number),
               " of the ", std::to_string(catalogue.size()),
               " rows of [check-ids.md](check-ids.md)",
               " are built.\n\n| row | checks |\n|---|---|\n", built,
               missing.empty() ? ""
                               : cat("\nThe others are not, each for a reason.\n\n"
                                     "| row | id | reason |\n|---|---|---|\n",
                                     missing));
}

std::string without_built(std::string_view reasons, const std::vector<Check>& checks)
{
    std::string text;
    for (const auto line : lines(reasons)) {
        const auto row = reasons_of(line);
        if (row.empty() || !is_built(checks, row.begin()->first))
            text += cat(line, "\n");
    }
    return text;
}

}
