#pragma once

#include "daemonjson/document.h"
#include "daemonjson/validate.h"
#include "node/node.h"

#include <optional>

namespace harden {

// The dockerd of a node, as far as it can be seen.
struct Daemon {
    std::optional<DockerInfo> info; // none: it does not answer
    std::optional<DockerVersion> version;
    std::string version_text;
    std::vector<std::string> flags; // its arguments: of the running process, else of the unit
    Path file = default_daemon_file;
};
Daemon daemon_of(const Node& node);
// As far as a verdict on its file needs it: `info` tells versions and the swarm only.
Daemon judging_daemon(const Node& node);
// The file alone, without a question to Docker, which could start one that is down.
Path daemon_file(const Host& host);
DaemonFacts facts_of(const Daemon& daemon, const Host& host);

// Docker before 25 is silent about no-new-privileges in /info (seen: 20.10 is, 26.1 and 28.5 tell).
bool tells_no_new_privileges(const DockerInfo& running);

// Where the running daemon is not what its file says, of what it tells of itself.
std::vector<KeyChange> drift(const JsonValue& file, const DockerInfo& running);

}
