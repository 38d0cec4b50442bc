#pragma once

#include "base/result.h"

#include <memory>
#include <set>

struct nl_msg;
struct nl_sock;

namespace harden {

// Bridges that come and go in the network namespace of the thread that opened it.
class LinkEvents {
public:
    static Result<LinkEvents> open();

    int descriptor() const;
    // Whether one has since the last time; does not block.
    Result<bool> hear();

private:
    struct Close {
        void operator()(nl_sock* socket) const;
    };
    explicit LinkEvents(nl_sock* socket)
        : socket_{socket}
    {
    }
    static int take(nl_msg* message, void* events);

    std::unique_ptr<nl_sock, Close> socket_;
    std::set<int> bridges_; // interface numbers: every change of a bridge is told again
    bool has_changed_ = false;
};

}
