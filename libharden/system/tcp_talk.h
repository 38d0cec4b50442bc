#pragma once

#include "node/tcp_talk.h"

namespace harden {

// From this thread's network namespace.
std::vector<Result<std::string>> talk_to_servers(const std::vector<TcpQuestion>& questions);

}
