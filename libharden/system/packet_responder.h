#pragma once

#include "node/packet_probe.h"
#include "system/descriptor.h"

#include <memory>
#include <thread>
#include <vector>

namespace harden {

// Completes handshakes and echoes datagrams at the addresses and ports of questions, in the network
// namespace of the thread that starts it, while it lives.
class PacketResponder {
public:
    static Result<std::unique_ptr<PacketResponder>>
    start(const std::vector<PacketQuestion>& questions);
    PacketResponder(const PacketResponder&) = delete;
    PacketResponder& operator=(const PacketResponder&) = delete;
    ~PacketResponder();

    // A port that another program has answers as that program does: over TCP with a handshake, over
    // UDP nobody can tell.
    bool cannot_answer(const PacketQuestion& question) const;

private:
    PacketResponder() = default;
    void echo() const;

    std::vector<Descriptor> listeners_;
    std::vector<Descriptor> datagrams_;
    std::vector<PacketQuestion> taken_;
    Descriptor stop_;    // closed to end the thread
    Descriptor stopped_; // readable then
    std::thread thread_;
};

}
