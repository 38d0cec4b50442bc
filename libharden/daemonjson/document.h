#pragma once

#include "daemonjson/json_edit.h"
#include "daemonjson/key_table.h"
#include "node/change.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

inline constexpr auto default_daemon_file = "/etc/docker/daemon.json";

enum class DaemonProfile { Baseline, Full };

// What the shipped document of a profile says.
JsonValue shipped_document(DaemonProfile profile);
// A document of the site's own, for the same use. It must be a valid daemon.json by itself.
Result<JsonValue> site_document(std::string_view text, const KeyTable& table);

// `wanted` without these keys: the operator's own choice.
JsonValue without_keys(JsonValue wanted, const std::vector<std::string>& kept);

// The file after `wanted` has been merged into it. What excludes a wanted value goes: runtimeType
// beside a path, and options that the new log driver does not know.
std::string with_document(std::string text, const JsonValue& wanted, const KeyTable& table);

// One key whose value differs, as "log-opts.max-size".
struct KeyChange {
    JsonPath path;
    std::string from; // compact JSON; empty: absent
    std::string to;
};
std::vector<KeyChange> differences(const JsonValue& from, const JsonValue& to);
// The top-level keys among them that a reload does not bring into a running daemon.
std::vector<std::string> restart_keys(const std::vector<KeyChange>& changes, const KeyTable& table);
Changes to_changes(const std::vector<KeyChange>& changes);

}
