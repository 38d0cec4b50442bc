#include "egress/watch_pace.h"

#include <algorithm>

namespace harden {

static constexpr Moment shortest_delay{10};
static constexpr Moment quiet{1'000};
static constexpr Moment minute{60'000};

Moment LookPace::after(Moment change)
{
    const bool goes_on = has_looked_ && change - last_ < quiet;
    delay_ = goes_on ? std::min(2 * delay_, longest_delay) : shortest_delay;
    last_ = change;
    has_looked_ = true;
    return change + delay_;
}

void MendPace::forget_before(Moment now)
{
    while (!recent_.empty() && now - recent_.front() >= minute)
        recent_.pop_front();
    if (recent_.empty())
        is_slow_ = false;
}

void MendPace::mended(Moment now)
{
    forget_before(now);
    recent_.push_back(now);
    if (recent_.size() >= most_a_minute)
        is_slow_ = true;
}

Moment MendPace::earliest(Moment now)
{
    forget_before(now);
    return is_slow_ ? std::max(now, recent_.back() + slow_interval) : now;
}

}
