#pragma once

#include "egress/heard.h"
#include "egress/watch_pace.h"
#include "node/node.h"

#include <functional>
#include <optional>
#include <set>

namespace harden {

// Docker's own news of its containers and networks. Opened only where that starts no Docker.
struct DockerLine {
    std::function<bool()> is_open = [] { return false; };
    std::function<void()> open = [] {};
};

// Keeps in the kernel what was recorded, whoever takes it away, and follows the networks and
// containers that Docker makes. It only thinks: somebody else listens, and tells it what was heard
// and the time.
class EgressKeeper {
public:
    using Log = std::function<void(std::string_view line)>;
    EgressKeeper(Node& node, Log log, DockerLine docker = {});

    // Looks at everything once: for the start.
    void begin(Moment now);
    // Takes in what was heard and does what is due.
    void tend(const Heard& heard, Moment now);
    // When to tend again although nothing is heard; none: never.
    std::optional<Moment> due() const;

private:
    void note(const Heard& heard, Moment now);
    void look_at_rules(Moment now);
    Result<> mend(Moment now);
    void tell(const std::vector<RuleDrift>& drift, Moment now);
    struct Fight {
        MendPace pace;
        bool is_told = false;
    };
    Moment earliest(const std::vector<RuleDrift>& drift, Moment now);
    void count(Fight& fight, std::string_view meanwhile, Moment now);
    void ask_at(Moment when);
    bool may_ask(Moment now);
    void look_at_networks(Moment now);
    enum class Followed { Yes, NotYet };
    Result<Followed> follow();
    Result<Followed> spread(const Ruleset& recorded, const Ruleset& next);
    void log_problem(const Error& problem);

    Node& node_;
    Log log_;
    DockerLine docker_;
    LookPace looks_;
    Fight over_table_;            // our own, which enforces everything
    Fight over_copies_;           // those in DOCKER-USER
    std::vector<Writer> writers_; // since the rules were last seen whole
    std::optional<Moment> rules_due_;
    std::set<Moment> questions_; // to Docker
    std::string news_;           // what the record says now and the kernel does not yet
    std::string problem_;        // as last logged
};

}
