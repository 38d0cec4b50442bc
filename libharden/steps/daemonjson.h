#pragma once

#include "daemonjson/daemon.h"
#include "steps/step.h"

namespace harden {

// Docker's daemon.json holds what `wanted` says, and the running daemon does it. Other keys and
// the file's layout stay; containers keep running.
Step daemonjson_step(JsonValue wanted, KeyTable table);

// The same inside another step.
Result<> apply_document(Node& node, const JsonValue& wanted, const KeyTable& table);

// What apply would change in the file and in the running daemon, key by key. Without a daemon
// that answers: the file alone.
Result<std::vector<KeyChange>> document_changes(const Node& node, const JsonValue& wanted,
                                                const KeyTable& table);
}
