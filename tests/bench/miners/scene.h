#pragma once

#include "conditions.h"
#include "trace.h"

namespace harden::offline {

// One container's counters, as the kernel keeps them.
struct Life {
    std::string id;
    std::uint64_t inode = 0;
    std::uint64_t links = 0;
    std::chrono::nanoseconds started{};
    double cpu = 0; // seconds
    double periods = 0;
    double throttled = 0;
    double throttled_s = 0;
    double stalled_s = 0;
    double sent = 0;
    double received = 0;
    double refused = 0;
};

// Plays one workload on one node and writes down what each look sees.
class Scene {
public:
    Scene(const Workload& work, const Conditions& conditions, Random& random);

    std::vector<Glance> play();

private:
    Life born(double seconds_ago);
    void begin_anew(Life& life, double seconds_ago);
    void befall(int look);
    bool is_crowded(int look) const;
    void pass(int look);
    void use(Life& life, int look, double seconds) const;

    Glance glance(int look) const;
    Glance glance_again(int look);
    Observation observed(const Life& life, int look) const;
    Container container(const Life& life) const;
    Counters counters(const Life& life, int look) const;
    std::vector<Flow> flows(const Life& life, int look) const;
    void forget_unread(Observation& seen, int look) const;
    Evidence evidence(int look) const;

    const Workload* work_;
    Conditions conditions_;
    Random* random_;
    double quota_;
    std::string boot_;
    std::chrono::nanoseconds since_boot_;
    std::chrono::system_clock::time_point wall_{std::chrono::seconds{1'800'000'000}};
    int port_base_;
    std::vector<Life> lives_;
};

inline std::uint64_t whole(double value)
{
    return value > 0 ? static_cast<std::uint64_t>(value) : 0;
}
inline constexpr double nanoseconds = 1e9;
inline constexpr double microseconds = 1e6;

}
