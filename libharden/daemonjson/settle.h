#pragma once

#include "base/result.h"
#include "daemonjson/proxies.h"
#include "node/node.h"

#include <string>
#include <vector>

namespace harden {

// Brings the running dockerd to what its file says and keeps every container running: by a reload,
// or by a restart where keys in `restart_for` need one. A reverse proxy that answered before
// answers afterwards. An Error says what dockerd made of it.
//
// A reload leaves a key that is no longer in the file as it was, and a restart without
// live-restore stops the containers. So the file says for a moment what is meant explicitly.
Result<> settle(Node& node, const std::vector<std::string>& restart_for, const Accepts& accepts);

// The same as a command, which a transaction can record as its own reversal.
Command settle_command(const Host& host, const std::vector<std::string>& restart_for);

}
