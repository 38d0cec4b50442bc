#pragma once

#include "checks/canary_answers.h"
#include "checks/canary_plan.h"
#include "checks/check.h"
#include "usage/evidence.h"
#include "usage/interval.h"

#include <optional>
#include <string>
#include <vector>

namespace harden {

// A canary as the node saw it while it ran.
struct CanaryFromOutside {
    std::string program; // what /proc/PID/exe names
    std::string command; // its arguments, one space between them
    std::string seccomp;
    std::string no_new_privileges;
    std::string confinement; // of AppArmor or SELinux; empty: none
    std::optional<long long> memory_limit;
    std::optional<long long> pids_limit;
};

struct SeenCanary {
    PlannedCanary plan;
    CanarySighting sighting;
    Result<CanaryAnswers> answers = Error{};
    CanaryFromOutside outside;
};

// What the miner detector would have read of the one that burns.
struct SeenBurner {
    std::vector<Sample> samples;
    std::optional<Evidence> evidence;
    std::string problem;
};

struct CanaryRound {
    std::vector<SeenCanary> all;
    SeenBurner burner;
};

// Whether containers were asked for at all.
bool is_probing(const Facts& facts);
Outcome not_tried();

// For Facts::once. One round of canaries serves all checks.
Result<CanaryRound> canary_round(const Facts& facts);

// That of a runtime on the default network; an Error where it did not tell all it was asked.
Result<const SeenCanary*> asked_canary(const CanaryRound& round, std::string_view runtime);
Result<const SeenCanary*> asked_of_default(const CanaryRound& round);
// The one that serves on a network; null where none does.
const SeenCanary* serving(const CanaryRound& round, std::string_view network);
// "runc", for a message.
std::string name_of(const SeenCanary& canary);

// What it tried: an Error where it was not tried, or where the control beside it failed.
Result<CanaryAttempt> tried_in(const SeenCanary& canary, std::string_view key);

}
