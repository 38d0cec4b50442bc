#include "system/egress_events.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>

namespace harden {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

static constexpr milliseconds glance_interval{
    700}; // whoever empties a table is answered in a second

Result<EgressEvents> EgressEvents::open()
{
    auto rules = TRY(RulesetEvents::open());
    auto links = TRY(LinkEvents::open());
    EgressEvents events{std::move(rules), std::move(links)};
    events.legacy_.is_needed(); // what is there now is what later looks are compared with
    return events;
}

static int limit_of(std::optional<milliseconds> patience)
{
    constexpr milliseconds longest{3'600'000};
    return patience ? static_cast<int>(std::clamp(*patience, milliseconds{0}, longest).count())
                    : -1;
}

void EgressEvents::glance(Heard& heard)
{
    const auto now = steady_clock::now();
    if (!legacy_.is_needed() || now < next_glance_)
        return;
    next_glance_ = now + glance_interval;
    heard.rules = legacy_.has_changed() || heard.rules;
}

Result<Heard> EgressEvents::wait(std::optional<milliseconds> patience)
{
    if (legacy_.is_needed())
        patience = std::min(patience.value_or(glance_interval), glance_interval);
    std::array<pollfd, 2> both{
        {{rules_.descriptor(), POLLIN, 0}, {links_.descriptor(), POLLIN, 0}}};
    if (poll(both.data(), both.size(), limit_of(patience)) < 0 && errno != EINTR)
        return Error{ErrorKind::Failed, cat("wait for events: ", std::strerror(errno)), {}};
    Heard heard;
    TRY(rules_.hear(heard));
    heard.networks = TRY(links_.hear());
    glance(heard);
    return heard;
}

}
