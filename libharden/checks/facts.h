#pragma once

#include "base/result.h"
#include "node/canary.h"
#include "node/inbound_filter.h"
#include "node/node.h"
#include "node/packet_probe.h"
#include "node/tcp_talk.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace harden {

// Whether `signature` is the key owner's under `text`; the last two in base64.
using SignatureTest = std::function<Result<>(std::string_view text, std::string_view signature,
                                             std::string_view public_key)>;

// Questions that go beyond looking through the doors. One that is not set stays undecided.
struct Probes {
    PacketProbe packets;
    InboundFilter inbound;
    CanaryProbe canaries; // starts containers: only where that was asked for
    SignatureTest signature;
    TcpTalk talk;          // with the node's own servers
    InboundFilter forward; // the chains that judge what is passed on
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
