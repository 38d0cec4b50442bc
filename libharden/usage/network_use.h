#pragma once

#include "node/meters.h"
#include "usage/observation.h"

#include <map>
#include <span>

namespace harden {

// What containers do on networks, from one question each to the kernel for all of them.
class NetworkUse {
public:
    // `pids`: those that traffic_of() will be asked about, some of each container's processes.
    static NetworkUse ask(const Meters& meters, std::span<const int> pids);

    // Of more processes.
    void learn(const Meters& meters, std::span<const int> pids);

    // None where no link of the node tells: a container on the node's own network, on one that
    // has no end here, or without one of its own.
    std::optional<Traffic> traffic_of(const Container& container, std::span<const int> pids) const;
    // Those that it opened. None where its addresses or the connections are not known.
    std::optional<std::vector<Flow>> flows_of(const Container& container) const;
    // None where no egress policy counts what it refuses.
    std::optional<std::uint64_t> refused_of(const Container& container) const;

    const std::vector<std::string>& problems() const { return problems_; }

private:
    // What leads to one namespace.
    struct Cables {
        Traffic traffic;
        std::size_t count = 0;
    };
    template<class Answer>
    bool is_answered(const Result<Answer>& answer);
    void take(const LinkMeter& link);
    const Cables* cables_of(std::span<const int> pids) const;

    std::map<int, int> namespaces_;                                              // by process
    std::map<int, Cables> cables_;                                               // by namespace
    std::optional<std::map<std::string, std::vector<Flow>, std::less<>>> flows_; // by address
    std::optional<std::map<std::string, std::uint64_t, std::less<>>> refused_;   // by address
    std::vector<std::string> problems_;
};

}
