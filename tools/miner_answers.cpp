#include "miner_looks.h"
#include "system/local_node.h"
#include "system/this_process.h"
#include "usage/action_outcome.h"
#include "usage/explain.h"
#include "usage/miner_record.h"
#include "usage/replay.h"

#include <algorithm>

namespace harden {

static std::string status_text(const MinerState& state)
{
    const auto shown = screen();
    if (shown == Screen::None)
        return render_text(state);
    return render_screen(state, shown == Screen::Unicode ? Letters::Unicode : Letters::Ascii);
}

Result<Exit> show_status(const Node& node, const MinerOptions& options)
{
    TRY(require_root());
    const auto state = TRY(read_miner_state(node.host()));
    print(options.wanted() == Format::Json ? render_json(state)
                                           : status_text(state) + render_paused(state));
    if (state.look.time.empty())
        return Exit::Trouble;
    return state.look.flagged > 0 ? Exit::Findings : Exit::Clean;
}

static Result<std::string> id_meant(const MinerState& state, const std::string& words)
{
    auto ids = ids_meant(state, words);
    if (ids.size() == 1)
        return std::move(ids.front());
    if (ids.empty())
        return Error{ErrorKind::NotFound, cat("no container is called ", escaped(words)),
                     "detect-miners status lists those that a look has seen"};
    return Error{ErrorKind::Malformed,
                 cat(escaped(words), " may be any of ", std::to_string(ids.size()), " containers"),
                 "give more of the id"};
}

// Looks again, and neither remembers nor logs it.
Result<Exit> show_explanation(const Node& node, const MinerOptions& options)
{
    TRY(require_root());
    const auto rules = TRY(rules_for(node.host(), options));
    auto scene = TRY(scene_of(node, {}));
    const auto look = judged(node, std::move(scene), rules);
    const auto id = TRY(id_meant(look.next, options.container));
    const auto sighting = std::ranges::find_if(
        look.sightings, [&id](const Sighting& each) { return each.container.id == id; });
    if (sighting == look.sightings.end()) {
        print(explain_departed(id, look.next.departed.at(id)));
        return Exit::Clean;
    }
    print(explain(*sighting, look.next.tracks.at(id), rules));
    return is_flagged(sighting->judgement.verdict) ? Exit::Findings : Exit::Clean;
}

Result<Exit> show_replay(const Node& node, const MinerOptions& options)
{
    const auto rules = TRY(rules_for(node.host(), options));
    const bool is_input = options.recording == "-";
    const auto name = is_input ? std::string{"standard input"} : options.recording;
    const auto text = TRY(is_input ? standard_input() : node.host().read(options.recording));
    Replay replay{rules};
    int number = 0;
    bool has_findings = false;
    for (const auto line : lines(text)) {
        ++number;
        if (trim(line).empty())
            continue;
        const auto look =
            TRY(replay.take(line)
                    .during(cat(escaped(name), ":", std::to_string(number), ": no recorded look"))
                    .hint("each line is one look as --record writes it: docs/detect-miners.md"));
        print(join(miner_records(look), ""));
        has_findings = has_findings || look.next.look.flagged > 0;
    }
    if (replay.state().look.time.empty())
        return Error{ErrorKind::NotFound, cat(escaped(name), ": no look is recorded there"),
                     "detect-miners --record FILE adds one at each look"};
    return has_findings ? Exit::Findings : Exit::Clean;
}

}
