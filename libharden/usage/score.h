#pragma once

#include "usage/miner_rules.h"
#include "usage/track.h"

namespace harden {

// Unknown: its use could not be read at all, which is not "ok".
enum class MinerVerdict { Unknown, Ok, Watch, Suspect, Miner };
std::string_view name_of(MinerVerdict verdict);
bool is_flagged(MinerVerdict verdict); // suspect or miner: a finding

// One sign, what was measured, and what it counts.
struct Term {
    std::string name;
    std::string value; // as JSON
    int points = 0;
};

struct Judgement {
    MinerVerdict verdict = MinerVerdict::Unknown;
    int score = 0;
    double confidence = 0; // 0 to 1: how much of what a judgement wants could be read
    std::vector<Term> terms;
};

// Whether a container's processes are worth a look.
bool deserves_a_closer_look(const Track& track, const Observation& now, const MinerRules& rules);

// What is thought of a container: `track` with the newest interval and the words of the look
// before, `now` as it was just seen.
Judgement judge(const Track& track, const Observation& now, const MinerRules& rules);

}
