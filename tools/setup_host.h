#pragma once

#include "setup_sources.h"

namespace harden {

struct HostConversation {
    ProvisionObserver observer;
    std::function<void(std::string_view)> tell; // what the connection has to say
};

// One host from its first connection to its verification, in one thread: ssh ends with the thread
// that began it.
Result<ProvisionOutcome> set_up_host(const FleetHost& host, const SetupOptions& options,
                                     SetupSources& sources, const HostConversation& with);

// The only host that was named: its lines, its answer and its report files.
Result<int> set_up_one(const FleetHost& host, const SetupOptions& options);

}
