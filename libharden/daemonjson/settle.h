#pragma once

#include "base/result.h"
#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// Brings the running dockerd to what its file says and keeps every container running: by a reload,
// or by a restart where keys in `restart_for` need one. An Error says what dockerd made of it.
//
// A reload leaves a key that is no longer in the file as it was, and a restart without
// live-restore stops the containers. So the file says for a moment what is meant explicitly.
Result<> settle(Node& node, const std::vector<std::string>& restart_for);

// The same as a command, which a transaction can record as its own reversal.
Command settle_command(const Host& host, const std::vector<std::string>& restart_for);

}
