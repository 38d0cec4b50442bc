#pragma once

#include "checks/check.h"

#include <string>

namespace harden {

// What the daemon was started with and does not tell in /info: its flags and its daemon.json.
struct DaemonSettings {
    std::string log_max_size; // "10m"; empty: none
    bool userland_proxy = true;
    std::string metrics_address;   // "127.0.0.1:9323"; empty: none
    bool verifies_clients = false; // of a tcp endpoint
};
Result<DaemonSettings> daemon_settings(const Facts& facts); // for Facts::once

Result<Outcome> daemon_json_valid(const Facts& facts);
Result<Outcome> daemon_json_applied(const Facts& facts);

}
