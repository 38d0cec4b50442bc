#include "usage/standing_json.h"

#include <algorithm>

namespace harden {

static constexpr std::int64_t most_counted = std::int64_t{1} << 53U;

// Most containers have none.
static bool is_empty(const Standing& standing)
{
    return standing.verdict.empty() && standing.told.empty() && standing.action.empty() &&
           standing.action_time.empty();
}

std::string render_standing(const Standing& standing)
{
    if (is_empty(standing))
        return "{}";
    return cat(R"({"verdict":)", json_quoted(standing.verdict), R"(,"confirmed":)",
               std::to_string(standing.confirmed), R"(,"score":)", std::to_string(standing.score),
               R"(,"stamp":)", std::to_string(standing.stamp.count()), R"(,"told":)",
               json_quoted(standing.told), R"(,"action":)", json_quoted(standing.action),
               R"(,"id":)", json_quoted(standing.action_id), R"(,"time":)",
               json_quoted(standing.action_time), R"(,"pending":)",
               standing.is_pending ? "true" : "false", "}");
}

static std::int64_t count_in(const JsonView& row, std::string_view key)
{
    const auto value = row.integer(key);
    if (value >= 0 && value <= most_counted)
        return value;
    row.complain(cat("'", key, "' is out of range"));
    return 0;
}

Standing standing_in(const JsonView& row)
{
    constexpr std::int64_t most = 1'000'000'000;
    Standing standing{.verdict = row.text("verdict"),
                      .confirmed = static_cast<int>(std::min(count_in(row, "confirmed"), most)),
                      .score = static_cast<int>(std::min(count_in(row, "score"), most)),
                      .stamp = std::chrono::nanoseconds{count_in(row, "stamp")},
                      .told = row.text("told"),
                      .action = row.text("action"),
                      .action_id = row.text("id"),
                      .action_time = row.text("time"),
                      .is_pending = row.boolean("pending")};
    return standing;
}

std::string render_totals(const Totals& totals)
{
    std::vector<std::string> actions;
    for (const auto& [name, count] : totals.actions)
        actions.push_back(cat(json_quoted(name), ":", std::to_string(count)));
    std::vector<std::string> ended;
    for (const auto& time : totals.ended)
        ended.push_back(json_quoted(time));
    return cat(R"({"looks":)", std::to_string(totals.looks), R"(,"actions":{)", join(actions, ","),
               R"(},"ended":[)", join(ended, ","), "]}");
}

Totals totals_in(const JsonView& row)
{
    Totals totals{.looks = static_cast<std::uint64_t>(count_in(row, "looks"))};
    const auto actions = row.within("actions");
    for (const auto& [name, value] : row.members("actions"))
        totals.actions[name] = static_cast<std::uint64_t>(count_in(actions, name));
    totals.ended = row.texts("ended");
    return totals;
}

}
