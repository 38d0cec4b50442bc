#pragma once

#include "node/host.h"

#include <functional>

namespace harden {

// Both ends of a connection, as a server shall see it.
struct LineEnds {
    std::string peer;
    std::string peer_port;
    std::string local;
    std::string local_port;
};

// Runs a server of one connection ("sshd -i") and carries bytes between it and our own standard
// streams. Its socket shows these ends though nothing is opened on the machine: both ends of it
// lie in a network namespace of their own. Where that cannot be made it shows none. `before_answer`
// is called in front of whatever the server sends.
Result<> serve_one_login(const Command& server, const LineEnds& ends,
                         const std::function<Result<>()>& before_answer);

}
