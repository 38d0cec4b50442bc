#pragma once

#include "checks/check.h"
#include "daemonjson/daemon.h"

#include <optional>
#include <string>
#include <vector>

namespace harden {

// The daemon and its file. No text: it runs on flags alone.
struct DaemonFile {
    Daemon daemon;
    std::optional<std::string> text;
    Judged judged;
};
Result<DaemonFile> daemon_file(const Facts& facts); // for Facts::once

// What the daemon was given for a key, by its file or else by the flag of that name; nothing: its
// own default.
std::optional<bool> given_boolean(const DaemonFile& file, std::string_view key);
std::string given_text(const DaemonFile& file, std::string_view key);
// Every value of a flag: "--host tcp://x" and "-H tcp://x" are named "--host" and "-H".
std::vector<std::string> flag_values(const std::vector<std::string>& flags, std::string_view name);

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
