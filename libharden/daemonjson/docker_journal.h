#pragma once

#include "node/host.h"

#include <string>

namespace harden {

// ": MESSAGE" of dockerd's newest complaint in the journal; empty where there is none.
std::string said_by_docker(const Host& host);

}
