#pragma once

#include "base/result.h"
#include "egress/heard.h"

#include <memory>
#include <string>

struct mnl_socket;
struct nlmsghdr;

namespace harden {

// What others write to nf_tables where our rules stand: our own tables, and the chains of iptables
// that hold and reach DOCKER-USER. Of the network namespace of the thread that opened it.
class RulesetEvents {
public:
    static Result<RulesetEvents> open();

    int descriptor() const;
    // Adds all that waits; does not block.
    Result<> hear(Heard& heard);

private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    explicit RulesetEvents(mnl_socket* socket);
    static int take(const nlmsghdr* message, void* events);
    void take(const nlmsghdr* message, Heard& heard);
    void end_transaction(const nlmsghdr* message, Heard& heard);

    std::unique_ptr<mnl_socket, Close> socket_;
    std::string own_name_;
    // of the transaction whose messages are coming in
    bool touches_ours_ = false;
    bool touches_inbound_ = false;
};

}
