#pragma once

#include <cstdint>
#include <functional>

namespace harden::bench {

// A sender behind br-x, a router, and a receiver beyond it, joined by veth pairs, each a network
// namespace; the calling process is in the router's.
class Wires {
public:
    explicit Wires(std::uint16_t port);
    ~Wires();
    Wires(const Wires&) = delete;
    Wires& operator=(const Wires&) = delete;

    // Packets of 18 bytes on one UDP flow; how many of them a second went through.
    double packets_per_second(int packets) const;
    // Sends until `work` has ended: how many packets, and how many of them went through.
    struct Flood {
        long sent = 0;
        long arrived = 0;
    };
    Flood flood_during(const std::function<void()>& work) const;

private:
    int taken() const;

    std::uint16_t port_;
    int sender_ = -1; // processes that keep the namespaces
    int receiver_ = -1;
    int out_ = -1; // sockets
    int in_ = -1;
};

}
