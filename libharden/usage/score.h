#pragma once

#include "usage/evidence.h"
#include "usage/interval.h"

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
bool deserves_a_closer_look(std::span<const Interval> intervals, const MinerRules& rules);

// `now` is the newest sample; `evidence` is absent where nobody looked for it.
Judgement judge(std::span<const Interval> intervals, const Counters& now,
                const std::optional<Evidence>& evidence, const MinerRules& rules);

}
