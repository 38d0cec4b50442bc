#include "base/json_view.h"
#include "usage/action.h"
#include "usage/miner_record.h"
#include "usage/number.h"

#include <algorithm>
#include <array>

namespace harden {

static constexpr std::size_t columns = 6;
using Widths = std::array<std::size_t, columns>;
using Row = std::array<std::string, columns>;
static constexpr Widths usual{14, 28, 9, 7, 8, 11};
// The last column, 24 letters, ends before the eightieth.
static constexpr Widths with_a_day{14, 18, 9, 6, 8, 24};

// Cells are ASCII but for names, whose letters outside it only shift the cells after them.
static std::string line(const Row& row, const Widths& widths = usual)
{
    std::string text;
    for (std::size_t column = 0; column < row.size(); ++column) {
        text += row[column];
        text.append(std::max(widths[column], row[column].size() + 1) - row[column].size(), ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

static std::string heading()
{
    return line({"CONTAINER", "NAME", "VERDICT", "SCORE", "DEMAND", "THROTTLED"});
}

static std::string percent(std::optional<double> share)
{
    return share ? cat(number(*share * 100, 0), "%") : "?";
}

static Row row_of(std::string_view id, std::string_view name, std::string_view verdict, int score,
                  const Interval* interval)
{
    constexpr std::size_t short_id = 12;
    constexpr std::size_t short_name = 27;
    return {std::string{id.substr(0, short_id)},
            escaped(name, short_name - 3),
            std::string{verdict},
            std::to_string(score),
            percent(interval != nullptr ? interval->demand : std::nullopt),
            percent(interval != nullptr ? interval->throttled : std::nullopt)};
}

static std::string closing(const LookSummary& look)
{
    auto text = cat(std::to_string(look.containers), " containers, ", std::to_string(look.measured),
                    " measured, ", std::to_string(look.flagged), " flagged");
    if (look.unowned > 0)
        text += cat(", ", std::to_string(look.unowned), " groups of no container");
    if (look.unknown > 0)
        text += cat(", ", std::to_string(look.unknown), " unknown");
    if (!look.note.empty())
        text += cat(" (", escaped(look.note), ")");
    return text + "\n";
}

std::string render_text(const Look& look)
{
    auto text = heading();
    for (const auto& each : look.sightings) {
        text += line(row_of(each.container.id, each.container.name, name_of(each.judgement.verdict),
                            each.judgement.score, each.interval ? &*each.interval : nullptr));
        for (const auto& term : each.judgement.terms)
            text += cat("  +", std::to_string(term.points), " ", term.name, " ", term.value, "\n");
        for (const auto& sentence : sentences(each.bandwidth))
            text += cat("  traffic, ", name_of(each.bandwidth.verdict), ": ", sentence, "\n");
    }
    for (const auto& each : look.unowned)
        text += line(row_of(each.is_build ? "build" : "unowned", each.path,
                            name_of(each.judgement.verdict), each.judgement.score,
                            each.interval ? &*each.interval : nullptr));
    return text + closing(look.next.look);
}

static std::string no_look(const MinerState& state)
{
    return cat("no look yet", state.look.note.empty() ? "" : ": ", state.look.note, "\n");
}

std::string render_screen(const MinerState& state, Letters letters)
{
    if (state.look.time.empty())
        return no_look(state);
    auto text =
        line({"CONTAINER", "NAME", "VERDICT", "SCORE", "DEMAND", "LAST 24 HOURS"}, with_a_day);
    for (const auto& [id, track] : state.tracks) {
        const auto last = track.ring.newest();
        auto row = row_of(id, track.name, track.verdict, track.score, last ? &*last : nullptr);
        row[1] = escaped(track.name, with_a_day[1] - 4);
        row[5] = day_line(track.ring, letters);
        text += line(row, with_a_day);
    }
    return cat(text, "last look ", escaped(state.look.time), ": ", closing(state.look));
}

std::string render_text(const MinerState& state)
{
    if (state.look.time.empty())
        return no_look(state);
    auto text = heading();
    for (const auto& [id, track] : state.tracks) {
        const auto last = track.ring.newest();
        text += line(row_of(id, track.name, track.verdict, track.score, last ? &*last : nullptr));
    }
    return cat(text, "last look ", escaped(state.look.time), ": ", closing(state.look));
}

static std::string text_or_null(std::string_view text)
{
    return text.empty() ? std::string{"null"} : json_quoted(text);
}

// What was done about it last, if that still holds.
static std::string standing_members(const Standing& standing)
{
    const bool stands = !standing.action.empty();
    const bool is_paused = standing.action == name_of(MinerAction::Pause);
    return cat(R"(,"action":)", text_or_null(standing.action), R"(,"action_time":)",
               text_or_null(stands ? standing.action_time : ""), R"(,"paused":)",
               is_paused ? "true" : "false");
}

std::string render_json(const MinerState& state)
{
    std::vector<std::string> rows;
    for (const auto& [id, track] : state.tracks) {
        const auto last = track.ring.newest().value_or(Interval{});
        rows.push_back(cat(
            R"({"id":)", json_quoted(id), R"(,"name":)", json_quoted(track.name), R"(,"verdict":)",
            json_quoted(track.verdict), R"(,"score":)", std::to_string(track.score),
            R"(,"demand":)", number_or_null(last.demand, 3), R"(,"throttled":)",
            number_or_null(last.throttled, 3), standing_members(track.standing), "}"));
    }
    return cat(R"({"schema":"harden.detect-miners/1","last_look":)",
               state.look.time.empty() ? "null" : json_quoted(state.look.time),
               R"(,"containers":[)", join(rows, ","), "]}\n");
}

}
