#pragma once

#include "base/result.h"
#include "node/firewall.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace harden {

// One interface of the node's network namespace. The node counts from its own side: what it
// received is what the other end of a pair sent.
struct LinkMeter {
    int index = 0;
    std::optional<int> peer_namespace; // number of the namespace that has the other end
    int peer_index = 0;                // of the other end, in its namespace
    std::uint64_t received_bytes = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t received_packets = 0;
    std::uint64_t sent_packets = 0;
};

// One connection that the kernel tracks, as its first packet had it, before any translation.
struct Connection {
    std::string protocol; // "tcp", "udp"
    std::string source;
    std::uint16_t source_port = 0;
    std::string destination;
    std::uint16_t destination_port = 0;
    bool answered = false;                   // packets went both ways
    bool established = false;                // TCP's handshake is done and it is not closing
    std::optional<std::uint64_t> sent_bytes; // where the kernel counts them (nf_conntrack_acct)
    std::optional<std::uint64_t> received_bytes;
    bool operator==(const Connection&) const = default;
};

// What one process does on one GPU.
struct GpuProcess {
    int pid = 0;
    std::string device;         // the driver's UUID
    std::optional<double> busy; // share of the device's time, 0 to 1, since the driver's last look
    std::uint64_t memory_bytes = 0;
};

// What the kernel and drivers count beside control groups. Looks only; every call is one question.
class Meters {
public:
    Meters() = default;
    Meters(const Meters&) = delete;
    Meters& operator=(const Meters&) = delete;
    virtual ~Meters() = default;

    virtual Result<std::vector<LinkMeter>> links() const = 0;
    // The number by which links() names the network namespace of a process. NotFound: the process
    // is gone, or no link leads to its namespace.
    virtual Result<int> namespace_of(int pid) const = 0;
    // The same for many in one go, in their order.
    virtual Result<std::vector<std::optional<int>>>
    namespaces_of(std::span<const int> pids) const = 0;
    // NotFound: the kernel tracks none. Unsupported: there are too many to look at.
    virtual Result<std::vector<Connection>> connections() const = 0;
    // What the egress policy refused whom in the last day. NotFound: no policy is in force.
    virtual Result<std::vector<SourceHits>> refusals() const = 0;
    // NotFound: no GPU driver here.
    virtual Result<std::vector<GpuProcess>> gpu_processes() const = 0;
    // At most `size` bytes of a process's memory from `address` on; fewer where the rest is not
    // there. NotFound: the process is gone or has nothing there.
    virtual Result<std::string> memory(int pid, std::uint64_t address, std::size_t size) const = 0;
};

}
