#include "usage/miner_state.h"

#include "usage/number.h"
#include "usage/standing_json.h"
#include "usage/track_text.h"

#include <array>
#include <bit>
#include <cstring>

namespace harden {

static constexpr std::int64_t state_version = 2;

// Tells every change of a single byte, and any other but by a chance of 2^-64.
static std::uint64_t sum_of(std::string_view text)
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    std::uint64_t sum = text.size();
    while (!text.empty()) {
        std::uint64_t word = 0;
        const auto taken = std::min(sizeof word, text.size());
        std::memcpy(&word, text.data(), taken);
        sum = std::rotl((sum ^ word) * odd, 29);
        text.remove_prefix(taken);
    }
    return sum;
}

static std::string first_line(std::string_view body)
{
    return cat(R"({"v":)", std::to_string(state_version), R"(,"sum":)", large_count(sum_of(body)),
               "}\n");
}

std::string with_sum(std::string_view body)
{
    return cat(first_line(body), body);
}

static LookSummary look_in(const JsonView& row)
{
    const auto count = [&row](std::string_view key) { return static_cast<int>(row.integer(key)); };
    return {.time = row.text("time"),
            .containers = count("containers"),
            .measured = count("measured"),
            .unknown = count("unknown"),
            .flagged = count("flagged"),
            .unowned = count("unowned"),
            .milliseconds = row.number("ms").value_or(0),
            .note = row.text("note")};
}

static std::string shown(const LookSummary& look)
{
    return cat(R"({"time":)", json_quoted(look.time), R"(,"containers":)",
               std::to_string(look.containers), R"(,"measured":)", std::to_string(look.measured),
               R"(,"unknown":)", std::to_string(look.unknown), R"(,"flagged":)",
               std::to_string(look.flagged), R"(,"unowned":)", std::to_string(look.unowned),
               R"(,"ms":)", number(look.milliseconds, 1), R"(,"note":)", json_quoted(look.note),
               "}");
}

static Error malformed(std::string_view problem)
{
    return {ErrorKind::Malformed, escaped(problem), {}};
}

// The line that begins at the front of `text`, which is taken off; none where it does not end.
static std::optional<std::string_view> next_line(std::string_view& text)
{
    const auto end = text.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

static MinerState::Tracks* tracks_of(MinerState& state, std::string_view kind)
{
    if (kind == "running")
        return &state.tracks;
    if (kind == "departed")
        return &state.departed;
    return kind == "unowned" ? &state.unowned : nullptr;
}

// Two lines: what is known of one, and its ring.
static Result<> take_track(MinerState& state, std::string_view& body)
{
    const auto line = next_line(body);
    const auto ring = next_line(body);
    if (!line || !ring)
        return malformed("it ends in the midst of a line");
    const auto row = TRY(parse_json(*line));
    auto* const tracks = tracks_of(state, row.text("kind"));
    if (tracks == nullptr)
        return malformed("a line is of no known kind");
    auto track = track_in(row);
    if (!row.problem().empty())
        return malformed(row.problem());
    track.ring = TRY(Ring::from(*ring));
    tracks->insert_or_assign(row.text("id"), std::move(track));
    return done;
}

static Result<MinerState> parse_body(std::string_view body)
{
    const auto line = next_line(body);
    if (!line)
        return malformed("it has one line only");
    const auto root = TRY(parse_json(*line));
    MinerState state{.boot = root.text("boot"), .look = look_in(root.within("look"))};
    state.totals = totals_in(root.within("totals"));
    if (!root.problem().empty())
        return malformed(root.problem());
    while (!body.empty())
        TRY(take_track(state, body));
    return state;
}

Result<MinerState> parse_miner_state(std::string_view text)
{
    if (text.starts_with(R"({"v":1,)"))
        return Error{ErrorKind::Unsupported, "it is of an older version", {}};
    auto body = text;
    const auto line = next_line(body);
    if (!line || cat(*line, "\n") != first_line(body))
        return malformed("its sum is wrong");
    return parse_body(body);
}

static void render(std::string& text, std::string_view kind, const MinerState::Tracks& tracks)
{
    for (const auto& [id, track] : tracks) {
        text += track_json(kind, id, track);
        text += '\n';
        text += track.ring.text();
        text += '\n';
    }
}

std::string render_miner_state(const MinerState& state)
{
    constexpr std::size_t about_a_track = 800; // beside its ring
    std::size_t size = about_a_track;
    for (const auto* tracks : {&state.tracks, &state.departed, &state.unowned})
        for (const auto& [id, track] : *tracks)
            size += about_a_track + track.ring.text().size();
    std::string text(first_line({}).size() + 24, ' ');
    const auto room = text.size(); // for the first line, which is known last
    text.reserve(size);
    text += cat(R"({"boot":)", json_quoted(state.boot), R"(,"look":)", shown(state.look),
                R"(,"totals":)", render_totals(state.totals), "}\n");
    render(text, "running", state.tracks);
    render(text, "departed", state.departed);
    render(text, "unowned", state.unowned);
    const auto first = first_line(std::string_view{text}.substr(room));
    text.replace(0, room, first); // what it returns would be copied
    return text;
}

static MinerState anew(std::string note)
{
    return {.look = {.note = std::move(note)}};
}

Result<MinerState> read_miner_state(const Host& host)
{
    const auto text = host.read(miner_state_file);
    if (text.is_absent())
        return anew("the first look: baselines only");
    if (!text)
        return text.error();
    auto state = parse_miner_state(*text);
    if (!state && state.error().kind == ErrorKind::Unsupported)
        return anew("the state was of an older version: new baselines");
    if (!state)
        return anew(cat("the state was damaged (", state.error().message, "): new baselines"));
    state->look.note.clear();
    return state;
}

}
