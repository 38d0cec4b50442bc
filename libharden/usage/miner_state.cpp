#include "usage/miner_state.h"

#include "base/json_view.h"
#include "usage/number.h"
#include "usage/standing_json.h"

#include <cmath>

namespace harden {

static constexpr std::int64_t state_version = 1;

static std::optional<std::uint64_t> count_in(const JsonView& row, std::string_view key)
{
    if (!row.number(key))
        return std::nullopt;
    const auto value = row.integer(key);
    if (value < 0)
        row.complain(cat("'", key, "' is negative"));
    return static_cast<std::uint64_t>(value);
}

static Interval interval_in(const JsonView& row)
{
    Interval interval{.seconds = row.number("s").value_or(0),
                      .cpu_seconds = row.number("c"),
                      .demand = row.number("d"),
                      .throttled = row.number("t")};
    const auto is_share = [](std::optional<double> value) {
        return !value || (*value >= 0 && *value <= 1);
    };
    if (interval.seconds <= 0 || !is_share(interval.demand) || !is_share(interval.throttled))
        row.complain("an interval is out of range");
    return interval;
}

static Track track_in(const JsonView& row)
{
    Track track{.name = row.text("name"),
                .hot_since = row.text("hot_since"),
                .verdict = row.text("verdict"),
                .score = static_cast<int>(row.integer("score"))};
    track.last.inode = count_in(row, "inode").value_or(0);
    track.last.stamp = std::chrono::nanoseconds{row.integer("stamp")};
    track.last.counters = {.cpu_ns = count_in(row, "cpu_ns"),
                           .periods = count_in(row, "periods"),
                           .throttled = count_in(row, "throttled"),
                           .throttled_us = count_in(row, "throttled_us"),
                           .stalled_us = count_in(row, "stalled_us")};
    for (const auto& interval : row.rows("intervals"))
        track.intervals.push_back(interval_in(interval));
    if (track.intervals.size() > kept_intervals)
        row.complain("too many intervals");
    track.standing = standing_in(row.within("standing"));
    return track;
}

static LookSummary look_in(const JsonView& row)
{
    const auto count = [&row](std::string_view key) { return static_cast<int>(row.integer(key)); };
    return {.time = row.text("time"),
            .containers = count("containers"),
            .measured = count("measured"),
            .unknown = count("unknown"),
            .flagged = count("flagged"),
            .milliseconds = row.number("ms").value_or(0),
            .note = row.text("note")};
}

Result<MinerState> parse_miner_state(std::string_view text)
{
    const auto root = TRY(parse_json(text));
    if (root.integer("v") != state_version)
        root.complain("another version");
    MinerState state{.boot = root.text("boot"), .look = look_in(root.within("look"))};
    state.totals = totals_in(root.within("totals"));
    for (const auto& [id, row] : root.members("containers"))
        state.tracks.emplace(id, track_in(row));
    if (!root.problem().empty())
        return Error{ErrorKind::Malformed, escaped(root.problem()), {}};
    return state;
}

static std::string shown(std::optional<std::uint64_t> count)
{
    return count ? std::to_string(*count) : "null";
}

static std::string shown(const std::vector<Interval>& intervals)
{
    std::vector<std::string> rows;
    for (const auto& each : intervals)
        rows.push_back(cat(R"({"s":)", number(each.seconds, 3), R"(,"c":)",
                           number_or_null(each.cpu_seconds, 3), R"(,"d":)",
                           number_or_null(each.demand, 4), R"(,"t":)",
                           number_or_null(each.throttled, 4), "}"));
    return join(rows, ",");
}

static std::string shown(const Track& track)
{
    const auto& last = track.last;
    return cat(R"({"name":)", json_quoted(track.name), R"(,"inode":)", std::to_string(last.inode),
               R"(,"stamp":)", std::to_string(last.stamp.count()), R"(,"cpu_ns":)",
               shown(last.counters.cpu_ns), R"(,"periods":)", shown(last.counters.periods),
               R"(,"throttled":)", shown(last.counters.throttled), R"(,"throttled_us":)",
               shown(last.counters.throttled_us), R"(,"stalled_us":)",
               shown(last.counters.stalled_us), R"(,"hot_since":)", json_quoted(track.hot_since),
               R"(,"verdict":)", json_quoted(track.verdict), R"(,"score":)",
               std::to_string(track.score), R"(,"intervals":[)", shown(track.intervals),
               R"(],"standing":)", render_standing(track.standing), "}");
}

static std::string shown(const LookSummary& look)
{
    return cat(R"({"time":)", json_quoted(look.time), R"(,"containers":)",
               std::to_string(look.containers), R"(,"measured":)", std::to_string(look.measured),
               R"(,"unknown":)", std::to_string(look.unknown), R"(,"flagged":)",
               std::to_string(look.flagged), R"(,"ms":)", number(look.milliseconds, 1),
               R"(,"note":)", json_quoted(look.note), "}");
}

std::string render_miner_state(const MinerState& state)
{
    std::vector<std::string> rows;
    for (const auto& [id, track] : state.tracks)
        rows.push_back(cat(json_quoted(id), ":", shown(track)));
    return cat(R"({"v":)", std::to_string(state_version), R"(,"boot":)", json_quoted(state.boot),
               R"(,"look":)", shown(state.look), R"(,"totals":)", render_totals(state.totals),
               ",\n\"containers\":{\n", join(rows, ",\n"), "\n}}\n");
}

Result<MinerState> read_miner_state(const Host& host)
{
    const auto text = host.read(miner_state_file);
    if (text.is_absent())
        return MinerState{.look = {.note = "the first look: baselines only"}};
    if (!text)
        return text.error();
    auto state = parse_miner_state(*text);
    if (!state)
        return MinerState{.look = {.note = cat("the state was damaged (", state.error().message,
                                               "): new baselines")}};
    state->look.note.clear();
    return state;
}

}
