#pragma once

#include "base/result.h"
#include "node/docker.h"
#include "node/inbound_filter.h"
#include "node/node.h"
#include "node/packet_probe.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace harden {

// Runs the canary program in a new container of this runtime ("" for the default) and returns what
// it saw.
using Canary = std::function<Result<RunOutcome>(const std::string& runtime)>;

// Questions that go beyond looking through the doors. One that is not set stays undecided.
struct Probes {
    PacketProbe packets;
    InboundFilter inbound;
    Canary canary;
};

// A node as its checks see it. What several of them need is gathered once, when the first one asks
// for it; a failure to gather is kept as well, so that a dead daemon is waited for once. Several
// threads may ask, where the doors and the probes allow that.
class Facts {
public:
    explicit Facts(const Node& node, Probes probes = {})
        : node_{node}
        , probes_{std::move(probes)}
    {
    }
    Facts(const Facts&) = delete;
    Facts& operator=(const Facts&) = delete;

    const Node& node() const { return node_; }
    const Host& host() const { return node_.host(); }
    const Docker& docker() const { return node_.docker(); }
    const Firewall& firewall() const { return node_.firewall(); }
    const Probes& probes() const { return probes_; }

    template<class Fact>
    const Result<Fact>& once(Result<Fact> (*gather)(const Facts&)) const
    {
        auto& kept = kept_for(reinterpret_cast<std::uintptr_t>(gather));
        const std::lock_guard gathering{kept.gathering};
        if (kept.fact == nullptr)
            kept.fact = std::make_shared<Result<Fact>>(gather(*this));
        return *std::static_pointer_cast<Result<Fact>>(kept.fact);
    }

private:
    struct Kept {
        std::mutex gathering;
        std::shared_ptr<void> fact;
    };
    Kept& kept_for(std::uintptr_t gather) const
    {
        const std::lock_guard held{mutex_};
        return kept_[gather]; // a map's elements stay where they are
    }

    const Node& node_;
    Probes probes_;
    mutable std::mutex mutex_;
    mutable std::map<std::uintptr_t, Kept> kept_;
};

}
