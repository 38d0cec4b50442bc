#pragma once

#include "daemonjson/key_table.h"

#include <string>

namespace harden {

// The table of keys as a JSON Schema, for editors: every key that dockerd reads, with its type, its
// values and the versions that know it. `version`: only keys of that Docker.
std::string json_schema(const KeyTable& table, const std::optional<DockerVersion>& version);

}
