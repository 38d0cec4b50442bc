#pragma once

#include "gvisor/bundle.h"
#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// What gVisor is on a node.
struct GvisorStatus {
    std::vector<std::string> releases; // installed, by name
    std::string current;               // the one in use; empty: none
    std::vector<std::string> drift;    // files of it that are missing or not as installed
    bool docker_answers = false;
    bool is_registered = false; // in the running daemon, under our path
    std::string default_runtime;

    bool is_as_wanted() const
    {
        return !current.empty() && drift.empty() && docker_answers && is_registered;
    }
};
Result<GvisorStatus> gvisor_status(const Node& node, const Digest& sha512);

std::string render_text(const GvisorStatus& status);
std::string render_json(const GvisorStatus& status);

// The release that the link names; NotFound where there is none.
Result<std::string> current_release(const Host& host);

}
