#include "steps/egress_keeper.h"

#include "egress/docker_state.h"
#include "egress/followed.h"
#include "egress/ruleset_json.h"
#include "egress/wanted.h"
#include "egress/watch_text.h"
#include "node/giving_up_docker.h"
#include "steps/transaction.h"

#include <algorithm>

namespace harden {

static constexpr Moment retry{1'000};
static constexpr Moment retry_against_a_writer{20};
// A bridge is there before Docker tells of its network, so Docker is asked again and again, each
// time after twice the time.
static constexpr Moment first_question{50};
static constexpr Moment last_question{1'600};
static constexpr std::size_t most_writers = 16;

EgressKeeper::EgressKeeper(Node& node, Log log)
    : node_{node}
    , log_{std::move(log)}
{
}

void EgressKeeper::begin(Moment now)
{
    rules_due_ = now;
    tend({.networks = true}, now);
}

std::optional<Moment> EgressKeeper::due() const
{
    if (rules_due_ && networks_due_)
        return std::min(*rules_due_, *networks_due_);
    return rules_due_ ? rules_due_ : networks_due_;
}

void EgressKeeper::tend(const Heard& heard, Moment now)
{
    note(heard, now);
    if (rules_due_ && *rules_due_ <= now)
        look_at_rules(now);
    if (networks_due_ && *networks_due_ <= now)
        look_at_networks(now);
}

void EgressKeeper::note(const Heard& heard, Moment now)
{
    for (const auto& writer : heard.writers)
        if (writers_.size() < most_writers && std::ranges::find(writers_, writer) == writers_.end())
            writers_.push_back(writer);
    if (heard.rules && !rules_due_)
        rules_due_ = looks_.after(now);
    if (!heard.networks)
        return;
    networks_delay_ = first_question;
    networks_due_ = now + first_question;
}

void EgressKeeper::look_at_rules(Moment now)
{
    rules_due_.reset();
    const auto mended = mend(now);
    if (mended)
        return;
    if (mended.error().kind == ErrorKind::TimedOut) { // somebody wrote at the same time
        rules_due_ = now + retry_against_a_writer;
        return;
    }
    log_problem(mended.error());
    rules_due_ = now + retry;
}

// The rules first and the log afterwards: until they are back, containers are not held.
Result<> EgressKeeper::mend(Moment now)
{
    const auto recorded = recorded_ruleset(node_.host());
    if (recorded.is_absent()) // no policy is applied
        return done;
    const auto wanted = TRY(recorded);
    const auto drift = TRY(node_.firewall().difference(wanted));
    if (drift.empty()) {
        writers_.clear();
        news_.clear();
        problem_.clear();
        return done;
    }
    const auto earliest = mends_.earliest(now);
    has_complained_ = has_complained_ && mends_.is_slow();
    if (earliest > now) {
        rules_due_ = earliest;
        return done;
    }
    TRY(node_.firewall().replace(wanted));
    tell(drift, now);
    return done;
}

void EgressKeeper::tell(const std::vector<RuleDrift>& drift, Moment now)
{
    if (news_.empty()) {
        mends_.mended(now);
        log_(cat("put back: ", what_changed(drift), ", by ", who_changed(writers_)));
    } else {
        log_(news_);
    }
    if (mends_.is_slow() && !has_complained_)
        complain_of_fight();
    news_.clear();
    writers_.clear();
}

void EgressKeeper::complain_of_fight()
{
    has_complained_ = true;
    log_(cat("warning: put back ", std::to_string(MendPace::most_a_minute),
             " times within a minute, and taken away as often, last by ", who_changed(writers_),
             ": from now on once every ", std::to_string(MendPace::slow_interval.count()),
             " s, and containers are not held in between"));
}

void EgressKeeper::look_at_networks(Moment now)
{
    networks_due_.reset();
    const auto may_ask = may_ask_docker(node_.host());
    if (may_ask == MayAskDocker::No)
        return;
    if (may_ask == MayAskDocker::NotYet) {
        networks_due_ = now + retry;
        return;
    }
    const auto followed = follow();
    if (!news_.empty())
        look_at_rules(now);
    if (!followed)
        log_problem(followed.error());
    if (followed && *followed == Followed::NotYet) {
        networks_due_ = now + retry;
        return;
    }
    networks_delay_ *= 2;
    if (networks_delay_ <= last_question)
        networks_due_ = now + networks_delay_;
}

Result<EgressKeeper::Followed> EgressKeeper::follow()
{
    const auto recorded = recorded_ruleset(node_.host());
    if (recorded.is_absent())
        return Followed::Yes;
    GivingUpDocker docker{node_.docker()};
    if (!docker.networks()) // what is known of its networks stands
        return Followed::Yes;
    const Node asked{node_.host(), docker, node_.firewall()};
    const auto wanted = TRY(wanted_ruleset(asked));
    const auto next = followed(TRY(recorded), wanted);
    return next == *recorded ? Followed::Yes : spread(*recorded, next);
}

static std::string names_only_in(const Ruleset& one, const Ruleset& other)
{
    std::vector<std::string> names;
    for (const auto& name : one.container_interfaces)
        if (std::ranges::find(other.container_interfaces, name) == other.container_interfaces.end())
            names.push_back(escaped(name));
    return names.empty() ? "none" : join(names, ", ");
}

Result<EgressKeeper::Followed> EgressKeeper::spread(const Ruleset& recorded, const Ruleset& next)
{
    const auto held = exclusive(node_.host(), "egress watch", std::chrono::milliseconds{0});
    if (!held && held.error().kind == ErrorKind::TimedOut) // another harden may be applying
        return Followed::NotYet;
    TRY(held);
    const auto still = TRY(recorded_ruleset(node_.host()));
    if (still != recorded)
        return Followed::NotYet;
    TRY(node_.host().write(recorded_ruleset_file, to_json(next)));
    news_ = cat("followed Docker's networks: new ", names_only_in(next, recorded), "; gone ",
                names_only_in(recorded, next));
    return Followed::Yes;
}

void EgressKeeper::log_problem(const Error& problem)
{
    if (problem.message == problem_)
        return;
    problem_ = problem.message;
    log_(cat("error: ", problem.message));
}

}
