#include "checks/page.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

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

// What holds for a group as a whole.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> prefaces{{
    {"Egress Rules",
     "The effective policy (`rules/egress.toml` and `/etc/harden/egress.toml`) becomes rules, and\n"
     "the kernel is compared with them: our own table, and the copies in DOCKER-USER of every "
     "live\n"
     "back end, IPv4 and IPv6. A rule that merely mentions a port is no pass. With `--probe` the\n"
     "groups are asked by packets from every network, too, and then reach behaviour.\n"},
    {"Running Containers",
     "One list and one inspect each, and the container's process and control groups as the kernel\n"
     "tells them. What tiers are, and how the operator exempts containers of their own, is in\n"
     "[tiers.md](tiers.md).\n"},
    {"SSH Hardening",
     "`sshd -T -C` tells what sshd would do, with includes, defaults and Match blocks. Asked for:\n"
     "root from the internet; where there are Match blocks also a connection that each block\n"
     "applies to, a stranger over IPv6, and every user with a login shell.\n"},
    {"Network Tests",
     "Real packets, over TCP and UDP, from a scratch namespace on a port of `docker0` to a\n"
     "responder of our own behind the node, which listens on every port asked for: the questions\n"
     "of `harden egress test`, and the same judgement. A routing rule for the scratch address\n"
     "alone leads from one to the other, so nothing leaves the node and nobody else's packets\n"
     "change their way. The control, port 443, must be answered on the same path, else a refusal\n"
     "says nothing. Over IPv6 not applicable where the node passes none on, or where no network "
     "of\n"
     "containers has it.\n"},
    {"Known-Vulnerable Versions",
     "A version fails where a flaw in `rules/verify.toml` was closed later on its branch and the\n"
     "package's changelog does not name the flaw. Once the list is older than `stale_after_days` "
     "a\n"
     "version without a known flaw is unknown.\n"},
    {"Kernel",
     "Settings are wanted as `rules/host.toml` says, which `/etc/harden/host.toml` changes by "
     "name;\n"
     "they are read from `/proc/sys`, for network interfaces as the kernel combines a value with\n"
     "that for all. Most of them no step of `setup` arranges: they fail in the profile *strict*\n"
     "only.\n"},
}};

}

static std::string preface_of(std::string_view group)
{
    const auto* found = std::ranges::find(prefaces, group, &decltype(prefaces)::value_type::first);
    return found == prefaces.end() ? std::string{} : cat(found->second, "\n");
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
            text += cat("\n## ", std::to_string(++number), ". ", group, "\n\n", preface_of(group),
                        "| id | severity | level | profile | what and why | fix | see also |\n"
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
