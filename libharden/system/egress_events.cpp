#include "system/egress_events.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>

namespace harden {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

static constexpr milliseconds glance_interval{500}; // a second is promised

Result<EgressEvents> EgressEvents::open()
{
    auto rules = TRY(RulesetEvents::open());
    auto links = TRY(LinkEvents::open());
    auto hangup = TRY(HangupSignal::open());
    EgressEvents events{std::move(rules), std::move(links), std::move(hangup)};
    events.legacy_.is_needed(); // what is there now is what later looks are compared with
    return events;
}

static int limit_of(std::optional<milliseconds> patience)
{
    constexpr milliseconds longest{3'600'000};
    return patience ? static_cast<int>(std::clamp(*patience, milliseconds{0}, longest).count())
                    : -1;
}

bool EgressEvents::glance()
{
    const auto now = steady_clock::now();
    if (!legacy_.is_needed() || now < next_glance_)
        return false;
    next_glance_ = now + glance_interval;
    return legacy_.has_changed();
}

Result<Heard> EgressEvents::hear()
{
    Heard heard;
    TRY(rules_.hear(heard));
    heard.networks = TRY(links_.hear());
    heard.docker = docker_.hear();
    if (hangup_.hear())
        heard.rules = heard.docker = true;
    if (glance())
        heard.rules = true;
    return heard;
}

Result<Heard> EgressEvents::wait(std::optional<milliseconds> patience)
{
    if (legacy_.is_needed())
        patience = std::min(patience.value_or(glance_interval), glance_interval);
    std::array all{pollfd{rules_.descriptor(), POLLIN, 0}, pollfd{links_.descriptor(), POLLIN, 0},
                   pollfd{hangup_.descriptor(), POLLIN, 0},
                   pollfd{docker_.descriptor(), POLLIN, 0}}; // -1 is passed over
    if (poll(all.data(), all.size(), limit_of(patience)) < 0 && errno != EINTR)
        return Error{ErrorKind::Failed, cat("wait for events: ", std::strerror(errno)), {}};
    return hear();
}

}
