#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "daemonjson/docker_version.h"
#include "node/host.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

enum class KeyType {
    Boolean,
    Integer,
    Size, // "64m"
    Text,
    Texts,
    Address, // 10.0.0.1
    Addresses,
    Network, // 10.0.0.1/24
    File,
    List,
    Object,
};

// Which versions of Docker know something; both ends included.
struct DockerVersions {
    std::optional<DockerVersion> since;
    std::optional<DockerVersion> until;
};

// One key of daemon.json.
struct KeyRule {
    std::string name;
    KeyType type = KeyType::Text;
    std::vector<std::string> values; // empty: any
    bool any_case = false;           // of the values
    long long least = 0;
    long long most = 0;
    DockerVersions versions;
    bool is_reloadable = false;
    bool is_tolerated = false; // dockerd accepts it after `until` and does nothing
    std::string rejected;      // why dockerd refuses a key that looks right
    std::string flag;          // of dockerd's command line, where it is not the key's own name
    std::vector<std::string> fields; // of an object: what it may hold; empty: anything
};

// What an option of a log driver may be; one list for all drivers, since names differ.
struct LogOption {
    std::string name;
    std::string kind;                // as keys.toml tells
    std::vector<std::string> values; // of a choice
    DockerVersions versions;
};

struct LogDriver {
    std::string name;
    std::vector<std::string> options;
    std::vector<std::string> required;
    DockerVersions versions;
};

struct StorageDriver {
    std::string name;
    std::vector<std::string> options; // none: not known
    DockerVersions versions;
};

// Keys that cannot stand together with these values.
struct KeyConflict {
    struct Condition {
        std::string key;
        std::string value; // "true", "false", a string, or "set" for any
    };
    std::vector<Condition> when;
    std::string why;
    std::string hint;
    DockerVersions versions;
};

// What dockerd accepts: daemonjson/keys.toml with the site's additions.
struct KeyTable {
    std::vector<KeyRule> keys;
    std::vector<LogDriver> log_drivers;
    std::vector<std::string> common_log_options;
    std::vector<LogOption> log_options;
    std::vector<StorageDriver> storage_drivers;
    std::vector<std::string> ulimits;
    std::vector<KeyConflict> conflicts;

    const KeyRule* find(std::string_view name) const;
    const KeyRule* find_flag(std::string_view flag) const;
};

Result<KeyTable> key_table(const Setting& document);

inline constexpr auto site_key_file = "/etc/harden/daemonjson.toml";
// The shipped table, and the site's on top of it where there is one.
Result<Setting> key_settings(const Host& host);

}
