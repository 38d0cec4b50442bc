#pragma once

#include "checks/check.h"

#include <string>

namespace harden {

// What the daemon was started with and does not tell in /info: its flags and its daemon.json.
struct DaemonSettings {
    std::string log_max_size; // "10m"; empty: none
    bool userland_proxy = true;
    std::string metrics_address; // "127.0.0.1:9323"; empty: none
    bool no_new_privileges = false;
    bool verifies_clients = false; // of a tcp endpoint
};
Result<DaemonSettings> daemon_settings(const Facts& facts); // for Facts::once

// For a dockerd that does not tell: its file or flags say so, and it has read that file.
Result<Outcome> no_new_privileges_by_file(const Facts& facts);

Result<Outcome> daemon_json_valid(const Facts& facts);
Result<Outcome> daemon_json_applied(const Facts& facts);

}
