#pragma once

#include "daemonjson/complaint.h"
#include "daemonjson/docker_version.h"
#include "daemonjson/key_table.h"
#include "node/host.h"

#include <optional>
#include <string_view>
#include <vector>

namespace harden {

// What decides, beside the text, whether dockerd takes a file. What is not known is not judged.
struct DaemonFacts {
    std::optional<DockerVersion> version;
    std::vector<std::string> flags; // dockerd's arguments, without the program
    const Host* host = nullptr;     // where the files that the document names are looked for
    bool swarm_active = false;
};

struct Judged {
    std::optional<JsonValue> root;         // none where the text is no JSON
    std::vector<JsonComplaint> complaints; // in the order of the text
};

Judged validate(std::string_view text, const KeyTable& table, const DaemonFacts& facts);

}
