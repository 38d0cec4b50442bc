#pragma once

#include "node/host.h"

namespace harden {

// Where systemd listens for Docker, a question would start one that has been stopped.
enum class MayAskDocker { Yes, NotYet, No };
MayAskDocker may_ask_docker(const Host& host);

}
