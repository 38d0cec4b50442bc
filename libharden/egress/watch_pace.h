#pragma once

#include <chrono>
#include <deque>

namespace harden {

using Moment = std::chrono::milliseconds; // since boot

// How long after a change to look: soon, and later the longer the changes go on, so that somebody
// who writes a hundred rules one by one is not looked at a hundred times.
class LookPace {
public:
    static constexpr Moment longest_delay{200};

    Moment after(Moment change);

private:
    Moment delay_{0};
    Moment last_{0};
    bool has_looked_ = false;
};

// How often the rules are put back. Somebody who takes them away as often is not fought for ever:
// after too many within a minute it is slow until a minute has passed without.
class MendPace {
public:
    static constexpr int most_a_minute = 30;
    static constexpr std::chrono::seconds slow_interval{10};

    void mended(Moment now);
    // When the rules may be put back again: `now`, or later.
    Moment earliest(Moment now);
    bool is_slow() const { return is_slow_; }

private:
    void forget_before(Moment now);

    std::deque<Moment> recent_; // of the last minute
    bool is_slow_ = false;
};

}
