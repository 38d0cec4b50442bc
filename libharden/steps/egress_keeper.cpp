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
// A bridge is there before Docker lists its network, and a container is listed for a moment after
// its end, so Docker is asked more than once; what comes close together is one question.
static constexpr Moment after_a_bridge[] = {Moment{50},  Moment{150},   Moment{350},
                                            Moment{750}, Moment{1'550}, Moment{3'150}};
static constexpr Moment after_a_word[] = {Moment{10}, Moment{500}};
static constexpr Moment between_questions{50};
static constexpr std::size_t most_writers = 16;

EgressKeeper::EgressKeeper(Node& node, Log log, DockerLine docker)
    : node_{node}
    , log_{std::move(log)}
    , docker_{std::move(docker)}
{
}

void EgressKeeper::begin(Moment now)
{
    rules_due_ = now;
    tend({.networks = true}, now);
}

std::optional<Moment> EgressKeeper::due() const
{
    if (questions_.empty())
        return rules_due_;
    return std::min(*questions_.begin(), rules_due_.value_or(*questions_.begin()));
}

void EgressKeeper::ask_at(Moment when)
{
    questions_.insert((when / between_questions + 1) * between_questions);
}

void EgressKeeper::tend(const Heard& heard, Moment now)
{
    note(heard, now);
    if (rules_due_ && *rules_due_ <= now)
        look_at_rules(now);
    if (!questions_.empty() && *questions_.begin() <= now)
        look_at_networks(now);
}

void EgressKeeper::note(const Heard& heard, Moment now)
{
    for (const auto& writer : heard.writers)
        if (writers_.size() < most_writers && std::ranges::find(writers_, writer) == writers_.end())
            writers_.push_back(writer);
    if (heard.rules && (!rules_due_ || *rules_due_ > now + LookPace::longest_delay))
        rules_due_ = looks_.after(now);
    if (heard.networks)
        for (const auto delay : after_a_bridge)
            ask_at(now + delay);
    if (heard.docker)
        for (const auto delay : after_a_word)
            ask_at(now + delay);
    if (heard.rules && !docker_.is_open() && questions_.empty()) // it writes rules when it starts
        ask_at(now + retry);
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
    if (const auto when = earliest(drift, now); when > now && news_.empty()) {
        rules_due_ = when;
        return done;
    }
    TRY(node_.firewall().replace(wanted));
    tell(drift, now);
    return done;
}

static bool is_of_table(const RuleDrift& drift)
{
    return drift.backend == "nftables";
}

// Who fights for DOCKER-USER alone does not keep us from our own table.
Moment EgressKeeper::earliest(const std::vector<RuleDrift>& drift, Moment now)
{
    const bool is_table_hit = std::ranges::any_of(drift, is_of_table);
    auto& fight = is_table_hit ? over_table_ : over_copies_;
    const auto when = fight.pace.earliest(now);
    fight.is_told = fight.is_told && fight.pace.is_slow();
    return when;
}

void EgressKeeper::count(Fight& fight, std::string_view meanwhile, Moment now)
{
    fight.pace.mended(now);
    if (!fight.pace.is_slow() || fight.is_told)
        return;
    fight.is_told = true;
    log_(cat("warning: put back ", std::to_string(MendPace::most_a_minute),
             " times within a minute, and taken away as often, last by ", who_changed(writers_),
             ": from now on once every ", std::to_string(MendPace::slow_interval.count()), " s, ",
             meanwhile));
}

void EgressKeeper::tell(const std::vector<RuleDrift>& drift, Moment now)
{
    if (!news_.empty()) {
        log_(news_);
    } else {
        log_(cat("put back: ", what_changed(drift), ", by ", who_changed(writers_)));
        if (std::ranges::any_of(drift, is_of_table))
            count(over_table_, "and containers are not held in between", now);
        if (!std::ranges::all_of(drift, is_of_table))
            count(over_copies_, "and DOCKER-USER lacks its copy in between", now);
    }
    news_.clear();
    writers_.clear();
}

// Also on a line that is open: a Docker that is being stopped goes on talking, and listens no more.
bool EgressKeeper::may_ask(Moment now)
{
    const auto may = may_ask_docker(node_.host());
    if (may == MayAskDocker::NotYet)
        ask_at(now + retry);
    if (may == MayAskDocker::Yes && !docker_.is_open())
        docker_.open();
    return may == MayAskDocker::Yes;
}

void EgressKeeper::look_at_networks(Moment now)
{
    questions_.erase(questions_.begin(), questions_.upper_bound(now));
    if (!may_ask(now))
        return;
    const auto followed = follow();
    if (!news_.empty())
        look_at_rules(now);
    if (!followed)
        log_problem(followed.error());
    else if (*followed == Followed::NotYet)
        ask_at(now + retry);
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
    news_ = cat("followed Docker: ", what_followed(recorded, next));
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
