#pragma once

#include "gvisor/bundle.h"
#include "gvisor/sandboxes.h"
#include "node/node.h"

#include <chrono>
#include <optional>
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
    std::optional<std::chrono::days> age; // of the current release; none: it does not tell
    std::chrono::days old_after{};
    std::chrono::days outdated_after{};
    std::string platform;                  // that it takes; empty: it does not tell
    std::vector<Sandbox> on_other_release; // running containers
    std::vector<Sandbox> without_names;    // running containers on user-defined networks
    std::string manifest;                  // the one accepted last: "7 of 2026-11-22"

    bool is_outdated() const { return age && *age > outdated_after; }
    bool is_as_wanted() const
    {
        return !current.empty() && drift.empty() && docker_answers && is_registered &&
               !is_outdated();
    }
};

struct GvisorJudging {
    Digest sha512;
    std::vector<std::string> arguments; // that daemon.json gives the runtime
    std::chrono::days old_after{};
    std::chrono::days outdated_after{};
};
Result<GvisorStatus> gvisor_status(const Node& node, const GvisorJudging& judging);

std::string render_text(const GvisorStatus& status);
std::string render_json(const GvisorStatus& status);

// The release that the link names; NotFound where there is none.
Result<std::string> current_release(const Host& host);

}
