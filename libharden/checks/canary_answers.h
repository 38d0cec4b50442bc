#pragma once

#include "base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

// What a canary wrote: "harden-canary 1", then lines "key value", "ready" before it tries what may
// end it, and "end". One that was ended on the way lacks the rest.
struct CanaryAnswers {
    std::map<std::string, std::string, std::less<>> values;
    bool was_ready = false;
    bool has_ended = false;

    std::string_view value(std::string_view key) const; // empty: not told
};
// Bounded: at most 200 lines of 512 bytes. What is no such answer, or tells a thing twice, is
// ErrorKind::Malformed.
Result<CanaryAnswers> parse_canary_answers(std::string_view text);

// What became of something that it tried: "try-mount refused 1".
struct CanaryAttempt {
    bool was_allowed = false;
    std::string what; // "allowed", "refused (EPERM)", "killed by signal 31"
};
// None where it was not tried.
std::optional<CanaryAttempt> attempt_of(const CanaryAnswers& answers, std::string_view key);

// "63 11": how many there came to be, and why there were no more.
struct CanaryChildren {
    long long made = 0;
    long long problem = 0; // an error number; 0: as many as it wanted
};
std::optional<CanaryChildren> children_of(const CanaryAnswers& answers, std::string_view key);

}
