#pragma once

#include "node/host.h"
#include "node/packet_probe.h"

#include <string>
#include <vector>

namespace harden {

// One row of /proc/net/tcp and its like.
struct Socket {
    Protocol protocol = Protocol::Tcp;
    std::string address; // of this node; IPv4 also where it is written as IPv6
    std::uint16_t port = 0;
    std::string peer;     // "0.0.0.0", "::": none
    bool listens = false; // or, over UDP, is open to anybody
    std::string inode;
};
Result<std::vector<Socket>> parse_sockets(std::string_view table, Protocol protocol);
// Of the network namespace of this program.
Result<std::vector<Socket>> sockets(const Host& host);

struct Listener {
    Socket socket;
    int process = 0;
    std::string name; // of the process; empty where it is not known. Escape before printing.
};
// What listens, by address and port, each once.
Result<std::vector<Listener>> listeners(const Host& host);

// The sockets that a process holds, by inode.
Result<std::vector<std::string>> sockets_of(const Host& host, int process);

bool is_loopback(std::string_view address);

}
