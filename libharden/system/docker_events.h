#pragma once

#include "base/result.h"
#include "node/host.h"
#include "system/descriptor.h"

namespace harden {

// A line to the Docker Engine on which it tells of containers and networks that come and go. What
// it says is not read: that it says something is enough to ask it.
class DockerEvents {
public:
    bool is_open() const { return socket_.is_open(); }
    int descriptor() const { return socket_.number(); } // -1: closed
    // Absent where no daemon listens at `socket`.
    Result<> open(const Path& socket);
    // Whether it said anything, or hung up; does not block.
    bool hear();

private:
    Descriptor socket_;
};

}
